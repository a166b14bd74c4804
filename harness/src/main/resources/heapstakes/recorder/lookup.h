/* Symbols looked up without dlsym, which the recorder itself replaces. */
#ifndef HEAPSTAKES_LOOKUP_H
#define HEAPSTAKES_LOOKUP_H

/* What the next object behind the recorder calls {@code name}; NULL if none does. */
void *next_symbol(const char *name);

/*
 * What dlsym(RTLD_NEXT) would find for {@code caller}: in the objects behind its own, or, if that was
 * loaded last, in those that it needs. NULL if there is none. May allocate.
 */
void *next_symbol_of(const void *caller, const char *name);

#endif
