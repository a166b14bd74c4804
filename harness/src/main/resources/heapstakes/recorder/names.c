/* What is found by its name: the next allocator by us, and us by who looks a function up. */
#define _GNU_SOURCE
#include "recorder.h"

#include "lookup.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <malloc.h>

struct next next;
uintptr_t allocator_begins, allocator_ends;

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

void look_up(void) {
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
  own.busy++;
  void *found = next_symbol_of(caller, name);
  own.busy--;
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
  if (mode & RTLD_DEEPBIND && file && is_recorded()) atomic_fetch_add(&head->deep, 1);
  return next.dlopen(file, mode);
}

