/* Every call that the importers read, in a fixed order; with an argument, on two threads. */
#include <malloc.h>
#include <mcheck.h>
#include <pthread.h>
#include <stdlib.h>

static void *block;

static void *second(void *unused) {
  (void)unused;
  free(block);
  block = malloc(500);
  return block;
}

int main(int argc, char **argv) {
  (void)argv;
  mtrace();
  char *a = malloc(100);
  char *b = calloc(3, 7);
  char *c = aligned_alloc(64, 128);
  void *d = NULL;
  if (posix_memalign(&d, 256, 1000) != 0) return 1;
  a = realloc(a, 5000);
  char *e = realloc(NULL, 40);
  free(b);
  b = malloc(24);
  free(NULL);
  char *f = memalign(32, 64);
  char *g = valloc(10);
  block = malloc(300);
  if (argc > 1) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, second, NULL) != 0) return 1;
    pthread_join(thread, NULL);
  } else {
    second(NULL);
  }
  free(a);
  free(c);
  free(d);
  free(e);
  free(f);
  free(g);
  muntrace();
  return b == NULL; /* b and block are never freed */
}
