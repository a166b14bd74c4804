/*
 * The library under test: its entry points, its trim and its counters. The driver exports malloc
 * and its kin itself, ahead of the library, for one reason: what the C library allocates on behalf
 * of the driver (a thread's vector of thread-local blocks, dlopen's records) must not land in the
 * heap that is measured. Everything else is passed on.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#define FIELDS 10

/* struct mallinfo2 and, for before glibc 2.33, struct mallinfo */
struct info {
  size_t at[FIELDS];
};

struct old_info {
  int at[FIELDS];
};

#define HOST_BYTES (4ul << 20)
#define HOST_CLASSES 24

struct library library;

static u8 *host_base;
static u64 host_used;
static void *host_free_lists[HOST_CLASSES];
static struct library next; /* whose malloc follows in the search order: for all but the driver */
static int always_host;

static int (*mallctl_by_mib)(const size_t *, size_t, void *, size_t *, void *, size_t);
static int (*mallctl_to_mib)(const char *, size_t *, size_t *);
static int (*mallctl_by_name)(const char *, void *, size_t *, void *, size_t);
static void (*tcmalloc_release)(void);
static int (*tcmalloc_property)(const char *, size_t *);
static void (*mimalloc_collect)(int);
static int (*glibc_trim)(size_t);
static struct info (*glibc_info)(void);
static struct old_info (*glibc_old_info)(void);

/* ------------------------------------------------------------------ the driver's own heap */

static u32 host_class(size_t size) {
  u32 c = 5;
  while ((16ul << c) < size + 16 && c < HOST_CLASSES - 1) c++;
  return c;
}

int is_hosted(const void *p) {
  return (const u8 *)p >= host_base && (const u8 *)p < host_base + HOST_BYTES;
}

static void *host_malloc(size_t size) {
  u32 c = host_class(size);
  u8 *p = host_free_lists[c];
  if (p) {
    host_free_lists[c] = *(void **)p;
  } else {
    u64 bytes = 16ul << c;
    if (!host_base || bytes > HOST_BYTES - host_used) return NULL;
    p = host_base + host_used + 16;
    host_used += bytes;
    *(u64 *)(p - 16) = c;
  }
  for (u64 i = 0; i < size; i++) p[i] = 0; /* serves calloc as well */
  return p;
}

static void host_release(u8 *p) {
  u64 c = *(u64 *)(p - 16);
  *(void **)p = host_free_lists[c];
  host_free_lists[c] = p;
}

EXPORTED void *malloc(size_t size) {
  return hosting || always_host || !next.malloc ? host_malloc(size) : next.malloc(size);
}

EXPORTED void *calloc(size_t count, size_t size) {
  if (!(hosting || always_host || !next.calloc)) return next.calloc(count, size);
  size_t bytes;
  return __builtin_mul_overflow(count, size, &bytes) ? NULL : host_malloc(bytes);
}

EXPORTED void *realloc(void *old, size_t size) {
  if (!is_hosted(old) && !(hosting || always_host || !next.realloc)) return next.realloc(old, size);
  u8 *p = host_malloc(size);
  if (p && old) {
    u64 had = (16ul << *(u64 *)((u8 *)old - 16)) - 16;
    copy(p, old, had < size ? had : size);
    host_release(old);
  }
  return p;
}

EXPORTED void free(void *p) {
  if (is_hosted(p)) host_release(p);
  else if (p && !always_host && next.free) next.free(p);
}

/* ------------------------------------------------------------------ the trace's time */

EXPORTED int clock_gettime(clockid_t clock, struct timespec *now) {
  (void)clock;
  now->tv_sec = (time_t)(run.nanos / 1000000000);
  now->tv_nsec = (long)(run.nanos % 1000000000);
  return 0;
}

EXPORTED int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  now->tv_sec = (time_t)(run.nanos / 1000000000);
  now->tv_usec = (suseconds_t)(run.nanos / 1000 % 1000000);
  return 0;
}

EXPORTED time_t time(time_t *now) {
  time_t seconds = (time_t)(run.nanos / 1000000000);
  if (now) *now = seconds;
  return seconds;
}

/* ------------------------------------------------------------------ signals */

/*
 * A library that starts threads of its own blocks all signals while it does so; a system call that
 * is caught while SIGSYS is blocked would end the process.
 */
EXPORTED int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  sigset_t open;
  if (set && how != SIG_UNBLOCK) {
    open = *set;
    sigdelset(&open, SIGSYS);
    set = &open;
  }
  return (int)-raw(SYS_rt_sigprocmask, how, set, old, 8);
}

EXPORTED int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  int error = pthread_sigmask(how, set, old);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

/* ------------------------------------------------------------------ entry points */

static void *handle = RTLD_NEXT;
static const void *module; /* where the library is loaded: its malloc's module */

static const void *module_of(const void *symbol) {
  Dl_info info;
  return symbol && dladdr(symbol, &info) ? info.dli_fbase : NULL;
}

/* A function of the library's own; never one of the C library's in its stead. */
static void *own(const char *name) {
  char full[128];
  u64 n = options.prefix ? length_of(options.prefix) : 0, m = length_of(name);
  if (n + m >= sizeof full) return NULL;
  if (n > 0) copy(full, options.prefix, n);
  copy(full + n, name, m + 1);
  void *f = dlsym(handle, full);
  return f && (!module || module_of(f) == module) ? f : NULL;
}

static int is_c_library(void) { return own("getpid") != NULL; }

static void resolve(void) {
  library.malloc = (void *(*)(size_t))own("malloc");
  if (!library.malloc) fail("the library has no function malloc with prefix ",
                            options.prefix ? options.prefix : "\"\"");
  module = module_of((void *)library.malloc);
  library.calloc = (void *(*)(size_t, size_t))own("calloc");
  library.realloc = (void *(*)(void *, size_t))own("realloc");
  library.free = (void (*)(void *))own("free");
  library.memalign = (void *(*)(size_t, size_t))own("memalign");
  if (!library.memalign) library.memalign = (void *(*)(size_t, size_t))own("aligned_alloc");
  library.posix_memalign = (int (*)(void **, size_t, size_t))own("posix_memalign");
  library.usable = (size_t(*)(void *))own("malloc_usable_size");
  if (!library.usable) library.usable = (size_t(*)(void *))own("malloc_size"); /* tc_, macOS's */
  if (!library.usable) library.usable = (size_t(*)(void *))own("usable_size"); /* mi_ */
  if (!library.calloc || !library.realloc || !library.free) {
    fail("the library lacks calloc, realloc or free beside its malloc", "");
  }
}

/* Before any constructor has run: whose malloc it is that a preloaded library defines. */
void library_find(void) {
  host_base = reserve(HOST_BYTES);
  host_enter();
  if (options.library) always_host = 1;
  else resolve();
  if (options.preloaded && is_c_library()) {
    fail("the file that was preloaded does not replace malloc", "");
  }
  next = library;
  host_leave();
}

/* A symbol that is not found makes musl allocate a message about that, in its own heap. */
static void find_extras_of_c_library(void) {
#ifdef __GLIBC__
  glibc_trim = (int (*)(size_t))own("malloc_trim");
  glibc_info = (struct info(*)(void))own("mallinfo2");
  if (!glibc_info) glibc_old_info = (struct old_info(*)(void))own("mallinfo");
  library.has_heaps = own("gnu_get_libc_version") != NULL;
#endif
}

static void find_extras(void) {
  if (is_c_library()) {
    find_extras_of_c_library();
    return;
  }
  mallctl_by_mib = (int (*)(const size_t *, size_t, void *, size_t *, void *, size_t))own("mallctlbymib");
  mallctl_to_mib = (int (*)(const char *, size_t *, size_t *))own("mallctlnametomib");
  mallctl_by_name = (int (*)(const char *, void *, size_t *, void *, size_t))own("mallctl");
  tcmalloc_release = (void (*)(void))own("MallocExtension_ReleaseFreeMemory");
  tcmalloc_property = (int (*)(const char *, size_t *))own("MallocExtension_GetNumericProperty");
  mimalloc_collect = (void (*)(int))own("mi_collect");
  glibc_trim = (int (*)(size_t))own("malloc_trim");
  glibc_info = (struct info(*)(void))own("mallinfo2");
}

void library_open(void) {
  host_enter();
  if (options.library) {
    handle = dlopen(options.library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) fail("cannot load the library: ", dlerror());
    level_mappings();
    resolve();
  }
  find_extras();
  host_leave();
}

void *library_memalign(size_t alignment, size_t size) {
  if (library.memalign) return library.memalign(alignment, size);
  void *p = NULL;
  if (library.posix_memalign && library.posix_memalign(&p, alignment, size) == 0) return p;
  return NULL;
}

void library_trim(u64 pad) {
  if (mallctl_by_name) mallctl_by_name("arena.4096.purge", NULL, NULL, NULL, 0);
  else if (tcmalloc_release) tcmalloc_release();
  else if (mimalloc_collect) mimalloc_collect(1);
  else if (glibc_trim) glibc_trim(pad);
}

/* ------------------------------------------------------------------ counters */

#define MAX_COUNTERS 2048
#define MAX_MIB 8

struct mib {
  size_t depth, at[MAX_MIB];
};

static struct mib *mibs;
static u64 *values;
static u32 counter_count;
static char *names;
static u64 names_used;

static const char *const GLIBC_NAMES[] = {"arena",   "ordblks", "smblks",   "hblks",    "hblkhd",
                                          "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"};

static const char *const TCMALLOC_NAMES[] = {
    "generic.current_allocated_bytes", "generic.heap_size", "generic.total_physical_bytes",
    "tcmalloc.max_total_thread_cache_bytes", "tcmalloc.current_total_thread_cache_bytes",
    "tcmalloc.central_cache_free_bytes", "tcmalloc.transfer_cache_free_bytes",
    "tcmalloc.thread_cache_free_bytes", "tcmalloc.pageheap_free_bytes",
    "tcmalloc.pageheap_unmapped_bytes", "tcmalloc.slack_bytes",
    "tcmalloc.pageheap_committed_bytes", "tcmalloc.pageheap_scavenge_count",
    "tcmalloc.pageheap_commit_count", "tcmalloc.pageheap_total_commit_bytes",
    "tcmalloc.pageheap_decommit_count", "tcmalloc.pageheap_total_decommit_bytes",
    "tcmalloc.pageheap_reserve_count", "tcmalloc.pageheap_total_reserve_bytes",
    "tcmalloc.aggressive_memory_decommit", "tcmalloc.heap_limit_mb"};

/* Of all arenas together where 4096 stands; bins are appended for each j. */
static const char *const JEMALLOC_NAMES[] = {
    "stats.allocated", "stats.active", "stats.metadata", "stats.resident", "stats.mapped",
    "stats.retained", "stats.arenas.4096.pactive", "stats.arenas.4096.pdirty",
    "stats.arenas.4096.pmuzzy", "stats.arenas.4096.mapped", "stats.arenas.4096.retained",
    "stats.arenas.4096.extent_avail", "stats.arenas.4096.dirty_npurge",
    "stats.arenas.4096.dirty_nmadvise", "stats.arenas.4096.dirty_purged",
    "stats.arenas.4096.muzzy_npurge", "stats.arenas.4096.muzzy_nmadvise",
    "stats.arenas.4096.muzzy_purged", "stats.arenas.4096.base", "stats.arenas.4096.internal",
    "stats.arenas.4096.metadata_thp", "stats.arenas.4096.tcache_bytes",
    "stats.arenas.4096.tcache_stashed_bytes", "stats.arenas.4096.resident",
    "stats.arenas.4096.abandoned_vm", "stats.arenas.4096.small.allocated",
    "stats.arenas.4096.small.nmalloc", "stats.arenas.4096.small.ndalloc",
    "stats.arenas.4096.small.nrequests", "stats.arenas.4096.small.nfills",
    "stats.arenas.4096.small.nflushes", "stats.arenas.4096.large.allocated",
    "stats.arenas.4096.large.nmalloc", "stats.arenas.4096.large.ndalloc",
    "stats.arenas.4096.large.nrequests", "stats.arenas.4096.large.nfills",
    "stats.arenas.4096.large.nflushes"};

static const char *const JEMALLOC_BIN_NAMES[] = {"nmalloc", "ndalloc",  "nrequests", "curregs",
                                                 "nfills",  "nflushes", "nslabs",    "nreslabs",
                                                 "curslabs", "nonfull_slabs"};
#define BINS 36
#define THREAD_COUNTERS "thread.allocatedp"

#define COUNT(array) ((u32)(sizeof(array) / sizeof *(array)))

static void add_name(const char *name) {
  u64 n = length_of(name);
  copy(names + names_used, name, n);
  names_used += n;
  names[names_used++] = '\n';
  counter_count++;
}

static void add_mib(const char *name) {
  struct mib *m = &mibs[counter_count];
  m->depth = MAX_MIB;
  if (mallctl_to_mib(name, m->at, &m->depth) == 0) add_name(name);
}

static char *append(char *to, const char *text) {
  u64 n = length_of(text);
  copy(to, text, n + 1);
  return to + n;
}

static void add_jemalloc(void) {
  for (u32 i = 0; i < COUNT(JEMALLOC_NAMES); i++) add_mib(JEMALLOC_NAMES[i]);
  for (u32 j = 0; j < BINS; j++) {
    for (u32 i = 0; i < COUNT(JEMALLOC_BIN_NAMES); i++) {
      char name[64], number[3] = {(char)('0' + j / 10), (char)('0' + j % 10), 0};
      char *end = append(name, "stats.arenas.4096.bins.");
      end = append(append(end, j < 10 ? number + 1 : number), ".");
      append(end, JEMALLOC_BIN_NAMES[i]);
      add_mib(name);
    }
  }
  add_mib(THREAD_COUNTERS);
}

/* Where this thread has its counters, near which it has the seed of its random numbers; else 0. */
u64 thread_counters(void) {
  u64 at = 0;
  size_t size = sizeof at;
  /* To ask makes the library allocate, so nobody does unless the counters were opened. */
  if (mallctl_by_name && options.counters_every) mallctl_by_name(THREAD_COUNTERS, &at, &size, NULL, 0);
  return at;
}

/* Whether a thread that asks for them gets a cache of its own by that. */
int counters_allocate(void) { return mallctl_to_mib != NULL; }

void counters_open(void) {
  names = reserve(MAX_COUNTERS * 64);
  mibs = reserve(MAX_COUNTERS * sizeof *mibs);
  values = reserve(MAX_COUNTERS * sizeof *values);
  if (mallctl_to_mib) {
    add_jemalloc();
  } else if (tcmalloc_property) {
    for (u32 i = 0; i < COUNT(TCMALLOC_NAMES); i++) {
      size_t value;
      if (tcmalloc_property(TCMALLOC_NAMES[i], &value)) add_name(TCMALLOC_NAMES[i]);
    }
  } else if (glibc_info || glibc_old_info) {
    for (u32 i = 0; i < COUNT(GLIBC_NAMES); i++) add_name(GLIBC_NAMES[i]);
  }
  frame(FRAME_NAMES, names, (u32)names_used);
}

static void read_jemalloc(void) {
  u64 epoch = 1;
  size_t size = sizeof epoch;
  mallctl_by_name("epoch", &epoch, &size, &epoch, size);
  for (u32 i = 0; i < counter_count; i++) {
    size = sizeof values[i];
    values[i] = 0;
    mallctl_by_mib(mibs[i].at, mibs[i].depth, &values[i], &size, NULL, 0);
  }
}

static void read_tcmalloc(void) {
  const char *name = names;
  char line[64];
  for (u32 i = 0; i < counter_count; i++) {
    u64 n = 0;
    while (name[n] != '\n') n++;
    copy(line, name, n);
    line[n] = 0;
    name += n + 1;
    tcmalloc_property(line, (size_t *)&values[i]);
  }
}

void counters_report(void) {
  if (mallctl_to_mib) {
    read_jemalloc();
  } else if (tcmalloc_property) {
    read_tcmalloc();
  } else if (glibc_info) {
    struct info info = glibc_info();
    copy(values, &info, sizeof info);
  } else if (glibc_old_info) {
    struct old_info info = glibc_old_info();
    for (u32 i = 0; i < FIELDS; i++) values[i] = (u32)info.at[i];
  }
  frame2(FRAME_COUNTERS, &run.operation, 8, values, counter_count * 8);
}
