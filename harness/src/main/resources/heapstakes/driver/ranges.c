/* Which memory is the library's: its mappings, its part of the break, and glibc's arena heaps. */
#include "driver.h"

#define HEAP_BYTES (64ul << 20) /* glibc's HEAP_MAX_SIZE */
#define MAX_RANGES (1u << 17)   /* above the kernel's limit of 65,530 mappings */
#define MAX_HEAPS (1u << 15)

struct range {
  u64 start, end;
};

u64 mapped_bytes;

static struct range *ranges;
static u32 range_count;
static u64 *heaps; /* start address by number - 1; 0 once it is gone */
static u32 heap_count;

u64 page_up(u64 n) { return (n + PAGE - 1) & ~(PAGE - 1); }

void ranges_open(void) {
  ranges = reserve(MAX_RANGES * sizeof *ranges);
  heaps = reserve(MAX_HEAPS * sizeof *heaps);
}

/* Index of the first range that ends above address. */
static u32 range_above(u64 address) {
  u32 low = 0, high = range_count;
  while (low < high) {
    u32 mid = (low + high) / 2;
    if (ranges[mid].end <= address) low = mid + 1;
    else high = mid;
  }
  return low;
}

static void slide(u32 from, int by) {
  if (by > 0) {
    if (range_count + (u32)by > MAX_RANGES) fail("more mappings than the driver can follow", "");
    for (u32 i = range_count; i-- > from;) ranges[i + (u32)by] = ranges[i];
  } else {
    for (u32 i = from; i < range_count; i++) ranges[i + (u32)by] = ranges[i];
  }
  range_count = (u32)((int)range_count + by);
}

void add_range(u64 start, u64 end) {
  u32 i = range_above(start);
  mapped_bytes += end - start;
  int left = i > 0 && ranges[i - 1].end == start;
  int right = i < range_count && ranges[i].start == end;
  if (left && right) {
    ranges[i - 1].end = ranges[i].end;
    slide(i + 1, -1);
  } else if (left) {
    ranges[i - 1].end = end;
  } else if (right) {
    ranges[i].start = start;
  } else {
    slide(i, 1);
    ranges[i].start = start;
    ranges[i].end = end;
  }
}

void remove_range(u64 start, u64 end) {
  u32 i = range_above(start);
  while (i < range_count && ranges[i].start < end) {
    struct range r = ranges[i];
    u64 from = r.start > start ? r.start : start, to = r.end < end ? r.end : end;
    mapped_bytes -= to - from;
    if (r.start < from && to < r.end) {
      slide(i + 1, 1);
      ranges[i].end = from;
      ranges[i + 1].start = to;
      ranges[i + 1].end = r.end;
      i += 2;
    } else if (r.start < from) {
      ranges[i++].end = from;
    } else if (to < r.end) {
      ranges[i++].start = to;
    } else {
      slide(i + 1, -1);
    }
  }
}

int owned(u64 address) {
  u32 i = range_above(address);
  return (i < range_count && ranges[i].start <= address) ||
         (address >= initial_break && address < page_up(program_break));
}

void for_each_range(void (*visit)(u64 start, u64 end)) {
  if (program_break > initial_break) visit(initial_break, page_up(program_break));
  for (u32 i = 0; i < range_count; i++) visit(ranges[i].start, ranges[i].end);
}

/* What of [start, end) is not the library's. */
void for_each_gap(u64 start, u64 end, void (*visit)(u64 start, u64 end)) {
  u64 heap_end = page_up(program_break);
  if (break_at_start < heap_end && start < heap_end && end > break_at_start) {
    if (start < break_at_start) for_each_gap(start, break_at_start, visit);
    if (end > heap_end) for_each_gap(heap_end, end, visit);
    return;
  }
  for (u32 i = range_above(start); i < range_count && ranges[i].start < end; i++) {
    if (start < ranges[i].start) visit(start, ranges[i].start);
    start = ranges[i].end;
  }
  if (start < end) visit(start, end);
}

static void add_pages(struct page_counts *to, struct page_counts more) {
  to->present += more.present;
  to->exclusive += more.exclusive;
}

struct page_counts owned_pages(u64 start, u64 end) {
  struct page_counts pages = {0, 0};
  u64 heap_end = page_up(program_break);
  if (start < heap_end && end > initial_break) {
    add_pages(&pages, count_pages(start > initial_break ? start : initial_break,
                                  end < heap_end ? end : heap_end));
  }
  for (u32 i = range_above(start); i < range_count && ranges[i].start < end; i++) {
    u64 from = ranges[i].start > start ? ranges[i].start : start;
    u64 to = ranges[i].end < end ? ranges[i].end : end;
    add_pages(&pages, count_pages(from, to));
  }
  return pages;
}

/* Arena heaps: a heap is born when the start of a 64 MiB-aligned reservation becomes writable. */
void note_heap(u64 start, int writable) {
  if (!library.has_heaps || !writable || start % HEAP_BYTES != 0) return;
  for (u32 i = 0; i < heap_count; i++) {
    if (heaps[i] == start) return;
  }
  if (heap_count < MAX_HEAPS) heaps[heap_count++] = start;
}

void forget_heaps(u64 start, u64 end) {
  for (u32 i = 0; i < heap_count; i++) {
    if (heaps[i] >= start && heaps[i] < end) heaps[i] = 0;
  }
  forget_segments(start, end);
}

u64 region_of(u64 address) {
  if (address == 0) return (u64)REGION_NULL << 56;
  if (address >= initial_break && address < program_break) {
    return (u64)REGION_BRK << 56 | (address - initial_break);
  }
  if (library.has_segments) return segment_of(address);
  u64 base = address & ~(HEAP_BYTES - 1);
  for (u32 i = heap_count; i-- > 0;) {
    if (heaps[i] == base) {
      return (u64)REGION_HEAP << 56 | (u64)(i + 1) << 40 | (address - base);
    }
  }
  return (u64)REGION_MMAP << 56 | (address & (PAGE - 1));
}
