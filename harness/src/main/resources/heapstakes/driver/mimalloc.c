/* mimalloc 2: its segments, which is where its blocks lie, and its statistics. */
#define _GNU_SOURCE
#include "driver.h"

#include <elf.h>

static void (*process_info)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *);

/* ------------------------------------------------------------------ segments */

#define SEGMENT_BYTES (32ul << 20)
#define SLOTS (1u << 17) /* of a hash table; a segment's place is used once, so few collide */

struct segment {
  u64 start;
  u64 number; /* from 1; 0: unmapped since */
};

static struct segment *segments;
static u64 numbered, known;

static void segments_open(void) { segments = reserve(SLOTS * sizeof *segments); }

static struct segment *slot_of(u64 start) {
  u64 i = start / SEGMENT_BYTES * 0x9e3779b97f4a7c15ul >> 47;
  while (segments[i].start && segments[i].start != start) i = (i + 1) % SLOTS;
  return &segments[i];
}

/*
 * Where a block lies: the number of its segment, in the order in which segments first gave a block, and
 * the offset in it. A block may begin where 32 MiB end.
 */
u64 segment_of(u64 address) {
  u64 start = (address - 1) & ~(SEGMENT_BYTES - 1);
  struct segment *s = slot_of(start);
  if (!s->start) {
    if (++known > SLOTS / 2) fail("more segments than the driver can follow", "");
    s->start = start;
  }
  if (!s->number) s->number = ++numbered;
  return (u64)REGION_SEGMENT << 56 | ((s->number - 1) & 0xffff) << 40 | (address - start);
}

/* What of [start, end) was a segment is none any more. */
void forget_segments(u64 start, u64 end) {
  if (!segments) return;
  for (u64 at = (start + SEGMENT_BYTES - 1) & ~(SEGMENT_BYTES - 1); at < end; at += SEGMENT_BYTES) {
    slot_of(at)->number = 0;
  }
}

/* ------------------------------------------------------------------ statistics */

/*
 * mimalloc's statistics, which it prints in round figures: where the build of Debian 12 has them. Of the
 * process, with those of threads that ended, and of the initial thread.
 */
struct statistic {
  i64 allocated, freed, peak, current;
};

#define STATISTICS 9
#define ALL_STATISTICS 14
#define COMMIT_CALLS 2 /* of the counters behind them: a total and a count each */

struct statistics {
  struct statistic at[ALL_STATISTICS];
  i64 counters[][2];
};

#define OF_PROCESS 0x61c40ul /* from where the library is loaded; mimalloc.md, section 21 */
#define OF_THREAD 928ul      /* in what the thread's heap points to: a pointer */

static const u8 MIMALLOC_BUILD[] = {0xd0, 0x7f, 0x4e, 0x7d, 0xc9, 0xa0, 0x39, 0xfc, 0xbe, 0x77,
                                    0x47, 0xf4, 0x16, 0x47, 0x6b, 0xd6, 0x5c, 0xb4, 0x8e, 0x8b};

static const char *const MIMALLOC_NAMES[STATISTICS] = {
    "segments", "pages", "reserved", "committed", "reset", "page_committed", "segments_abandoned",
    "pages_abandoned", "threads"};
static const char *const STATISTIC_FIELDS[] = {".allocated", ".freed", ".peak", ".current"};

static const struct statistics *of_process, *of_initial_thread;

/* Whether the library's note says that it is that very build. */
static int is_build(const u8 *loaded, const u8 *id, u64 bytes) {
  const Elf64_Ehdr *head = (const Elf64_Ehdr *)loaded;
  const Elf64_Phdr *part = (const Elf64_Phdr *)(loaded + head->e_phoff);
  for (u32 i = 0; i < head->e_phnum; i++) {
    if (part[i].p_type != PT_NOTE) continue;
    const u8 *at = loaded + part[i].p_vaddr, *end = at + part[i].p_memsz;
    while (at + sizeof(Elf64_Nhdr) <= end) {
      const Elf64_Nhdr *note = (const Elf64_Nhdr *)at;
      const u8 *text = at + sizeof *note + (note->n_namesz + 3) / 4 * 4;
      u64 same = 0;
      while (note->n_type == NT_GNU_BUILD_ID && same < note->n_descsz && same < bytes &&
             text[same] == id[same]) same++;
      if (same == bytes) return 1;
      at = text + (note->n_descsz + 3) / 4 * 4;
    }
  }
  return 0;
}

static void mimalloc_statistics_find(void) {
  const u8 *loaded = library_module();
  void **(*heap)(void) = (void **(*)(void))own("mi_heap_get_default");
  if (!heap || !is_build(loaded, MIMALLOC_BUILD, sizeof MIMALLOC_BUILD)) return;
  of_process = (const struct statistics *)(loaded + OF_PROCESS);
  of_initial_thread = *(const struct statistics **)((u8 *)*heap() + OF_THREAD);
}

void mimalloc_find(void) {
  int (*version)(void) = (int (*)(void))own("mi_version");
  if (!version || version() / 100 != 2) return;
  process_info = (void (*)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *,
                            size_t *))own("mi_process_info");
  library.has_segments = 1;
  segments_open();
  mimalloc_statistics_find();
}

void mimalloc_names(void) {
  add_name("current_commit");
  add_name("peak_commit");
  if (!of_process) return;
  for (u32 i = 0; i < STATISTICS; i++) {
    for (u32 j = 0; j < COUNT(STATISTIC_FIELDS); j++) {
      char name[64];
      append(append(name, MIMALLOC_NAMES[i]), STATISTIC_FIELDS[j]);
      add_name(name);
    }
  }
  add_name("commit_calls");
}

/* As the library merges a thread's statistics: peaks are summed up. */
static i64 merged(u32 i, u32 field) {
  const i64 *process = &of_process->at[i].allocated, *thread = &of_initial_thread->at[i].allocated;
  int moved = of_initial_thread->at[i].allocated != 0 || of_initial_thread->at[i].freed != 0;
  return process[field] + (moved ? thread[field] : 0);
}

void mimalloc_read(u64 *value) {
  size_t unused;
  process_info(&unused, &unused, &unused, &unused, &unused, &value[0], &value[1], &unused);
  if (!of_process) return;
  value += 2;
  for (u32 i = 0; i < STATISTICS; i++) {
    for (u32 j = 0; j < COUNT(STATISTIC_FIELDS); j++) *value++ = (u64)merged(i, j);
  }
  *value = (u64)(of_process->counters[COMMIT_CALLS][0] + of_initial_thread->counters[COMMIT_CALLS][0]);
}
