/* What the library under test offers beside allocation: its counters. */
#define _GNU_SOURCE
#include "driver.h"

#include <dlfcn.h>

#define FIELDS 10

/* struct mallinfo2 and, for before glibc 2.33, struct mallinfo */
struct info {
  size_t at[FIELDS];
};

struct old_info {
  int at[FIELDS];
};

static int (*mallctl_by_mib)(const size_t *, size_t, void *, size_t *, void *, size_t);
static int (*mallctl_to_mib)(const char *, size_t *, size_t *);
static int (*mallctl_by_name)(const char *, void *, size_t *, void *, size_t);
static int (*tcmalloc_property)(const char *, size_t *);
static struct info (*glibc_info)(void);
static struct old_info (*glibc_old_info)(void);

/* A symbol that is not found makes musl allocate a message about that, in its own heap. */
static void find_in_c_library(void) {
#ifdef __GLIBC__
  trim_find_in_c_library(own);
  glibc_info = (struct info(*)(void))own("mallinfo2");
  if (!glibc_info) glibc_old_info = (struct old_info(*)(void))own("mallinfo");
  library.has_heaps = own("gnu_get_libc_version") != NULL;
#endif
}

void controls_find(void) {
  arenas_find();
  if (is_c_library()) {
    find_in_c_library();
    return;
  }
  mallctl_by_mib = (int (*)(const size_t *, size_t, void *, size_t *, void *, size_t))own("mallctlbymib");
  mallctl_to_mib = (int (*)(const char *, size_t *, size_t *))own("mallctlnametomib");
  mallctl_by_name = (int (*)(const char *, void *, size_t *, void *, size_t))own("mallctl");
  tcmalloc_property = (int (*)(const char *, size_t *))own("MallocExtension_GetNumericProperty");
  mimalloc_find();
  glibc_info = (struct info(*)(void))own("mallinfo2");
  trim_find(own);
}

/*
 * Begins glibc's heap in the calling thread, which has the main arena from then on. In a program the thread
 * that starts another one does so, as pthread_create allocates; here that never reaches the library.
 */
void begin_heap(void) {
  if (!is_c_library()) return;
  if (glibc_info) glibc_info();
  else if (glibc_old_info) glibc_old_info();
}

#define MAX_COUNTERS 2048
#define MAX_MIB 8

struct mib {
  size_t depth, at[MAX_MIB];
};

static struct mib *mibs;
static u64 *values;
static u32 counter_count;
static struct {
  u64 values[MAX_COUNTERS];
  u32 count;
} *last;
static char *names;
static u64 names_used;

static const char *const GLIBC_NAMES[] = {"arena",   "ordblks", "smblks",   "hblks",    "hblkhd",
                                          "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"};

static const char *const TCMALLOC_NAMES[] = {
    "generic.current_allocated_bytes", "generic.heap_size", "generic.total_physical_bytes",
    "tcmalloc.max_total_thread_cache_bytes", "tcmalloc.current_total_thread_cache_bytes",
    "tcmalloc.central_cache_free_bytes", "tcmalloc.transfer_cache_free_bytes",
    "tcmalloc.thread_cache_free_bytes", "tcmalloc.pageheap_free_bytes",
    "tcmalloc.pageheap_unmapped_bytes", "tcmalloc.slack_bytes",
    "tcmalloc.pageheap_committed_bytes", "tcmalloc.pageheap_scavenge_count",
    "tcmalloc.pageheap_commit_count", "tcmalloc.pageheap_total_commit_bytes",
    "tcmalloc.pageheap_decommit_count", "tcmalloc.pageheap_total_decommit_bytes",
    "tcmalloc.pageheap_reserve_count", "tcmalloc.pageheap_total_reserve_bytes",
    "tcmalloc.aggressive_memory_decommit", "tcmalloc.heap_limit_mb"};

/* Of all arenas together where 4096 stands; bins are appended for each j. */
static const char *const JEMALLOC_NAMES[] = {
    "stats.allocated", "stats.active", "stats.metadata", "stats.resident", "stats.mapped",
    "stats.retained", "stats.arenas.4096.pactive", "stats.arenas.4096.pdirty",
    "stats.arenas.4096.pmuzzy", "stats.arenas.4096.mapped", "stats.arenas.4096.retained",
    "stats.arenas.4096.extent_avail", "stats.arenas.4096.dirty_npurge",
    "stats.arenas.4096.dirty_nmadvise", "stats.arenas.4096.dirty_purged",
    "stats.arenas.4096.muzzy_npurge", "stats.arenas.4096.muzzy_nmadvise",
    "stats.arenas.4096.muzzy_purged", "stats.arenas.4096.base", "stats.arenas.4096.internal",
    "stats.arenas.4096.metadata_thp", "stats.arenas.4096.tcache_bytes",
    "stats.arenas.4096.tcache_stashed_bytes", "stats.arenas.4096.resident",
    "stats.arenas.4096.abandoned_vm", "stats.arenas.4096.small.allocated",
    "stats.arenas.4096.small.nmalloc", "stats.arenas.4096.small.ndalloc",
    "stats.arenas.4096.small.nrequests", "stats.arenas.4096.small.nfills",
    "stats.arenas.4096.small.nflushes", "stats.arenas.4096.large.allocated",
    "stats.arenas.4096.large.nmalloc", "stats.arenas.4096.large.ndalloc",
    "stats.arenas.4096.large.nrequests", "stats.arenas.4096.large.nfills",
    "stats.arenas.4096.large.nflushes"};

static const char *const JEMALLOC_BIN_NAMES[] = {"nmalloc", "ndalloc",  "nrequests", "curregs",
                                                 "nfills",  "nflushes", "nslabs",    "nreslabs",
                                                 "curslabs", "nonfull_slabs"};
#define BINS 36
#define THREAD_COUNTERS "thread.allocatedp"

void add_name(const char *name) {
  u64 n = length_of(name);
  copy(names + names_used, name, n);
  names_used += n;
  names[names_used++] = '\n';
  counter_count++;
}

static void add_mib(const char *name) {
  struct mib *m = &mibs[counter_count];
  m->depth = MAX_MIB;
  if (mallctl_to_mib(name, m->at, &m->depth) == 0) add_name(name);
}

char *append(char *to, const char *text) {
  u64 n = length_of(text);
  copy(to, text, n + 1);
  return to + n;
}

static void add_jemalloc(void) {
  for (u32 i = 0; i < COUNT(JEMALLOC_NAMES); i++) add_mib(JEMALLOC_NAMES[i]);
  for (u32 j = 0; j < BINS; j++) {
    for (u32 i = 0; i < COUNT(JEMALLOC_BIN_NAMES); i++) {
      char name[64], number[3] = {(char)('0' + j / 10), (char)('0' + j % 10), 0};
      char *end = append(name, "stats.arenas.4096.bins.");
      end = append(append(end, j < 10 ? number + 1 : number), ".");
      append(end, JEMALLOC_BIN_NAMES[i]);
      add_mib(name);
    }
  }
  add_mib(THREAD_COUNTERS);
}

/* Where this thread has its counters, near which it has the seed of its random numbers; else 0. */
u64 thread_counters(void) {
  u64 at = 0;
  size_t size = sizeof at;
  /* To ask makes the library allocate, so nobody does unless the counters were opened. */
  if (mallctl_by_name && options.counters_every) mallctl_by_name(THREAD_COUNTERS, &at, &size, NULL, 0);
  return at;
}

/* Whether a thread that asks for them gets a cache of its own by that. */
int counters_allocate(void) { return mallctl_to_mib != NULL; }

void counters_open(void) {
  names = reserve(MAX_COUNTERS * 64);
  mibs = reserve(MAX_COUNTERS * sizeof *mibs);
  values = reserve(MAX_COUNTERS * sizeof *values);
  if (mallctl_to_mib) {
    add_jemalloc();
  } else if (tcmalloc_property) {
    for (u32 i = 0; i < COUNT(TCMALLOC_NAMES); i++) {
      size_t value;
      if (tcmalloc_property(TCMALLOC_NAMES[i], &value)) add_name(TCMALLOC_NAMES[i]);
    }
  } else if (glibc_info || glibc_old_info) {
    for (u32 i = 0; i < COUNT(GLIBC_NAMES); i++) add_name(GLIBC_NAMES[i]);
  } else if (library.has_segments) {
    mimalloc_names();
  }
  frame(FRAME_NAMES, names, (u32)names_used);
}

static void read_jemalloc(void) {
  u64 epoch = 1;
  size_t size = sizeof epoch;
  mallctl_by_name("epoch", &epoch, &size, &epoch, size);
  for (u32 i = 0; i < counter_count; i++) {
    size = sizeof values[i];
    values[i] = 0;
    mallctl_by_mib(mibs[i].at, mibs[i].depth, &values[i], &size, NULL, 0);
  }
}

static void read_tcmalloc(void) {
  const char *name = names;
  char line[64];
  for (u32 i = 0; i < counter_count; i++) {
    u64 n = 0;
    while (name[n] != '\n') n++;
    copy(line, name, n);
    line[n] = 0;
    name += n + 1;
    tcmalloc_property(line, (size_t *)&values[i]);
  }
}

static void read_counters(void) {
  if (mallctl_to_mib) {
    read_jemalloc();
  } else if (tcmalloc_property) {
    read_tcmalloc();
  } else if (glibc_info) {
    struct info info = glibc_info();
    copy(values, &info, sizeof info);
  } else if (glibc_old_info) {
    struct old_info info = glibc_old_info();
    for (u32 i = 0; i < FIELDS; i++) values[i] = (u32)info.at[i];
  } else if (library.has_segments) {
    mimalloc_read(values);
  }
}

void counters_report(void) {
  read_counters();
  frame2(FRAME_COUNTERS, &run.operation, 8, values, counter_count * 8);
}

void counters_begin(void) { last = reserve_shared(sizeof *last); }

/* What the library of the first process counted when that exited, which is told at the end. */
void counters_keep(void) {
  read_counters();
  copy(last->values, values, counter_count * 8);
  last->count = counter_count;
}

void counters_kept(void) {
  if (last && last->count > 0) frame2(FRAME_COUNTERS, &run.operation, 8, last->values, last->count * 8);
}
