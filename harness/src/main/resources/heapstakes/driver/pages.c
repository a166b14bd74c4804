/* The page table: which pages are resident, and which the driver has written. */
#define _GNU_SOURCE
#include "driver.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define PRESENT (1ul << 63)
#define MINE (1ul << 56) /* and no other process's; the zero page is nobody's */
#define FRAME ((1ul << 55) - 1)
#define PAGEMAP_SCAN 0xc0606610ul                /* since Linux 6.7: _IOWR('f', 16, 12 words) */
#define PAGE_IS_HUGE (1ul << 6)
#define LEAVES 2048                              /* each for 128 MiB of address space */
#define LEAF_PAGES (8 * PAGE)

static long pagemap_file;
static u64 *pagemap;
static u64 **leaves; /* page number >> 15 -> bit map of pages written by the driver */
static u64 *leaf_pool, leaf_count;
static u64 zeros; /* frame number; 0: not told */

static u64 zero_frame(void);

void pages_open(void) {
  pagemap_file = open_proc("/proc/self/pagemap");
  pagemap = reserve(LEAF_PAGES * 8);
  leaves = reserve((1ul << 20) * sizeof *leaves);
  leaf_pool = reserve(LEAVES * PAGE);
  if (options.forks) zeros = zero_frame();
}

void pages_reopen(void) {
  raw(SYS_close, pagemap_file);
  pagemap_file = open_proc("/proc/self/pagemap");
}

/* Where the kernel tells frames, which it does to who is privileged, the one of all unwritten pages. */
static u64 zero_frame(void) {
  volatile u8 *page = reserve(PAGE);
  raw(SYS_madvise, page, PAGE, 4 /* MADV_DONTNEED */);
  u64 entry = 0, sum = *page;
  raw(SYS_pread64, pagemap_file, &entry, 8, (u64)page / PAGE * 8);
  return (entry & FRAME) + sum;
}

/* Without forks a page that is there is either the process's own or the zero page. */
static int is_present(u64 entry) {
  if (!(entry & PRESENT)) return 0;
  return entry & MINE ? 1 : options.forks && (zeros == 0 || (entry & FRAME) != zeros);
}

struct page_counts count_pages(u64 start, u64 end) {
  struct page_counts count = {0, 0};
  while (start < end) {
    u64 pages = (end - start) / PAGE < LEAF_PAGES ? (end - start) / PAGE : LEAF_PAGES;
    long n = raw(SYS_pread64, pagemap_file, pagemap, pages * 8, start / PAGE * 8);
    if (n <= 0) break;
    for (long i = 0; i < n / 8; i++) {
      count.present += (u64)is_present(pagemap[i]);
      count.exclusive += (pagemap[i] & (PRESENT | MINE)) == (PRESENT | MINE);
    }
    start += (u64)n / 8 * PAGE;
  }
  return count;
}

u64 resident_pages(u64 start, u64 end) { return count_pages(start, end).present; }

static struct page_counts scanned;

static void add_resident(u64 start, u64 end) {
  struct page_counts more = count_pages(start, end);
  scanned.present += more.present;
  scanned.exclusive += more.exclusive;
}

struct page_counts count_library_pages(void) {
  scanned = (struct page_counts){0, 0};
  for_each_range(add_resident);
  return scanned;
}

u64 scan_pages(void) { return count_library_pages().present; }

static u64 huge_found;
static int huge_told;

static void add_huge(u64 start, u64 end) {
  static struct { u64 start, end, categories; } found[64];
  while (huge_told && start < end) {
    struct { u64 size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, any, shown; } scan = {
        sizeof scan, 0, start, end, 0, (u64)found, 64, 0, 0, PAGE_IS_HUGE, 0, PAGE_IS_HUGE};
    long n = raw(SYS_ioctl, pagemap_file, PAGEMAP_SCAN, &scan);
    huge_told = n >= 0 && scan.walk_end > start;
    for (long i = 0; i < n; i++) huge_found += found[i].end - found[i].start;
    start = scan.walk_end;
  }
}

u64 library_huge_bytes(void) {
  huge_found = 0;
  huge_told = 1;
  for_each_range(add_huge);
  return huge_told ? huge_found : NOT_MEASURED;
}

int page_seen(u64 page) {
  u64 **slot = &leaves[page >> 15 & ((1ul << 20) - 1)];
  if (!*slot) {
    if (leaf_count == LEAVES) return 0;
    *slot = leaf_pool + 512 * leaf_count++;
  }
  u64 *word = &(*slot)[page >> 6 & 511], bit = 1ul << (page & 63);
  if (*word & bit) return 1;
  *word |= bit;
  return 0;
}

void forget_pages(u64 start, u64 end) {
  for (u64 page = start / PAGE; page < end / PAGE;) {
    u64 *leaf = leaves[page >> 15 & ((1ul << 20) - 1)];
    u64 next = ((page >> 15) + 1) << 15;
    if (!leaf) {
      page = next;
      continue;
    }
    if (next > end / PAGE) next = end / PAGE;
    for (; page < next; page++) leaf[page >> 6 & 511] &= ~(1ul << (page & 63));
  }
}

/* After a fork whatever is written is copied. */
void forget_all_pages(void) {
  for (u64 i = 0; i < 512 * leaf_count; i++) leaf_pool[i] = 0;
}

static void report_range(u64 start, u64 end) {
  u64 head[4] = {run.operation, start, end - start, resident_pages(start, end)};
  if (!options.page_bits) {
    frame(FRAME_PAGES, head, sizeof head);
    return;
  }
  static u8 bits[LEAF_PAGES / 8];
  while (start < end) { /* one frame for each 128 MiB */
    u64 pages = (end - start) / PAGE < LEAF_PAGES ? (end - start) / PAGE : LEAF_PAGES;
    head[1] = start;
    head[2] = pages * PAGE;
    head[3] = resident_pages(start, start + pages * PAGE);
    for (u64 i = 0; i < (pages + 7) / 8; i++) bits[i] = 0;
    for (u64 i = 0; i < pages; i++) {
      if (is_present(pagemap[i])) bits[i / 8] |= (u8)(1 << i % 8);
    }
    frame2(FRAME_PAGES, head, sizeof head, bits, (u32)((pages + 7) / 8));
    start += pages * PAGE;
  }
}

void report_pages(void) { for_each_range(report_range); }
