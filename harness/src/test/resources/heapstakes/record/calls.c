/* Calls of every kind, then an end of the kind that is asked for. Nothing else allocates. */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile handed;

static void *other(void *unused) {
  (void)unused;
  void *volatile own = malloc(70001);
  free(handed); /* the first thread's */
  handed = own;
  return NULL;
}

static void calls(void) {
  void *volatile a = malloc(100);
  void *volatile b = calloc(3, 7);
  a = realloc(a, 200000); /* moves */
  void *volatile c = memalign(64, 128);
  void *volatile d = aligned_alloc(256, 512);
  void *p = NULL;
  if (posix_memalign(&p, 32, 96)) abort();
  void *volatile e = reallocarray(NULL, 4, 25);
  void *volatile f = valloc(10);
  void *volatile refused = malloc((size_t)1 << 62);
  if (refused) abort();
  malloc_trim(4096);
  free(b);
  free(NULL);
  void *volatile gone = realloc(c, 0);
  if (gone) abort();
  free(d);
  free(p);
  free(e);
  free(f);
  free(a);
}

int main(int argc, char **argv) {
  const char *end = argc > 1 ? argv[1] : "";
  if (!strcmp(end, "again")) {
    void *volatile p = malloc(11);
    free(p);
    return 0;
  }
  if (!strcmp(end, "thread")) {
    handed = malloc(70000);
    pthread_t thread;
    if (pthread_create(&thread, NULL, other, NULL)) abort();
    pthread_join(thread, NULL);
    free(handed);
    return 0;
  }
  if (!strcmp(end, "fork")) {
    void *volatile kept = calloc(2, 500);
    void *volatile dropped = malloc(600);
    free(dropped);
    pid_t child = fork();
    if (child == 0) {
      free(kept);
      void *volatile p = malloc(700);
      _exit(p == NULL);
    }
    waitpid(child, NULL, 0);
    free(kept);
    return 0;
  }
  calls();
  if (!strcmp(end, "_exit")) _exit(3);
  if (!strcmp(end, "abort")) abort();
  if (!strcmp(end, "term")) raise(SIGTERM);
  if (!strcmp(end, "kill")) raise(SIGKILL);
  if (!strcmp(end, "exec")) execl(argv[0], argv[0], "again", (char *)NULL);
  return 0;
}
