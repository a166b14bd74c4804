/*
 * Where calls come from: a table of return addresses, each chain of them once, in a file beside the
 * records, which is mapped like theirs. A record names an entry. Nothing waits for a lock: an entry is
 * taken by storing its key. What the addresses lie in stands before the table, in the kernel's words.
 *
 * The file's form is described in heapstakes.workload.imported.SiteFile.
 */
#define _GNU_SOURCE
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <unwind.h>

#define MOST_FRAMES 8
#define ENTRY_BITS 20
#define ENTRIES (1ul << ENTRY_BITS)
#define MOST_PROBES 256
#define MAP_BYTES (1ul << 20)
#define MOST_RANGES 2048
#define MOST_PATH 4096

struct site_head {
  char magic[8];
  u32 version;
  u32 depth;
  u64 entries;
  _Atomic u64 map_bytes; /* of the text that follows the head */
};

/* A key, then as many return addresses as the head says, innermost first, 0 where there are no more. */
typedef _Atomic u64 entry_word;

int has_sites;
static struct site_head *site_head;
static char *maps;
static entry_word *table;
static u32 depth;

/* What is mapped executable, as far as it is written down. */
static struct range {
  uintptr_t begins, ends;
} ranges[MOST_RANGES];
static _Atomic u32 range_count;
static _Atomic u32 readers;

static u64 bytes_of_file(void) { return HEAD_BYTES + MAP_BYTES + ENTRIES * (1 + depth) * sizeof(u64); }

void open_sites(const char *path) {
  const char *wanted = getenv("HEAPSTAKES_RECORD_SITES");
  depth = wanted ? (u32)strtoul(wanted, NULL, 10) : 0;
  if (depth < 1 || depth > MOST_FRAMES) return;
  struct site_head *before = site_head;
  has_sites = 0;
  int fd = room_for_file(bytes_of_file()) ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  if (fd < 0) return;
  char *at = ftruncate(fd, (off_t)bytes_of_file()) ? MAP_FAILED
                                                   : mmap(before, bytes_of_file(), PROT_READ | PROT_WRITE,
                                                          MAP_SHARED | MAP_NORESERVE | (before ? MAP_FIXED : 0), fd, 0);
  close(fd);
  if (at == MAP_FAILED || populate(at, HEAD_BYTES)) {
    unlink(path);
    return;
  }
  maps = at + HEAD_BYTES;
  table = (entry_word *)(at + HEAD_BYTES + MAP_BYTES);
  atomic_store(&range_count, 0);
  atomic_store(&readers, 0);
  struct site_head *new = (struct site_head *)at;
  memcpy(new->magic, "HSSITES", 8);
  new->version = 1;
  new->depth = depth;
  new->entries = ENTRIES;
  site_head = new;
  has_sites = 1;
}

static int is_known(uintptr_t address) {
  u32 count = atomic_load(&range_count);
  for (u32 i = 0; i < count; i++) {
    if (address >= ranges[i].begins && address < ranges[i].ends) return 1;
  }
  return count == MOST_RANGES;
}

/* Writes a line of the kernel's down if it is of code that is new. */
static void see_line(const char *line, size_t bytes) {
  char *rest;
  uintptr_t begins = strtoul(line, &rest, 16);
  uintptr_t ends = *rest == '-' ? strtoul(rest + 1, &rest, 16) : 0;
  if (ends <= begins || rest[0] != ' ' || rest[3] != 'x' || is_known(begins)) return;
  u64 used = atomic_load(&site_head->map_bytes);
  u32 count = atomic_load(&range_count);
  if (used + bytes > MAP_BYTES || count == MOST_RANGES || populate(maps + used, bytes)) return;
  memcpy(maps + used, line, bytes);
  atomic_store(&site_head->map_bytes, used + bytes);
  ranges[count] = (struct range){begins, ends};
  atomic_store(&range_count, count + 1);
}

static void see_lines(int fd) {
  static char text[2 * MOST_PATH];
  size_t have = 0;
  ssize_t got;
  while ((got = read(fd, text + have, sizeof text - 1 - have)) > 0) {
    have += (size_t)got;
    text[have] = 0;
    char *line = text;
    for (char *end; (end = memchr(line, '\n', have - (size_t)(line - text))); line = end + 1) {
      see_line(line, (size_t)(end + 1 - line));
    }
    have -= (size_t)(line - text);
    memmove(text, line, have);
    if (have == sizeof text - 1) return; /* no line is so long */
  }
}

/* One reads for all that come meanwhile, a handler of a signal in the same thread among them. */
static void see_maps(void) {
  if (atomic_fetch_add(&readers, 1)) return;
  u32 served;
  do {
    served = atomic_load(&readers);
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (fd < 0) break;
    see_lines(fd);
    close(fd);
  } while (!atomic_compare_exchange_strong(&readers, &served, 0));
}

/* The entry that is given an address for the first time. */
static SLOW int fill(entry_word *entry, u64 key, const uintptr_t *frames) {
  int saved = errno;
  u64 none = 0;
  int full = populate(entry, (1 + depth) * sizeof(u64));
  if (!full && atomic_compare_exchange_strong(entry, &none, key)) {
    for (u32 i = 0; i < depth; i++) atomic_store_explicit(&entry[1 + i], frames[i], memory_order_relaxed);
    for (u32 i = 0; i < depth && frames[i]; i++) {
      if (!is_known(frames[i])) see_maps();
    }
  }
  errno = saved;
  return !full && (none == 0 || none == key);
}

struct walk {
  uintptr_t caller;
  uintptr_t *frames;
  u32 count;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *data) {
  struct walk *walk = data;
  uintptr_t address = _Unwind_GetIP(context);
  if (!walk->count && address != walk->caller) return _URC_NO_REASON; /* ours */
  walk->frames[walk->count++] = address;
  return walk->count < depth ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void unwind(uintptr_t caller, uintptr_t *frames) {
  struct walk walk = {caller, frames, 0};
  own.busy++; /* on old systems it may allocate */
  _Unwind_Backtrace(step, &walk);
  own.busy--;
  if (!walk.count) frames[0] = caller;
}

static u64 mixed(u64 key) {
  key *= 0x9e3779b97f4a7c15u;
  return key ^ key >> 32;
}

u32 find_site(const void *caller) {
  uintptr_t frames[MOST_FRAMES] = {(uintptr_t)caller};
  u64 key = (u64)(uintptr_t)caller;
  if (depth > 1) {
    unwind((uintptr_t)caller, frames);
    key = 0;
    for (u32 i = 0; i < depth; i++) key = mixed(key + frames[i]);
    key |= 1;
  }
  u64 place = mixed(key);
  for (u32 probe = 0; probe < MOST_PROBES; probe++) {
    u64 number = (place + probe) & (ENTRIES - 1);
    entry_word *entry = &table[number * (1 + depth)];
    u64 there = atomic_load_explicit(entry, memory_order_relaxed);
    if (likely(there == key) || (!there && fill(entry, key, frames))) return (u32)number + 1;
    if (!there && !atomic_load(entry)) return 0; /* the disk is full */
  }
  return 0;
}
