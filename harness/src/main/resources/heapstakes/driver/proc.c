/*
 * What the kernel tells of the process in text: where everything is mapped, what can be brought in
 * or levelled there before the first event, and figures by their names.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MADV_COLD
#define MADV_COLD 20 /* since Linux 5.4 */
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define MMAP_AREA 0x700000000000ul /* what lies above was mapped top down */
#define MAX_HOLES 4096             /* pages between libraries */
#define TEXT_BYTES (1ul << 20)

static long rollup_file;
static int always_huge;
static char *text;

long open_proc(const char *path) {
  long r = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (r < 0) fail("cannot open ", path);
  return r;
}

static u64 read_text(long file) {
  u64 at = 0;
  for (;;) {
    long n = raw(SYS_pread64, file, text + at, TEXT_BYTES - 1 - at, at);
    if (n <= 0) break;
    at += (u64)n;
  }
  text[at] = 0;
  return at;
}

void proc_open(void) {
  rollup_file = raw(SYS_openat, AT_FDCWD, "/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC, 0);
  text = reserve(TEXT_BYTES);
  long enabled = raw(SYS_openat, AT_FDCWD, "/sys/kernel/mm/transparent_hugepage/enabled", O_RDONLY | O_CLOEXEC, 0);
  if (enabled >= 0) {
    read_text(enabled);
    raw(SYS_close, enabled);
    always_huge = starts_with(text, "[always]");
  }
}

/* In a child: what the parent has opened tells of the parent. */
void proc_reopen(void) {
  if (rollup_file >= 0) raw(SYS_close, rollup_file);
  rollup_file = raw(SYS_openat, AT_FDCWD, "/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC, 0);
  pages_reopen();
}

/* The number behind a field's name at the start of a line; 0 if there is no such line. */
static u64 text_kilobytes(const char *field) {
  for (const char *p = text; *p;) {
    if (starts_with(p, field)) {
      p += length_of(field);
      while (*p == ' ' || *p == '\t') p++;
      return number_of(p);
    }
    while (*p && *p++ != '\n') {
    }
  }
  return 0;
}

/*
 * The kernel marks pages that were freed lazily a batch at a time, of up to 31 pages a processor; this
 * call hands in the rest of the batch, whatever page it is about.
 */
static void mark_all_lazy(void) {
  raw(SYS_madvise, (u64)&freed_lazily & ~(PAGE - 1), PAGE, MADV_COLD);
}

u64 lazy_free_bytes(void) {
  if (!freed_lazily) return 0;
  if (rollup_file < 0) return NOT_MEASURED;
  mark_all_lazy();
  read_text(rollup_file);
  return text_kilobytes("LazyFree:") * 1024;
}

int has_huge_pages(void) { return always_huge || advised_huge; }

u64 huge_bytes(void) {
  if (rollup_file < 0 || !has_huge_pages()) return NOT_MEASURED;
  read_text(rollup_file);
  return text_kilobytes("AnonHugePages:") * 1024;
}

u64 status_bytes(const char *field) {
  long status = open_proc("/proc/thread-self/status");
  read_text(status);
  raw(SYS_close, status);
  return text_kilobytes(field) * 1024;
}

static void populate_read(u64 start, u64 end) {
  raw(SYS_madvise, start, end - start, MADV_POPULATE_READ);
}

static void populate_write(u64 start, u64 end) {
  raw(SYS_madvise, start, end - start, MADV_POPULATE_WRITE);
}

static u64 hex(const char **p) {
  u64 n = 0;
  for (;; (*p)++) {
    char c = **p;
    if (c >= '0' && c <= '9') n = n * 16 + (u64)(c - '0');
    else if (c >= 'a' && c <= 'f') n = n * 16 + (u64)(c - 'a' + 10);
    else return n;
  }
}

/* Code, data and stacks that are not the library's heap: all of it resident, and private. */
void bring_in_the_rest(void) {
  long maps = open_proc("/proc/self/maps");
  read_text(maps);
  for (const char *p = text; *p;) {
    u64 start = hex(&p);
    p++;
    u64 end = hex(&p);
    int readable = p[1] == 'r', writable = p[2] == 'w', kernels = 0, heap = 0, named = 0;
    for (; *p && *p != '\n'; p++) {
      kernels |= starts_with(p, "[v");
      heap |= starts_with(p, "[heap]");
      named |= *p == '/' || *p == '[';
    }
    if (*p) p++;
    if (kernels || is_reserved(start, end)) continue;
    /* Untrapped, what is not a file's or the stack may be the library's. */
    if (meter == METER_UNTRAPPED && (heap || !named)) continue;
    if (writable) for_each_gap(start, end, populate_write);
    else if (readable) for_each_gap(start, end, populate_read);
  }
  raw(SYS_close, maps);
}

/* Start of the lowest mapping of the libraries. */
static u64 libraries_start(void) {
  long maps = open_proc("/proc/self/maps");
  u64 lowest = ~0ul;
  read_text(maps);
  raw(SYS_close, maps);
  for (const char *p = text; *p;) {
    u64 start = hex(&p);
    if (start >= MMAP_AREA && start < lowest) lowest = start;
    while (*p && *p++ != '\n') {
    }
  }
  return lowest;
}

/*
 * Fills up from below the libraries to where the kernel would place the first mapping of the
 * canonical program (linux-vm.md, section 1.1), as far as the low 30 bits go, which is what a leaf of
 * the largest radix tree spans and the largest alignment that is asked for, and closes the holes
 * between the libraries: how blocks in mappings and arena heaps are aligned depends on the absolute
 * address, so that lengths of mappings do as well.
 */
void level_mappings(void) {
  const u64 canonical = 0x7ffff7dd1000ul, wheel = 1ul << 30;
  const long flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  u64 bottom = libraries_start();
  if (!options.no_aslr || bottom == ~0ul) return;
  for (u64 i = 0; i < MAX_HOLES; i++) {
    long r = raw(SYS_mmap, 0, PAGE, PROT_NONE, flags, -1, 0);
    if (r < 0 && r > -4096) return;
    if ((u64)r < bottom) {
      raw(SYS_munmap, r, PAGE);
      break;
    }
  }
  u64 bytes = (bottom - canonical) % wheel;
  if (bytes > 0) {
    raw(SYS_mmap, bottom - bytes, bytes, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
  }
}

/* Where everything lies before the first event: what the kernel's placement starts from. */
void report_maps(void) {
  long maps = open_proc("/proc/self/maps");
  u64 bytes = read_text(maps);
  raw(SYS_close, maps);
  frame(FRAME_MAPS, text, (u32)bytes);
}
