/* What the parts of the recorder share. Rules of the house stand in recorder.c. */
#ifndef HEAPSTAKES_RECORDER_H
#define HEAPSTAKES_RECORDER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t u64;
typedef uint32_t u32;

#define CALLER __builtin_return_address(0)
#define EXPORTED __attribute__((visibility("default")))
#define SLOW __attribute__((noinline, cold))
#define APART __attribute__((noinline)) /* so that what goes before saves no registers for it */
#define likely(x) __builtin_expect(!!(x), 1)
#define PER_THREAD __thread __attribute__((tls_model("initial-exec")))

enum { MALLOC = 1, CALLOC, MEMALIGN, FREE, REALLOC_BEGIN, REALLOC_END, TRIM, THREAD_EXIT, CLOCK, BREAK };

struct record {
  u64 head; /* kind in bits 0-7, thread in bits 8-31, call site in bits 32-63; 0: never written */
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
  u32 pools;             /* settings in the environment that keep interpreters from pools of their own */
  u32 unused;
  u64 sample_every;      /* mean bytes between samples; 0: all calls are recorded. What follows is then of all: */
  _Atomic u64 operations, requests, bytes;
  _Atomic u64 unsampled; /* blocks that were to be sampled and for which there was no room */
};

enum { PYTHON_WITHOUT_POOLS = 1, PHP_WITHOUT_POOLS = 2 };

#pragma GCC visibility push(hidden)

enum { NEW, STARTING, RECORDING, OFF };
extern _Atomic int state;

/* In a page that a fork wipes: 1 while the file is this process's own. */
extern _Atomic int *mine;

extern struct head *head;

/* When calls are recorded, if not always: a word that all processes and trace record share. */
enum { BEFORE, OPEN, AFTER };
extern _Atomic u32 *window;

/*
 * Of a thread. While it samples it may request {@code left} bytes before anything is to be done but count: so
 * long, requests and frees of blocks that are no samples go straight through. 0 wherever more is to be looked at.
 */
extern PER_THREAD struct own {
  u64 left;
  int busy;             /* inside the recorder: calls are not recorded */
  u64 requests, others; /* operations since the last flush */
} own;

/* What the program would call without us. */
extern struct next {
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
extern uintptr_t allocator_begins, allocator_ends;

/* Finds what is in next. */
void look_up(void);

/* The first call of a process or of a forked child; whether the caller's call is to be recorded. */
SLOW int begin(void);

/* Writes a call down; site as find_site says. */
void note(u64 kind, u64 pointer, u64 size, u64 extra, u32 site);

/* Gives a part of a mapped file its space on the disk; the error if there is none. */
int populate(void *from, u64 bytes);

/* Whether the process may write a file of that length. */
int room_for_file(u64 bytes);

/* Begins the table of call sites of this process, if they are to be recorded. */
void open_sites(const char *path);

/* Whether they are. */
extern int has_sites;

/* The number of the site that calls, with its callers; 0 if there is no room for it. */
u32 find_site(const void *caller);

#pragma GCC visibility pop

/* Mean bytes between samples; 0 where all calls are recorded. */
extern u64 sample_every;
void start_sampling(void);

/* A call, of which a record is made where it is sampled. */
void sample(u64 kind, u64 block, u64 size, u64 extra);

/* Adds what this thread has counted to what all have. */
void flush_counts(void);

/* Leaves out what this thread has counted: it was counted by the process that was forked. */
void forget_counts(void);

/*
 * How many sampled blocks live whose address has these bits; MANY stays. Neighbours share a counter, as samples
 * lie far apart, and a cache line has those of 8 KiB, so that a program's blocks need few.
 */
#define WATCHED_SHIFT 7
#define WATCHED_BITS 18
enum { MANY = 255 };
extern _Atomic unsigned char watched[1u << WATCHED_BITS];

static inline _Atomic unsigned char *watched_at(u64 block) {
  return &watched[block >> WATCHED_SHIFT & ((1u << WATCHED_BITS) - 1)];
}

/* The number of this thread in the recording, from 1. */
u32 own_thread(void);

/* Whether this process is recorded, from within the recorder excepted. */
static inline int is_recorded(void) {
  int now = atomic_load_explicit(&state, memory_order_acquire);
  if (likely(now == RECORDING && atomic_load(mine))) return !own.busy;
  return now == OFF ? 0 : begin();
}

/* Whether this call is to be recorded. */
static inline int is_recording(void) {
  return is_recorded() && likely(atomic_load_explicit(window, memory_order_relaxed) == OPEN);
}

/* Whether a thread that samples has only to count. It does while the window is open and it owns its file. */
static inline int only_counts(void) {
  return likely(own.left) && likely(atomic_load_explicit(window, memory_order_relaxed) == OPEN) && likely(!own.busy);
}

/* Whether such a request is no sample; it is counted then. None of 0 bytes is, for it takes more than it says. */
static inline int is_counted(u64 bytes) {
  if (!likely(bytes - 1 < own.left) || !only_counts()) return 0;
  own.left -= bytes;
  own.requests++;
  return 1;
}

/* Whether such a block is no sample; never of NULL. */
static inline int is_unwatched(const void *block) {
  return !atomic_load_explicit(watched_at((u64)(uintptr_t)block), memory_order_relaxed);
}

/* Whether the next allocator is known; it is not while it is being looked up. */
static inline int is_ready(void) {
  if (!likely(next.free != NULL)) begin();
  return next.free != NULL;
}

/* The allocator moves the break as well, and that is not the program's doing. */
static inline int is_allocator(const void *caller) {
  return (uintptr_t)caller >= allocator_begins && (uintptr_t)caller < allocator_ends;
}

#endif
