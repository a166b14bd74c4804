/* What programs of ours need that run under other C libraries than the one they were linked with. */
#ifndef HEAPSTAKES_LIBC_H
#define HEAPSTAKES_LIBC_H

#include <features.h> /* says which C library it is */

/*
 * Versions of functions that every C library has. Newer ones moved from libpthread and libdl, and do
 * the same.
 */
#if defined(__GLIBC__) && defined(__x86_64__)
#define OLD(name) __asm__(".symver " #name ", " #name "@GLIBC_2.2.5")
OLD(__libc_start_main);
OLD(dladdr);
OLD(dlerror);
OLD(dlopen);
OLD(dlsym);
OLD(pthread_attr_setstack);
OLD(pthread_create);
OLD(pthread_join);
#endif

#endif
