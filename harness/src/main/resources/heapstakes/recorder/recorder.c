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
#include "recorder.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int is_early(const void *p) { return (uintptr_t)p - (uintptr_t)early < sizeof early; }

static inline void note_call(const void *caller, u64 kind, void *block, u64 size, u64 extra) {
  if (!is_recording()) return;
  if (sample_every) sample(kind, (u64)(uintptr_t)block, size, extra);
  else note(kind, (u64)(uintptr_t)block, size, extra, has_sites ? find_site(caller) : 0);
}

static APART void *allocate(const void *caller, size_t size) {
  if (!is_ready()) return early_allocate(size);
  void *block = next.malloc(size);
  note_call(caller, MALLOC, block, size, 0);
  return block;
}

EXPORTED void *malloc(size_t size) { return is_counted(size) ? next.malloc(size) : allocate(CALLER, size); }

static APART void *allocate_zeroed(const void *caller, size_t count, size_t size) {
  if (!is_ready()) return size && count > sizeof early / size ? NULL : early_allocate(count * size);
  void *block = next.calloc(count, size);
  note_call(caller, CALLOC, block, size, count);
  return block;
}

EXPORTED void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || !is_counted(bytes)) return allocate_zeroed(CALLER, count, size);
  return next.calloc(count, size);
}

static APART void free_and_note(const void *caller, void *block) {
  if (!block || is_early(block) || !is_ready()) return;
  note_call(caller, FREE, block, 0, 0);
  next.free(block);
}

EXPORTED void free(void *block) {
  if (!only_counts() || !is_unwatched(block) || is_early(block)) {
    free_and_note(CALLER, block);
    return;
  }
  own.others++;
  next.free(block);
}

static void *reallocate_early(const void *caller, void *block, size_t size) {
  size_t old = *(size_t *)((char *)block - 16);
  void *moved = allocate(caller, size);
  if (moved) memcpy(moved, block, old < size ? old : size);
  return moved;
}

static APART void *reallocate_and_note(const void *caller, void *block, size_t size) {
  if (block && is_early(block)) return reallocate_early(caller, block, size);
  if (!is_ready()) return early_allocate(size);
  if (block) note_call(caller, REALLOC_BEGIN, block, size, 0);
  void *moved = next.realloc(block, size);
  note_call(caller, REALLOC_END, moved, size, (u64)(uintptr_t)block);
  return moved;
}

static inline void *reallocate(const void *caller, void *block, size_t size) {
  if (is_early(block) || !is_unwatched(block) || !is_counted(size)) return reallocate_and_note(caller, block, size);
  return next.realloc(block, size);
}

EXPORTED void *realloc(void *block, size_t size) { return reallocate(CALLER, block, size); }

EXPORTED void *reallocarray(void *block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return reallocate(CALLER, block, bytes);
}

EXPORTED void *memalign(size_t alignment, size_t size) {
  if (!is_ready() || !next.memalign) return NULL;
  void *block = next.memalign(alignment, size);
  note_call(CALLER, MEMALIGN, block, size, alignment);
  return block;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size) {
  if (!is_ready() || !next.aligned_alloc) return NULL;
  void *block = next.aligned_alloc(alignment, size);
  note_call(CALLER, MEMALIGN, block, size, alignment);
  return block;
}

EXPORTED int posix_memalign(void **block, size_t alignment, size_t size) {
  if (!is_ready() || !next.posix_memalign) return ENOMEM;
  int error = next.posix_memalign(block, alignment, size);
  if (!error) note_call(CALLER, MEMALIGN, *block, size, alignment);
  return error;
}

EXPORTED void *valloc(size_t size) {
  if (!is_ready() || !next.valloc) return NULL;
  void *block = next.valloc(size);
  note_call(CALLER, MEMALIGN, block, size, HEAD_BYTES);
  return block;
}

EXPORTED void *pvalloc(size_t size) {
  if (!is_ready() || !next.pvalloc) return NULL;
  void *block = next.pvalloc(size);
  note_call(CALLER, MEMALIGN, block, (size + HEAD_BYTES - 1) & ~(HEAD_BYTES - 1), HEAD_BYTES);
  return block;
}

EXPORTED int malloc_trim(size_t pad) {
  if (!is_ready() || !next.malloc_trim) return 0;
  note_call(CALLER, TRIM, NULL, pad, 0);
  return next.malloc_trim(pad);
}

static void note_break(const void *caller, intptr_t moved) {
  if (moved && !is_allocator(caller)) note_call(caller, BREAK, NULL, (u64)moved, 0);
}

EXPORTED void *sbrk(intptr_t bytes) {
  if (!is_ready()) return (void *)-1;
  void *before = next.sbrk(bytes);
  if (before != (void *)-1) note_break(CALLER, bytes);
  return before;
}

EXPORTED int brk(void *end) {
  if (!is_ready()) return -1;
  char *before = next.sbrk(0);
  int failed = next.brk(end);
  if (!failed) note_break(CALLER, (char *)end - before);
  return failed;
}
