/* The arenas of the library under test: how many there are, and what they have from the kernel. */
#define _GNU_SOURCE
#include "driver.h"

#include <stdio.h>

#define MOST_TEXT (8ul << 20) /* of malloc_info: 13 KB an arena */

struct arenas {
  u64 count, bytes, largest;
};

static int (*mallctl)(const char *, void *, size_t *, void *, size_t);
static int (*property)(const char *, size_t *);

static void add(struct arenas *to, u64 bytes) {
  to->count++;
  to->bytes += bytes;
  if (bytes > to->largest) to->largest = bytes;
}

static void name_of(char *name, const char *before, u64 number, const char *after) {
  char digits[24], *first = digits + sizeof digits - 1;
  *first = 0;
  do *--first = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  append(append(append(name, before), first), after);
}

/* Those that are initialized. */
static void read_jemalloc(struct arenas *to) {
  u32 most = 0;
  size_t size = sizeof most;
  mallctl("arenas.narenas", &most, &size, NULL, 0);
  for (u32 i = 0; i < most; i++) {
    char name[64];
    u8 there = 0;
    u64 mapped = 0;
    size = sizeof there;
    name_of(name, "arena.", i, ".initialized");
    if (mallctl(name, &there, &size, NULL, 0) != 0 || !there) continue;
    size = sizeof mapped;
    name_of(name, "stats.arenas.", i, ".mapped");
    if (mallctl(name, &mapped, &size, NULL, 0) == 0) add(to, mapped);
  }
}

/* ------------------------------------------------------------------ glibc's malloc_info */

#ifdef __GLIBC__
static int (*malloc_info_of)(int, FILE *);

static char *text;
static u64 written;

static ssize_t keep(void *cookie, const char *from, size_t bytes) {
  (void)cookie;
  u64 room = MOST_TEXT - 1 - written;
  copy(text + written, from, bytes < room ? bytes : room);
  written += bytes < room ? bytes : room;
  return (ssize_t)bytes;
}

static const char *behind(const char *at, const char *word) {
  while (*at && !starts_with(at, word)) at++;
  return *at ? at + length_of(word) : NULL;
}

/* <heap nr="0"> ... <system type="current" size="135168"/> ... </heap>, for each arena. */
static void parse(struct arenas *to) {
  const char *at = text;
  while ((at = behind(at, "<heap nr="))) {
    at = behind(at, "<system type=\"current\" size=\"");
    if (!at) return;
    add(to, number_of(at));
  }
}

static void read_glibc(struct arenas *to) {
  text = reserve(MOST_TEXT);
  host_enter();
  FILE *file = fopencookie(NULL, "w", (cookie_io_functions_t){.write = keep});
  if (file) {
    malloc_info_of(0, file);
    fclose(file);
  }
  host_leave();
  if (written < MOST_TEXT - 1) parse(to);
}
#endif

/* ------------------------------------------------------------------ whichever it is */

void arenas_find(void) {
#ifdef __GLIBC__
  if (is_c_library()) {
    malloc_info_of = (int (*)(int, FILE *))own("malloc_info");
    return;
  }
#endif
  mallctl = (int (*)(const char *, void *, size_t *, void *, size_t))own("mallctl");
  property = (int (*)(const char *, size_t *))own("MallocExtension_GetNumericProperty");
}

/* Behind the counters, as what these make a library allocate is in them. Silent where none are told. */
void arenas_report(void) {
  struct arenas all = {0};
  size_t bytes = 0;
  if (mallctl) read_jemalloc(&all);
  else if (property && property("generic.heap_size", &bytes)) add(&all, bytes);
#ifdef __GLIBC__
  else if (malloc_info_of) read_glibc(&all);
#endif
  if (all.count > 0) frame(FRAME_ARENAS, &all, sizeof all);
}
