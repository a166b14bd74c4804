/* The file of records: its space, its head, and whose it is, through threads and forks. */
#define _GNU_SOURCE
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MOST_RECORDS (1ul << 31)
#define MOST_PACKED_RECORDS (1ul << 37) /* where trace record packs what is written, and gives its space back */
#define FIRST_RECORDS (1ul << 11)
#define MOST_STEP_RECORDS (1ul << 16)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

struct head *head;
static struct record *records;
static _Atomic u64 room; /* records that have space */
static u64 most;         /* records that the file may hold */
static u64 ceiling = MOST_RECORDS;
static char folder[512];
static char file_name[256];
static int clocked;
static int only_first;
static _Atomic u32 always = OPEN;
_Atomic u32 *window = &always;
static u64 records_at_fork;
static pthread_key_t thread_key;
static int have_key;

_Atomic int *mine;
_Atomic int state;
PER_THREAD struct own own;
static PER_THREAD u32 thread_number; /* 0: none yet; else the number + 1 */

static SLOW void say(const char *what, int error) {
  char text[512];
  int n = snprintf(text, sizeof text, "heapstakes: process %d is not recorded further: %s: %s\n", (int)getpid(), what,
                   strerror(error));
  if (n > 0 && write(2, text, (size_t)n) < 0) { /* nobody listens */
  }
}

static SLOW void stop(const char *what, int error) {
  atomic_store(&state, OFF);
  say(what, error);
}

static void path_of(const char *name, char *path, size_t bytes) { snprintf(path, bytes, "%s/%s", folder, name); }

/*
 * Gives a part of the file its space on the disk, for a store that finds the disk full would end
 * the program. Kernels before 5.14 know no way; there it does.
 */
int populate(void *from, u64 bytes) {
  uintptr_t page = (uintptr_t)from & ~(HEAD_BYTES - 1);
  u64 length = bytes + ((uintptr_t)from - page);
  if (madvise((void *)page, length, MADV_POPULATE_WRITE) == 0 || errno == EINVAL) return 0;
  return errno == EFAULT ? ENOSPC : errno;
}

/*
 * Makes sure that there is space for record number n; 0 if there cannot be. Threads, and handlers of
 * signals in them, may give the same part its space at the same time: that harms nobody.
 */
static SLOW int grow(u64 n) {
  int saved = errno;
  int error = 0;
  u64 before;
  while (!error && (before = atomic_load(&room)) <= n) {
    u64 step = before < MOST_STEP_RECORDS ? before : MOST_STEP_RECORDS;
    if (step > most - before) step = most - before;
    error = atomic_load(&state) == OFF ? ECANCELED
            : step                     ? populate(&records[before], step * sizeof(struct record))
                                       : EFBIG;
    if (!error) atomic_compare_exchange_strong(&room, &before, before + step);
  }
  if (error && atomic_exchange(&state, OFF) == RECORDING) say(file_name, error);
  errno = saved;
  return !error;
}

/* Has signals wait; for what a handler that allocates must not see half done. */
static void hold_signals(sigset_t *before) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, before);
}

static void release_signals(const sigset_t *before) { pthread_sigmask(SIG_SETMASK, before, NULL); }

static void see_end(uintptr_t rounds) {
  own.busy++; /* it may allocate */
  pthread_setspecific(thread_key, (void *)rounds);
  own.busy--;
}

static SLOW u32 new_thread(void) {
  sigset_t before;
  hold_signals(&before);
  if (!thread_number) thread_number = atomic_fetch_add(&head->threads, 1) + 1;
  if (have_key) see_end(PTHREAD_DESTRUCTOR_ITERATIONS);
  release_signals(&before);
  return thread_number;
}

u32 own_thread(void) { return likely(thread_number) ? thread_number : new_thread(); }

static void put(u64 kind, u64 pointer, u64 size, u64 extra, u32 site) {
  u64 n = atomic_fetch_add_explicit(&head->records, 1, memory_order_acq_rel);
  if (!likely(n < atomic_load_explicit(&room, memory_order_relaxed)) && !grow(n)) {
    atomic_fetch_sub(&head->records, 1); /* all numbers that follow fail as well, so none is missing */
    return;
  }
  u32 thread = own_thread();
  struct record *r = &records[n];
  r->pointer = pointer;
  r->size = size;
  r->extra = extra;
  __atomic_store_n(&r->head, kind | (u64)(thread - 1) << 8 | (u64)site << 32, __ATOMIC_RELEASE);
}

static SLOW void tick(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  put(CLOCK, (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec, 0, 0, 0);
}

void note(u64 kind, u64 pointer, u64 size, u64 extra, u32 site) {
  if (clocked) tick();
  put(kind, pointer, size, extra, site);
}

/* The last of the rounds in which a thread's destructors are called: most of them were before. */
static void thread_ends(void *left) {
  uintptr_t rounds = (uintptr_t)left;
  if (rounds > 1) {
    sigset_t before;
    hold_signals(&before);
    see_end(rounds - 1);
    release_signals(&before);
  } else if (is_recording()) {
    if (sample_every) flush_counts();
    else note(THREAD_EXIT, 0, 0, 0, 0);
  }
}

/* A process that has no file yet is still where its parent was. */
static void before_fork(void) {
  if (atomic_load(&state) == RECORDING && *mine) records_at_fork = atomic_load(&head->records);
}

static void read_command(char *command, size_t bytes) {
  int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t got = read(fd, command, bytes - 1);
  command[got > 0 ? got : 0] = 0;
  close(fd);
}

static u64 file_bytes(u64 count) { return HEAD_BYTES + count * sizeof(struct record); }

int room_for_file(u64 bytes) {
  struct rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur >= bytes;
}

/* As many as the process may write to a file: one byte more, and a signal ends it. */
static u64 most_records(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur >= file_bytes(ceiling)) return ceiling;
  return limit.rlim_cur < HEAD_BYTES ? 0 : (limit.rlim_cur - HEAD_BYTES) / sizeof(struct record);
}

/* A file of this process's own: the first name that is free, since exec keeps the process. */
static int new_file(void) {
  char path[1024];
  int fd = -1;
  for (int image = 0; fd < 0 && image < 1000000; image++) {
    snprintf(file_name, sizeof file_name, "%d.%d.raw", (int)getpid(), image);
    path_of(file_name, path, sizeof path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd < 0) {
    stop(path, errno);
    return 0;
  }
  most = most_records();
  int error = most < FIRST_RECORDS ? EFBIG : ftruncate(fd, (off_t)file_bytes(most)) ? errno : 0;
  void *at = error ? MAP_FAILED
                   : mmap(head, file_bytes(ceiling), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_NORESERVE | (head ? MAP_FIXED : 0), fd, 0);
  if (!error && at == MAP_FAILED) error = errno;
  close(fd);
  if (!error) error = populate(at, file_bytes(FIRST_RECORDS));
  if (error) {
    unlink(path);
    stop(path, error);
    return 0;
  }
  head = at;
  records = (struct record *)((char *)at + HEAD_BYTES);
  atomic_store(&room, FIRST_RECORDS);
  memcpy(strrchr(path, '.'), ".sites", sizeof ".sites");
  open_sites(path);
  return 1;
}

static u32 pools_left_out(void) {
  const char *python = getenv("PYTHONMALLOC");
  const char *php = getenv("USE_ZEND_ALLOC");
  return (python && !strncmp(python, "malloc", 6) ? PYTHON_WITHOUT_POOLS : 0) |
         (php && !strcmp(php, "0") ? PHP_WITHOUT_POOLS : 0);
}

static void write_head(const char *parent, u64 parent_records) {
  memcpy(head->magic, "HSRECORD", 8);
  head->version = sample_every ? 3 : 2;
  head->sample_every = sample_every;
  head->pid = (u32)getpid();
  head->clocked = (u32)clocked;
  head->parent_records = parent_records;
  head->pools = pools_left_out();
  snprintf(head->parent, sizeof head->parent, "%s", parent);
  read_command(head->command, sizeof head->command);
}

/* Where only the first process is wanted: whether this is the one, by a file that the first made. */
static int is_wanted(void) {
  if (!only_first) return 1;
  char path[1024];
  u32 first = 0, own = (u32)getpid();
  path_of("first", path, sizeof path);
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    first = write(fd, &own, sizeof own) == sizeof own ? own : 0;
  } else if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || read(fd, &first, sizeof first) != sizeof first) {
    first = 0;
  }
  if (fd >= 0) close(fd);
  return first == own;
}

/* The first signal begins the recording, the second ends it. */
static void step_window(int signal) {
  (void)signal;
  u32 before = BEFORE, open = OPEN;
  if (!atomic_compare_exchange_strong(window, &before, OPEN)) atomic_compare_exchange_strong(window, &open, AFTER);
}

/* Where there is a window it lies in a file beside the records; 0 if that is gone, for then it has closed. */
static int open_window(void) {
  if (!getenv("HEAPSTAKES_RECORD_WINDOW")) return 1;
  char path[1024];
  path_of("window", path, sizeof path);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  void *at = fd < 0 ? MAP_FAILED : mmap(NULL, HEAD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd >= 0) close(fd);
  if (at == MAP_FAILED) return 0;
  window = at;
  if (getenv("HEAPSTAKES_RECORD_SIGNAL")) {
    struct sigaction action = {.sa_handler = step_window, .sa_flags = SA_RESTART};
    sigaction(SIGUSR2, &action, NULL);
  }
  return 1;
}

static SLOW void start(void) {
  const char *wanted = getenv("HEAPSTAKES_RECORD");
  if (!wanted || *wanted != '/' || strlen(wanted) >= sizeof folder) {
    atomic_store(&state, OFF);
    return;
  }
  strcpy(folder, wanted);
  clocked = getenv("HEAPSTAKES_RECORD_CLOCK") != NULL;
  start_sampling();
  if (getenv("HEAPSTAKES_RECORD_PACKED")) ceiling = MOST_PACKED_RECORDS;
  only_first = getenv("HEAPSTAKES_RECORD_FIRST") != NULL;
  if (!is_wanted() || !open_window()) {
    atomic_store(&state, OFF);
    return;
  }
  if (!new_file()) return;
  write_head("", 0);
  void *page = mmap(NULL, HEAD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED || madvise(page, HEAD_BYTES, MADV_WIPEONFORK)) {
    stop("no page that fork wipes", errno);
    return;
  }
  mine = page;
  *mine = 1;
  have_key = pthread_key_create(&thread_key, thread_ends) == 0;
  pthread_atfork(before_fork, NULL, forget_counts);
  atomic_store(&state, RECORDING);
}

/* In a forked child: its own file, which begins where the parent's was. */
static SLOW void start_child(void) {
  char parent[sizeof file_name];
  strcpy(parent, file_name);
  u64 before = records_at_fork ? records_at_fork : atomic_load(&head->records);
  u32 thread = thread_number;
  if (only_first) {
    atomic_store(&state, OFF);
    return;
  }
  forget_counts();
  if (!new_file()) return;
  write_head(parent, before);
  thread_number = 0;
  if (thread) new_thread();
  *mine = 1;
}

int begin(void) {
  if (own.busy) return 0;
  int saved = errno;
  sigset_t before;
  hold_signals(&before);
  own.busy++;
  int expected = NEW;
  if (atomic_compare_exchange_strong(&state, &expected, STARTING)) {
    look_up();
    start();
  } else if (expected == RECORDING && !*mine) {
    start_child();
  }
  own.busy--;
  release_signals(&before);
  errno = saved;
  return atomic_load(&state) == RECORDING;
}

__attribute__((destructor)) static void ends(void) {
  if (is_recorded()) flush_counts();
}

/* A program that allocates nothing is recorded as well. */
__attribute__((constructor)) static void loaded(void) {
  is_recorded();
}
