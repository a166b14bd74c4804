/* The library: where its functions are, as a program of this process would find them. */
#define _GNU_SOURCE
#include "timer.h"

#include <dlfcn.h>
#include <string.h>

struct library library;

static void *handle = RTLD_DEFAULT;
static const void *module; /* where the library is loaded: its malloc's module */
static int (*posix_memalign_of_it)(void **, size_t, size_t);

static const void *module_of(const void *symbol) {
  Dl_info info;
  return symbol && dladdr(symbol, &info) ? info.dli_fbase : NULL;
}

/* A function of the library's own; never one of the C library's in its stead. */
static void *own(const char *name) {
  char full[128];
  const char *prefix = options.prefix ? options.prefix : "";
  if (strlen(prefix) + strlen(name) >= sizeof full) return NULL;
  strcpy(full, prefix);
  strcat(full, name);
  void *f = dlsym(handle, full);
  return f && (!module || module_of(f) == module) ? f : NULL;
}

static void *aligned_by_posix(size_t alignment, size_t size) {
  void *p = NULL;
  return posix_memalign_of_it(&p, alignment, size) == 0 ? p : NULL;
}

static void find_memalign(void) {
  library.memalign = (void *(*)(size_t, size_t))own("memalign");
  if (!library.memalign) library.memalign = (void *(*)(size_t, size_t))own("aligned_alloc");
  posix_memalign_of_it = (int (*)(void **, size_t, size_t))own("posix_memalign");
  if (!library.memalign && posix_memalign_of_it) library.memalign = aligned_by_posix;
}

void library_open(void) {
  if (options.library) {
    handle = dlopen(options.library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) fail("cannot load the library: ", dlerror());
  }
  library.malloc = (void *(*)(size_t))own("malloc");
  if (!library.malloc) fail("the library has no function malloc with prefix ", options.prefix);
  module = module_of((void *)library.malloc);
  if (options.preloaded && own("getpid")) fail("the file that was preloaded does not replace malloc", "");
  library.calloc = (void *(*)(size_t, size_t))own("calloc");
  library.realloc = (void *(*)(void *, size_t))own("realloc");
  library.free = (void (*)(void *))own("free");
  find_memalign();
  if (!library.calloc || !library.realloc || !library.free || !library.memalign) {
    fail("the library lacks calloc, realloc, memalign or free beside its malloc", "");
  }
#ifdef __GLIBC__
  trim_find(own);
#endif
}
