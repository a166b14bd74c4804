#define _GNU_SOURCE
#include "trim.h"

#include <dlfcn.h>

#include "processor.h"

#define EVERY_ARENA "arena.4096.purge" /* MALLCTL_ARENAS_ALL, jemalloc.h */
#define M_PURGE -101                   /* Scudo's interface.h */
#define CLEAN_ALL_BUFFERS 0            /* TBBMALLOC_CLEAN_ALL_BUFFERS, scalable_allocator.h */

static int (*mallctl)(const char *, void *, size_t *, void *, size_t);
static void (*tcmalloc_release)(void);
static void (*mimalloc_collect)(int);
static int (*scudo_mallopt)(int, int);
static int (*tbb_command)(int, void *);
static int (*glibc_trim)(size_t);

void trim_find_in_c_library(void *(*own)(const char *name)) {
  glibc_trim = (int (*)(size_t))own("malloc_trim");
}

void trim_find(void *(*own)(const char *name)) {
  mallctl = (int (*)(const char *, void *, size_t *, void *, size_t))own("mallctl");
  tcmalloc_release = (void (*)(void))own("MallocExtension_ReleaseFreeMemory");
  mimalloc_collect = (void (*)(int))own("mi_collect");
  if (!mimalloc_collect) mimalloc_collect = (void (*)(int))own("collect"); /* its prefix is mi_ */
  if (own("__scudo_print_stats")) scudo_mallopt = (int (*)(int, int))own("mallopt");
  if (own("__TBB_malloc_proxy")) { /* the allocator is what the proxy needs */
    tbb_command = (int (*)(int, void *))dlsym(RTLD_DEFAULT, "scalable_allocation_command");
  }
  trim_find_in_c_library(own);
}

void library_trim(size_t pad) {
  if (mallctl) mallctl(EVERY_ARENA, NULL, NULL, NULL, 0);
  else if (tcmalloc_release) tcmalloc_release();
  else if (mimalloc_collect) mimalloc_collect(1);
  else if (scudo_mallopt) scudo_mallopt(M_PURGE, 0);
  else if (tbb_command) tbb_command(CLEAN_ALL_BUFFERS, NULL);
  else if (glibc_trim) glibc_trim(pad);
}
