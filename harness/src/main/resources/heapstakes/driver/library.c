/*
 * The library under test: its entry points. The driver exports malloc and its kin itself, ahead of
 * the library, for one reason: what the C library allocates on behalf of the driver (a thread's
 * vector of thread-local blocks, dlopen's records) must not land in the heap that is measured.
 * Everything else is passed on.
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

#define HOST_BYTES (4ul << 20)
#define HOST_CLASSES 24

struct library library;

static u8 *host_base;
static u64 host_used;
static void *host_free_lists[HOST_CLASSES];
static struct library next; /* whose malloc follows in the search order: for all but the driver */
static int always_host;

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
  if (!(hosting || always_host || !next.calloc)) {
    return next.calloc(count - entries_too_many(), size);
  }
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

/* ------------------------------------------------------------------ the trace's processors */

__thread u32 thread_number;

static u32 processors_allowed(void) {
  u8 mask[1024];
  u32 count = 0;
  long bytes = raw(SYS_sched_getaffinity, 0, sizeof mask, mask);
  for (long i = 0; i < bytes; i++) count += (u32)__builtin_popcount(mask[i]);
  return count ? count : 1;
}

/* In a trace no thread moves: the n-th of a process runs on the n-th processor, round and round. */
EXPORTED int sched_getcpu(void) { return (int)(thread_number % processors_allowed()); }

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
void *own(const char *name) {
  char full[128];
  u64 n = options.prefix ? length_of(options.prefix) : 0, m = length_of(name);
  if (n + m >= sizeof full) return NULL;
  if (n > 0) copy(full, options.prefix, n);
  copy(full + n, name, m + 1);
  void *f = dlsym(handle, full);
  return f && (!module || module_of(f) == module) ? f : NULL;
}

/* Where the library is loaded. */
const void *library_module(void) { return module; }

int is_c_library(void) { return own("getpid") != NULL; }

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

void library_open(void) {
  host_enter();
  if (options.library) {
    handle = dlopen(options.library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) fail("cannot load the library: ", dlerror());
    level_mappings();
    resolve();
  }
  controls_find();
  host_leave();
}

void *library_memalign(size_t alignment, size_t size) {
  if (library.memalign) return library.memalign(alignment, size);
  void *p = NULL;
  if (library.posix_memalign && library.posix_memalign(&p, alignment, size) == 0) return p;
  return NULL;
}
