/* How a library is asked to give back what it can, in all programs that call one. */
#ifndef HEAPSTAKES_TRIM_H
#define HEAPSTAKES_TRIM_H

#include <stddef.h>

/* Looks calls up: own finds a function of the library's own, or NULL. */
void trim_find(void *(*own)(const char *name));

/* The same of a C library, which has malloc_trim or nothing. */
void trim_find_in_c_library(void *(*own)(const char *name));

/* By the call that the library has for it; pad is of malloc_trim. */
void library_trim(size_t pad);

#endif
