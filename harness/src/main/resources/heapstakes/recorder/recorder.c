/*
 * Preloaded into a program, writes down every call of the malloc family. Rules of the house:
 *
 *  - a record's number is its place in one order over all threads. A free takes its number before
 *    the block is given back and an allocation after the block is there, so an address never comes
 *    again before its free. A realloc takes two;
 *  - records lie in a file that is mapped shared, so the kernel keeps them however the process
 *    ends. It has its full length from the start, mostly a hole: no descriptor stays open, for
 *    programs close those that they do not know, and no path is looked up again, for servers give
 *    up their rights to it;
 *  - nothing here allocates; what is asked for while the next allocator is looked up comes from a
 *    buffer of its own and is not recorded;
 *  - a page that fork wipes tells a child that it needs a file of its own;
 *  - a signal's handler may allocate wherever it comes in: nothing waits for a lock, and where more
 *    than one step belongs together signals wait;
 *  - what looks a function up by name gets ours, and what replaces the program or binds past us
 *    leaves a mark in the head, for then what follows is not seen.
 *
 * The file's form is described in heapstakes.workload.imported.RecorderFile.
 */
#define _GNU_SOURCE
#include "lookup.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;
typedef uint32_t u32;

#define EXPORTED __attribute__((visibility("default")))
#define SLOW __attribute__((noinline, cold))
#define likely(x) __builtin_expect(!!(x), 1)
#define PER_THREAD static __thread __attribute__((tls_model("initial-exec")))

enum { MALLOC = 1, CALLOC, MEMALIGN, FREE, REALLOC_BEGIN, REALLOC_END, TRIM, THREAD_EXIT, CLOCK, BREAK };

struct record {
  u64 head; /* kind in bits 0-7, thread in bits 8-31; 0: never written */
  u64 pointer;
  u64 size;
  u64 extra; /* calloc: the count; memalign: the alignment; end of a realloc: the old pointer */
             /* break: size is how far it went, two's complement */
};

#define HEAD_BYTES 4096ul
struct head {
  char magic[8];
  u32 version;
  u32 pid;
  _Atomic u64 records;   /* numbers given out */
  u64 parent_records;    /* of the parent's file, when this process was forked */
  char parent[256];      /* name of that file, empty if there is none */
  _Atomic u32 threads;   /* numbers given out */
  u32 clocked;
  char command[1024];    /* arguments, each ended by a zero byte */
  u32 replaced;          /* whether the process went on to another program image */
  _Atomic u32 deep;      /* libraries that were loaded with RTLD_DEEPBIND */
};

#define MOST_RECORDS (1ul << 31)
#define FIRST_RECORDS (1ul << 11)
#define MOST_STEP_RECORDS (1ul << 16)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

static struct head *head;
static struct record *records;
static _Atomic u64 room; /* records that have space */
static u64 most;         /* records that the file may hold */
static char folder[512];
static char file_name[256];
static int clocked;
static u64 records_at_fork;
static pthread_key_t thread_key;
static int have_key;

/* In a page that a fork wipes: 1 while the file is this process's own. */
static _Atomic int *mine;

enum { NEW, STARTING, RECORDING, OFF };
static _Atomic int state;

PER_THREAD u32 thread_number; /* 0: none yet; else the number + 1 */
PER_THREAD int busy;          /* inside the recorder: calls are not recorded */

static struct {
  void *(*malloc)(size_t);
  void *(*calloc)(size_t, size_t);
  void *(*realloc)(void *, size_t);
  void *(*memalign)(size_t, size_t);
  void *(*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void **, size_t, size_t);
  void *(*valloc)(size_t);
  void *(*pvalloc)(size_t);
  void (*free)(void *);
  int (*malloc_trim)(size_t);
  void *(*reallocarray)(void *, size_t, size_t);
  void *(*sbrk)(intptr_t);
  int (*brk)(void *);
  void *(*dlsym)(void *, const char *);
  void *(*dlvsym)(void *, const char *, const char *);
  void *(*dlopen)(const char *, int);
  int (*execve)(const char *, char *const[], char *const[]);
  int (*execvpe)(const char *, char *const[], char *const[]);
  int (*fexecve)(int, char *const[], char *const[]);
} next;

/* Where the allocator lies that the program would have without us: it may move the break. */
static uintptr_t allocator_begins, allocator_ends;

/* For what is asked while the next allocator is looked up. */
static char early[1 << 16] __attribute__((aligned(16)));
static size_t early_used;

static void *early_allocate(size_t bytes) {
  size_t rounded = (bytes + 31) & ~(size_t)15; /* the size stands before the block */
  if (rounded < bytes || rounded > sizeof early - early_used) {
    errno = ENOMEM;
    return NULL;
  }
  char *block = early + early_used;
  early_used += rounded;
  *(size_t *)block = bytes;
  return block + 16;
}

static int is_early(const void *p) { return (const char *)p >= early && (const char *)p < early + sizeof early; }

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
static int populate(void *from, u64 bytes) {
  if (madvise(from, bytes, MADV_POPULATE_WRITE) == 0 || errno == EINVAL) return 0;
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
  busy++; /* it may allocate */
  pthread_setspecific(thread_key, (void *)rounds);
  busy--;
}

static SLOW u32 new_thread(void) {
  sigset_t before;
  hold_signals(&before);
  if (!thread_number) thread_number = atomic_fetch_add(&head->threads, 1) + 1;
  if (have_key) see_end(PTHREAD_DESTRUCTOR_ITERATIONS);
  release_signals(&before);
  return thread_number;
}

static void put(u64 kind, u64 pointer, u64 size, u64 extra) {
  u64 n = atomic_fetch_add_explicit(&head->records, 1, memory_order_acq_rel);
  if (!likely(n < atomic_load_explicit(&room, memory_order_relaxed)) && !grow(n)) {
    atomic_fetch_sub(&head->records, 1); /* all numbers that follow fail as well, so none is missing */
    return;
  }
  u32 thread = likely(thread_number) ? thread_number : new_thread();
  struct record *r = &records[n];
  r->pointer = pointer;
  r->size = size;
  r->extra = extra;
  __atomic_store_n(&r->head, kind | (u64)(thread - 1) << 8, __ATOMIC_RELEASE);
}

static SLOW void tick(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  put(CLOCK, (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec, 0, 0);
}

static SLOW int begin(void);

/* Whether this call is to be recorded. */
static inline int is_recording(void) {
  if (likely(atomic_load_explicit(&state, memory_order_acquire) == RECORDING && atomic_load(mine))) return !busy;
  return begin();
}

static void note(u64 kind, u64 pointer, u64 size, u64 extra) {
  if (clocked) tick();
  put(kind, pointer, size, extra);
}

static void note_block(u64 kind, void *block, u64 size, u64 extra) {
  if (is_recording()) note(kind, (u64)(uintptr_t)block, size, extra);
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
    note(THREAD_EXIT, 0, 0, 0);
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

/* As many as the process may write to a file: one byte more, and a signal ends it. */
static u64 most_records(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur >= file_bytes(MOST_RECORDS)) return MOST_RECORDS;
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
                   : mmap(head, file_bytes(MOST_RECORDS), PROT_READ | PROT_WRITE,
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
  return 1;
}

static void write_head(const char *parent, u64 parent_records) {
  memcpy(head->magic, "HSRECORD", 8);
  head->version = 2;
  head->pid = (u32)getpid();
  head->clocked = (u32)clocked;
  head->parent_records = parent_records;
  snprintf(head->parent, sizeof head->parent, "%s", parent);
  read_command(head->command, sizeof head->command);
}

static SLOW void start(void) {
  const char *wanted = getenv("HEAPSTAKES_RECORD");
  if (!wanted || *wanted != '/' || strlen(wanted) >= sizeof folder) {
    atomic_store(&state, OFF);
    return;
  }
  strcpy(folder, wanted);
  clocked = getenv("HEAPSTAKES_RECORD_CLOCK") != NULL;
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
  pthread_atfork(before_fork, NULL, NULL);
  atomic_store(&state, RECORDING);
}

/* In a forked child: its own file, which begins where the parent's was. */
static SLOW void start_child(void) {
  char parent[sizeof file_name];
  strcpy(parent, file_name);
  u64 before = records_at_fork ? records_at_fork : atomic_load(&head->records);
  u32 thread = thread_number;
  if (!new_file()) return;
  write_head(parent, before);
  thread_number = 0;
  if (thread) new_thread();
  *mine = 1;
}

static int find_allocator(struct dl_phdr_info *module, size_t bytes, void *unused) {
  (void)bytes, (void)unused;
  uintptr_t wanted = (uintptr_t)next.malloc;
  for (int i = 0; i < module->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &module->dlpi_phdr[i];
    uintptr_t begins = module->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD && wanted >= begins && wanted < begins + part->p_memsz) {
      allocator_begins = begins;
      allocator_ends = begins + part->p_memsz;
      return 1;
    }
  }
  return 0;
}

static inline void look_up_dlsym(void) {
  if (likely(next.dlsym != NULL)) return;
  next.dlvsym = next_symbol("dlvsym");
  next.dlsym = next_symbol("dlsym");
}

static void look_up(void) {
  look_up_dlsym();
  next.malloc = next.dlsym(RTLD_NEXT, "malloc");
#define LOOK_UP(name) next.name = next.dlsym(RTLD_NEXT, #name)
  LOOK_UP(calloc);
  LOOK_UP(realloc);
  LOOK_UP(reallocarray);
  LOOK_UP(memalign);
  LOOK_UP(aligned_alloc);
  LOOK_UP(posix_memalign);
  LOOK_UP(valloc);
  LOOK_UP(pvalloc);
  LOOK_UP(malloc_trim);
  LOOK_UP(sbrk);
  LOOK_UP(brk);
  LOOK_UP(execve);
  LOOK_UP(execvpe);
  LOOK_UP(fexecve);
  dl_iterate_phdr(find_allocator, NULL);
  LOOK_UP(free); /* the last: is_ready asks for it */
#undef LOOK_UP
}

/* The first call of a process or of a forked child; whether the caller's call is to be recorded. */
static SLOW int begin(void) {
  if (busy) return 0;
  int saved = errno;
  sigset_t before;
  hold_signals(&before);
  busy++;
  int expected = NEW;
  if (atomic_compare_exchange_strong(&state, &expected, STARTING)) {
    look_up();
    start();
  } else if (expected == RECORDING && !*mine) {
    start_child();
  }
  busy--;
  release_signals(&before);
  errno = saved;
  return atomic_load(&state) == RECORDING;
}

/* Whether the next allocator is known; it is not while it is being looked up. */
static inline int is_ready(void) {
  if (!likely(next.free != NULL)) begin();
  return next.free != NULL;
}

EXPORTED void *malloc(size_t size) {
  if (!is_ready()) return early_allocate(size);
  void *block = next.malloc(size);
  note_block(MALLOC, block, size, 0);
  return block;
}

EXPORTED void *calloc(size_t count, size_t size) {
  if (!is_ready()) return size && count > sizeof early / size ? NULL : early_allocate(count * size);
  void *block = next.calloc(count, size);
  note_block(CALLOC, block, size, count);
  return block;
}

EXPORTED void free(void *block) {
  if (!block || is_early(block) || !is_ready()) return;
  note_block(FREE, block, 0, 0);
  next.free(block);
}

static void *realloc_early(void *block, size_t size) {
  size_t old = *(size_t *)((char *)block - 16);
  void *moved = malloc(size);
  if (moved) memcpy(moved, block, old < size ? old : size);
  return moved;
}

EXPORTED void *realloc(void *block, size_t size) {
  if (block && is_early(block)) return realloc_early(block, size);
  if (!is_ready()) return early_allocate(size);
  if (block) note_block(REALLOC_BEGIN, block, size, 0);
  void *moved = next.realloc(block, size);
  note_block(REALLOC_END, moved, size, (u64)(uintptr_t)block);
  return moved;
}

EXPORTED void *reallocarray(void *block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, bytes);
}

EXPORTED void *memalign(size_t alignment, size_t size) {
  if (!is_ready() || !next.memalign) return NULL;
  void *block = next.memalign(alignment, size);
  note_block(MEMALIGN, block, size, alignment);
  return block;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size) {
  if (!is_ready() || !next.aligned_alloc) return NULL;
  void *block = next.aligned_alloc(alignment, size);
  note_block(MEMALIGN, block, size, alignment);
  return block;
}

EXPORTED int posix_memalign(void **block, size_t alignment, size_t size) {
  if (!is_ready() || !next.posix_memalign) return ENOMEM;
  int error = next.posix_memalign(block, alignment, size);
  if (!error) note_block(MEMALIGN, *block, size, alignment);
  return error;
}

EXPORTED void *valloc(size_t size) {
  if (!is_ready() || !next.valloc) return NULL;
  void *block = next.valloc(size);
  note_block(MEMALIGN, block, size, HEAD_BYTES);
  return block;
}

EXPORTED void *pvalloc(size_t size) {
  if (!is_ready() || !next.pvalloc) return NULL;
  void *block = next.pvalloc(size);
  note_block(MEMALIGN, block, (size + HEAD_BYTES - 1) & ~(HEAD_BYTES - 1), HEAD_BYTES);
  return block;
}

EXPORTED int malloc_trim(size_t pad) {
  if (!is_ready() || !next.malloc_trim) return 0;
  note_block(TRIM, NULL, pad, 0);
  return next.malloc_trim(pad);
}

/* The allocator moves the break as well, and that is not the program's doing. */
static inline int is_allocator(const void *caller) {
  return (uintptr_t)caller >= allocator_begins && (uintptr_t)caller < allocator_ends;
}

static void note_break(intptr_t moved) {
  if (moved && is_recording()) note(BREAK, 0, (u64)moved, 0);
}

EXPORTED void *sbrk(intptr_t bytes) {
  if (!is_ready()) return (void *)-1;
  void *before = next.sbrk(bytes);
  if (before != (void *)-1 && !is_allocator(__builtin_return_address(0))) note_break(bytes);
  return before;
}

EXPORTED int brk(void *end) {
  if (!is_ready()) return -1;
  char *before = next.sbrk(0);
  int failed = next.brk(end);
  if (!failed && !is_allocator(__builtin_return_address(0))) note_break((char *)end - before);
  return failed;
}

/* What records the function of this name, and what it calls itself; NULL if nothing does. */
static void *recorder_of(const char *name, void **theirs) {
#define OURS(function) \
  if (!strcmp(name, #function)) return *theirs = (void *)next.function, (void *)function
  OURS(malloc);
  OURS(calloc);
  OURS(realloc);
  OURS(reallocarray);
  OURS(memalign);
  OURS(aligned_alloc);
  OURS(posix_memalign);
  OURS(valloc);
  OURS(pvalloc);
  OURS(malloc_trim);
  OURS(free);
  OURS(sbrk);
  OURS(brk);
#undef OURS
  return NULL;
}

/* What the program gets that would have got what was found. */
static void *ours(const char *name, void *found) {
  void *theirs;
  void *recorder = found ? recorder_of(name, &theirs) : NULL;
  return recorder && found == theirs ? recorder : found;
}

/*
 * What a library gets that asks for the next function of this name; NULL if that is not recorded. An
 * allocator of the program's own asks so for what it calls itself, and it is the one recorded.
 */
static void *ours_behind(const void *caller, const char *name) {
  void *theirs;
  void *recorder = recorder_of(name, &theirs);
  if (!recorder || !theirs || is_allocator(caller)) return NULL;
  busy++;
  void *found = next_symbol_of(caller, name);
  busy--;
  return found == theirs ? recorder : NULL;
}

/*
 * Both go by who calls them, in RTLD_NEXT and in a library's own search path: so the call of the next
 * one is the last thing done, which makes it a jump, and the caller stays the caller. They begin
 * nothing, for another preloaded library may call them before it works.
 */
#define FIND(handle, name, find)                                       \
  do {                                                                              \
    look_up_dlsym();                                                                \
    if (handle == RTLD_NEXT && next.free) {                                         \
      void *recorded = ours_behind(__builtin_return_address(0), name);              \
      if (recorded) return recorded;                                                \
    }                                                                               \
    if (handle == RTLD_NEXT || handle == RTLD_DEFAULT || !next.free) return find;   \
    return ours(name, find);                                                        \
  } while (0)

EXPORTED void *dlsym(void *restrict handle, const char *restrict name) {
  FIND(handle, name, next.dlsym(handle, name));
}

EXPORTED void *dlvsym(void *restrict handle, const char *restrict name, const char *restrict version) {
  FIND(handle, name, next.dlvsym(handle, name, version));
}

EXPORTED void *dlopen(const char *file, int mode) {
  look_up_dlsym();
  if (!next.dlopen) next.dlopen = next.dlsym(RTLD_NEXT, "dlopen");
  if (mode & RTLD_DEEPBIND && file && is_recording()) atomic_fetch_add(&head->deep, 1);
  return next.dlopen(file, mode);
}

/*
 * Marks that the process goes on to another image: where that has no file, it was not recorded. What
 * runs in memory lent by vfork is another process.
 */
static void replaces(u32 will) {
  if (is_recording() && (u32)syscall(SYS_getpid) == head->pid) head->replaced = will;
}

#define REPLACE(call)                 \
  do {                                \
    if (!is_ready()) return -1;       \
    replaces(1);                      \
    call;                             \
    replaces(0);                      \
    return -1;                        \
  } while (0)

EXPORTED int execve(const char *path, char *const words[], char *const environment[]) {
  REPLACE(next.execve(path, words, environment));
}

EXPORTED int execv(const char *path, char *const words[]) { REPLACE(next.execve(path, words, environ)); }

EXPORTED int execvp(const char *file, char *const words[]) { REPLACE(next.execvpe(file, words, environ)); }

EXPORTED int execvpe(const char *file, char *const words[], char *const environment[]) {
  REPLACE(next.execvpe(file, words, environment));
}

EXPORTED int fexecve(int fd, char *const words[], char *const environment[]) {
  REPLACE(next.fexecve(fd, words, environment));
}

/* How many words there are from the first on; the list ends with NULL. */
static size_t count_words(const char *first, va_list *rest) {
  size_t count = 0;
  for (const char *word = first; word; word = va_arg(*rest, const char *)) count++;
  return count;
}

/* The words of a call that has them as arguments, and what follows them. */
#define WORDS_OF(first)                                                                    \
  va_list list;                                                                            \
  va_start(list, first);                                                                   \
  size_t count = count_words(first, &list);                                                \
  va_end(list);                                                                            \
  char *words[count + 1];                                                                  \
  va_start(list, first);                                                                   \
  words[0] = (char *)first;                                                                \
  for (size_t i = 1; i <= count; i++) words[i] = va_arg(list, char *)

EXPORTED int execl(const char *path, const char *first, ...) {
  WORDS_OF(first);
  va_end(list);
  return execv(path, words);
}

EXPORTED int execlp(const char *file, const char *first, ...) {
  WORDS_OF(first);
  va_end(list);
  return execvp(file, words);
}

EXPORTED int execle(const char *path, const char *first, ...) {
  WORDS_OF(first);
  char *const *environment = va_arg(list, char *const *);
  va_end(list);
  return execve(path, words, environment);
}

/* A program that allocates nothing is recorded as well. */
__attribute__((constructor)) static void loaded(void) {
  is_recording();
}
