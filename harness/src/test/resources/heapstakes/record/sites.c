/* A program whose call sites are known by name: sites NAME does what CallSitesOfProgramsTest lists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

APART void *take(size_t bytes) {
  void *block = malloc(bytes);
  __asm__ volatile("" : : : "memory"); /* no tail call */
  return block;
}

APART void *take_for_first(void) {
  void *block = take(10001);
  __asm__ volatile("" : : : "memory");
  return block;
}

APART void *take_for_second(void) {
  void *block = take(10002);
  __asm__ volatile("" : : : "memory");
  return block;
}

APART void give(void *block) {
  free(block);
  __asm__ volatile("" : : : "memory");
}

APART void *every_call(void) {
  void *a = calloc(3, 10003);
  a = realloc(a, 10004);
  a = reallocarray(a, 2, 10005);
  void *b = memalign(64, 10006);
  void *c = aligned_alloc(128, 10112);
  void *d = NULL;
  if (posix_memalign(&d, 256, 10007)) abort();
  void *e = valloc(10008);
  void *f = pvalloc(10009);
  malloc_trim(77);
  free(a), free(b), free(c), free(d), free(e), free(f);
  return NULL;
}

APART void two(void) {
  void *a = take_for_first();
  void *b = take_for_second();
  give(a), give(b);
}

APART void *of_thread(void *unused) {
  give(take(10001));
  return unused;
}

static void threads(void) {
  pthread_t one;
  pthread_create(&one, NULL, of_thread, NULL);
  pthread_join(one, NULL);
}

/* The child begins with a block that its parent took. */
APART void forks(void) {
  void *a = take_for_first();
  if (!fork()) {
    give(a);
    take_for_second();
    _exit(0);
  }
  wait(NULL);
}

/* A library that comes while the program runs. */
static void late(const char *library) {
  void *handle = dlopen(library, RTLD_NOW);
  void *(*take_late)(void) = (void *(*)(void))dlsym(handle, "take_late");
  give(take_late());
}

static void many(void) {
  for (int i = 0; i < 50000; i++) give(take(10000));
}

int main(int count, char **words) {
  (void)count;
  if (!strcmp(words[1], "two")) two();
  if (!strcmp(words[1], "every")) every_call();
  if (!strcmp(words[1], "threads")) threads();
  if (!strcmp(words[1], "forks")) forks();
  if (!strcmp(words[1], "late")) late(words[2]);
  if (!strcmp(words[1], "many")) many();
  return 0;
}
