/* The page table: which pages are resident, and which the driver has written. */
#define _GNU_SOURCE
#include "driver.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define PRESENT_AND_MINE (1ul << 63 | 1ul << 56) /* excludes the zero page */
#define LEAVES 2048                              /* each for 128 MiB of address space */
#define LEAF_PAGES (8 * PAGE)

static long pagemap_file;
static u64 *pagemap;
static u64 **leaves; /* page number >> 15 -> bit map of pages written by the driver */
static u64 *leaf_pool, leaf_count;

void pages_open(void) {
  pagemap_file = open_proc("/proc/self/pagemap");
  pagemap = reserve(LEAF_PAGES * 8);
  leaves = reserve((1ul << 20) * sizeof *leaves);
  leaf_pool = reserve(LEAVES * PAGE);
}

u64 resident_pages(u64 start, u64 end) {
  u64 count = 0;
  while (start < end) {
    u64 pages = (end - start) / PAGE < LEAF_PAGES ? (end - start) / PAGE : LEAF_PAGES;
    long n = raw(SYS_pread64, pagemap_file, pagemap, pages * 8, start / PAGE * 8);
    if (n <= 0) break;
    for (long i = 0; i < n / 8; i++) {
      count += (pagemap[i] & PRESENT_AND_MINE) == PRESENT_AND_MINE;
    }
    start += (u64)n / 8 * PAGE;
  }
  return count;
}

static u64 scanned;

static void add_resident(u64 start, u64 end) { scanned += resident_pages(start, end); }

u64 scan_pages(void) {
  scanned = 0;
  for_each_range(add_resident);
  return scanned;
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
      if ((pagemap[i] & PRESENT_AND_MINE) == PRESENT_AND_MINE) bits[i / 8] |= (u8)(1 << i % 8);
    }
    frame2(FRAME_PAGES, head, sizeof head, bits, (u32)((pages + 7) / 8));
    start += pages * PAGE;
  }
}

void report_pages(void) { for_each_range(report_range); }
