/*
 * The entry of a process, instead of the C library's own, which would need the version that the
 * program was linked with: it runs under any from OLDEST_GLIBC on. There are no constructors here to
 * be called.
 */
#include "entry.h"

#include <stddef.h>

#include "processor.h"

#ifdef __GLIBC__
__attribute__((section(".preinit_array"), used)) static void (*const before_all_entry)(
    int, char **, char **) = before_all;
#endif

__asm__(
    ".text\n"
    ".globl _start\n"
    ".type _start, %function\n"
    "_start:\n"
    ENTRY);

int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                      void (*)(void), void *);

__attribute__((used)) void start(long *stack, void (*loader_end)(void)) {
  int argc = (int)*stack;
  char **argv = (char **)(stack + 1);
#ifndef __GLIBC__
  before_all(argc, argv, argv + argc + 1); /* musl's constructors are still to come */
#endif
  __libc_start_main(main, argc, argv, NULL, NULL, loader_end, stack);
}
