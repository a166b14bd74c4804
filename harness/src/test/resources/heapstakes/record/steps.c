/*
 * Programs whose calls are known: steps NAME does what RecorderTest lists. What they ask for is 10 000
 * bytes and more (or 0), which tells it from what the C library asks for by itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOO_MUCH (SIZE_MAX / 4)

static void check(int good, const char *what) {
  if (!good) {
    fprintf(stderr, "steps: %s\n", what);
    _exit(99);
  }
}

static void families(void) {
  void *a = malloc(10001);
  void *b = calloc(3, 10002);
  void *c = memalign(64, 10003);
  void *d = aligned_alloc(128, 10112);
  void *e;
  check(posix_memalign(&e, 256, 10005) == 0, "posix_memalign");
  void *f = valloc(10006);
  void *g = pvalloc(10007);
  void *h = malloc(0);
  check(malloc(TOO_MUCH) == NULL, "malloc of too much");
  check(calloc(TOO_MUCH, 16) == NULL, "calloc of too much");
  free(NULL);
  uintptr_t before = (uintptr_t)a;
  a = realloc(a, 20001);
  check((uintptr_t)a != before, "a block between others is moved");
  before = (uintptr_t)a;
  a = realloc(a, 10011);
  check((uintptr_t)a == before, "a block that shrinks stays");
  check(realloc(a, TOO_MUCH) == NULL, "realloc to too much");
  check(reallocarray(a, TOO_MUCH, 16) == NULL, "reallocarray to too much");
  void *i = realloc(NULL, 10012);
  i = reallocarray(i, 2, 10013);
  void *j = malloc(10014);
  check(realloc(j, 0) == NULL, "realloc to nothing frees");
  malloc_trim(77);
  free(a), free(b), free(c), free(d), free(e), free(f), free(g), free(h), free(i);
}

static pthread_key_t key;
static void *passed;

static void free_at_end(void *block) { free(block); }

static void *frees_of_others(void *unused) {
  (void)unused;
  void *own = malloc(10002);
  free(passed);
  pthread_setspecific(key, malloc(10003));
  return own;
}

static void *one_block(void *unused) {
  (void)unused;
  return malloc(10004);
}

static void *joined(void *(*work)(void *)) {
  pthread_t thread;
  void *result;
  check(pthread_create(&thread, NULL, work, NULL) == 0, "pthread_create");
  check(pthread_join(thread, &result) == 0, "pthread_join");
  return result;
}

static void threads(void) {
  check(pthread_key_create(&key, free_at_end) == 0, "pthread_key_create");
  passed = malloc(10001);
  free(joined(frees_of_others));
  free(joined(one_block));
}

static pid_t forked(void) {
  pid_t child = fork();
  check(child >= 0, "fork");
  return child;
}

static void await(pid_t child) {
  int status;
  check(waitpid(child, &status, 0) == child && status == 0, "a child that fails");
}

static void forks(void) {
  void *a = malloc(10001);
  void *b = realloc(malloc(10002), 20002);
  void *c = malloc(10003);
  free(b);
  pid_t child = forked();
  if (child == 0) {
    void *d = malloc(10004);
    free(a);
    pid_t grandchild = forked();
    if (grandchild == 0) {
      free(d);
      malloc(10005);
      _exit(0);
    }
    await(grandchild);
    _exit(0);
  }
  await(child);
  free(c);
}

/* The child allocates nothing, and forks when the parent has gone on. */
static void quiet_child(void) {
  int ends[2];
  char byte = 0;
  malloc(10001);
  check(pipe(ends) == 0, "pipe");
  pid_t child = forked();
  if (child == 0) {
    check(read(ends[0], &byte, 1) == 1, "read");
    pid_t grandchild = forked();
    if (grandchild == 0) {
      malloc(10003);
      _exit(0);
    }
    await(grandchild);
    _exit(0);
  }
  malloc(10002);
  check(write(ends[1], &byte, 1) == 1, "write");
  await(child);
}

static void ends(const char *how) {
  void *a = malloc(10001);
  malloc(10002);
  free(a);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  if (!strcmp(how, "exit")) exit(3);
  if (!strcmp(how, "_exit")) _exit(4);
  if (!strcmp(how, "quick_exit")) quick_exit(5);
  if (!strcmp(how, "abort")) abort();
  raise(atoi(how));
}

static void closes_all(void) {
  closefrom(3);
  for (int i = 0; i < 100000; i++) free(malloc(10001));
}

/* The child goes on when it gets the word: a file that appears; a minute at most. */
static void background(const char *word) {
  if (forked()) return;
  for (int i = 0; i < 6000 && access(word, F_OK); i++) usleep(10000);
  malloc(10001);
}

static void sleeps(void) {
  malloc(10001);
  usleep(20000);
  malloc(10002);
}

static pthread_t initial;

static void *outlives(void *unused) {
  pthread_join(initial, NULL);
  free(malloc(10002));
  return unused;
}

/* The last thread ends the process. */
static void main_exits(void) {
  pthread_t other;
  initial = pthread_self();
  malloc(10001);
  check(!pthread_create(&other, NULL, outlives, NULL), "create");
  pthread_exit(NULL);
}

enum { WORKERS = 4, EACH = 50000, SHELF = 16 };
static void *_Atomic shelf[SHELF];

/* Threads free each other's blocks at once, so that addresses come again soon on another thread. */
static void *exchanges(void *seed) {
  uint32_t x = (uint32_t)(uintptr_t)seed * 2654435761u + 1;
  for (int i = 0; i < EACH; i++) {
    x = x * 1664525u + 1013904223u;
    void *block = malloc(10000 + (x >> 8) % 4);
    if (x >> 28 == 0) block = realloc(block, 20000 + (x >> 8) % 4);
    free(__atomic_exchange_n(&shelf[(x >> 16) % SHELF], block, __ATOMIC_ACQ_REL));
  }
  return NULL;
}

static void exchange(void) {
  pthread_t worker[WORKERS];
  for (uintptr_t i = 0; i < WORKERS; i++) check(!pthread_create(&worker[i], NULL, exchanges, (void *)i), "create");
  for (int i = 0; i < WORKERS; i++) pthread_join(worker[i], NULL);
  for (int i = 0; i < SHELF; i++) free(shelf[i]);
}

static volatile long hits;

static void allocates(int signal) {
  (void)signal;
  free(realloc(malloc(10002), 20002));
  hits++;
}

/* A handler that allocates comes in wherever the program is; 2000 calls and 50 signals at least. */
static void handler(void) {
  struct itimerval often = {{0, 200}, {0, 200}};
  signal(SIGALRM, allocates);
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 0; i < 1000 || hits < 50; i++) free(realloc(malloc(10001), 20001));
  signal(SIGALRM, SIG_IGN);
}

/* What a foreign-function interface does: functions of the C library by name. */
static void by_name(void) {
  void *library = dlopen("libc.so.6", RTLD_NOW);
  void *(*allocate)(size_t) = (void *(*)(size_t))dlsym(library, "malloc");
  void (*give)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "free");
  int (*trim)(size_t) = (int (*)(size_t))dlsym(library, "malloc_trim");
  give(allocate(10001));
  trim(77);
  check(dlsym(library, "strlen") != NULL && dlsym(library, "no such name") == NULL, "others as they are");
  check(dlsym(RTLD_NEXT, "malloc") != NULL, "the next one");
}

static void binds_deeply(void) {
  malloc(10001);
  check(dlopen("libm.so.6", RTLD_NOW | RTLD_DEEPBIND) != NULL, "dlopen");
}

/* As shared cases' foreign-sbrk.c: see RecorderTest. */
static void fills_and_trims(int with_pages) {
  enum { BLOCKS = 20000 };
  static void *block[BLOCKS];
  for (int i = 0; i < BLOCKS; i++) {
    block[i] = malloc(2000);
    memset(block[i], 1, 2000);
    if (with_pages && (i == BLOCKS / 2 || i == BLOCKS - 1)) check(sbrk(4096) != (void *)-1, "sbrk");
  }
  for (int i = 0; i < BLOCKS; i++) free(block[i]);
  malloc_trim(0);
}

static void moves_the_break(void) {
  void *a = malloc(10001);
  check(sbrk(4096) != (void *)-1, "sbrk");
  check(brk((char *)sbrk(0) + 8192) == 0, "brk");
  check(sbrk(-4096) != (void *)-1, "sbrk down");
  free(a);
}

int main(int count, char **argument) {
  check(count > 1, "what?");
  const char *name = argument[1];
  if (!strcmp(name, "families")) families();
  else if (!strcmp(name, "threads")) threads();
  else if (!strcmp(name, "forks")) forks();
  else if (!strcmp(name, "quiet-child")) quiet_child();
  else if (!strcmp(name, "exec")) malloc(10001), execv(argument[0], (char *[]){argument[0], "end", "_exit", NULL});
  else if (!strcmp(name, "end")) ends(argument[2]);
  else if (!strcmp(name, "closes-all")) closes_all();
  else if (!strcmp(name, "sleeps")) sleeps();
  else if (!strcmp(name, "exchange")) exchange();
  else if (!strcmp(name, "main-exits")) main_exits();
  else if (!strcmp(name, "handler")) handler();
  else if (!strcmp(name, "by-name")) by_name();
  else if (!strcmp(name, "deep")) binds_deeply();
  else if (!strcmp(name, "break")) moves_the_break();
  else if (!strcmp(name, "foreign-break")) fills_and_trims(1);
  else if (!strcmp(name, "no-foreign-break")) fills_and_trims(0);
  else if (!strcmp(name, "replaced")) malloc(10001), execl(argument[2], argument[2], NULL), _exit(5);
  else if (!strcmp(name, "background")) background(argument[2]);
  return 0;
}
