/* Frees all of its blocks but one, which was allocated last, above all the others. */
#include <stdlib.h>
#include <string.h>

#define BLOCKS 20000

static char *kept;

__attribute__((noinline)) char *remember(void) {
  char *p = malloc(2000);
  memset(p, 7, 2000);
  return p;
}

__attribute__((noinline)) void work(char **blocks) {
  for (int i = 0; i < BLOCKS; i++) {
    blocks[i] = malloc(1500);
    memset(blocks[i], 1, 1500);
  }
}

int main(void) {
  static char *blocks[BLOCKS];
  work(blocks);
  kept = remember();
  for (int i = 0; i < BLOCKS; i++) {
    free(blocks[i]);
  }
  return kept == 0;
}
