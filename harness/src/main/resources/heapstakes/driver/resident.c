/*
 * How much of the library's memory is resident. Everything else in the process is brought in before
 * the first event and stays constant, so the share is statm's figure minus that constant: one cheap
 * read, exact since Linux 6.16, which is tried before it is trusted. At marks and at the end the
 * page table itself is read, and what differs is reported as drift.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define LOW_AREA 0x100000000000ul
#define LENT_AREA 0x118000000000ul
#define MMAP_AREA 0x700000000000ul /* what lies above was mapped top down */
#define MAX_HOLES 4096             /* pages between libraries */
#define TEXT_BYTES (1ul << 20)
#define PRESENT_AND_MINE (1ul << 63 | 1ul << 56) /* excludes the zero page */
#define LEAVES 2048                              /* each for 128 MiB of address space */
#define LEAF_PAGES (8 * PAGE)

u64 peak_resident, drift_pages, exact_statm;

static u64 next_low = LOW_AREA, next_stack = STACK_AREA, next_lent = LENT_AREA;
static long statm_file, pagemap_file, rollup_file;
static u64 *pagemap;
static char *text;
static int ready;
static u64 others, other_mapped, hosted_statm, hosted_mapped;
static int hosted_depth;
static struct rusage faults_before, hosted_faults;
static u64 last_resident, last_nanos;
static unsigned __int128 byte_nanos;
static struct moment at_peak;
static u64 **leaves; /* page number >> 15 -> bit map of pages written by the driver */
static u64 *leaf_pool, leaf_count;

/* What the freed memory of a phase did. */
struct leftover {
  u64 phase, bytes, resident, since, half, ninety;
};
static struct leftover this_phase = {.phase = NOT_MEASURED}, worst = {.phase = NOT_MEASURED};
static int freed_in_phase, have_worst;

static u64 statm_pages(void);

static void *reserve_at(u64 *next, u64 bytes) {
  u64 size = page_up(bytes);
  long r = raw(SYS_mmap, *next, size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_POPULATE, -1, 0);
  if (r != (long)*next) fail("the driver's own buffers do not fit into memory", "");
  *next += size + PAGE;
  return (void *)r;
}

/* Memory of the driver's own, resident from the start. */
void *reserve(u64 bytes) { return reserve_at(&next_low, bytes); }

/* The same for stacks: of the n-th thread always at one place, as some libraries' chance hangs on. */
void *reserve_stack(u64 bytes) { return reserve_at(&next_stack, bytes); }

/* The same for threads that the library starts: away from those, which it does not move. */
void *reserve_lent(u64 bytes) {
  u64 before = ready ? statm_pages() : 0;
  void *stack = reserve_at(&next_lent, bytes);
  if (ready) others += statm_pages() - before;
  return stack;
}

int on_lent_stack(u64 address) { return address >= LENT_AREA && address < next_lent; }

int on_stack_of_ours(u64 address) {
  return (address >= STACK_AREA && address < next_stack) || on_lent_stack(address);
}

static long open_proc(const char *path) {
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

static u64 all_mapped; /* pages of the whole process, as statm_pages last saw it */

static u64 statm_pages(void) {
  char line[128];
  long n = raw(SYS_pread64, statm_file, line, sizeof line - 1, 0);
  line[n > 0 ? n : 0] = 0;
  const char *p = line;
  all_mapped = number_of(p);
  while (*p && *p != ' ') p++;
  return number_of(p + 1);
}

/* Whether a single page more is seen at once, ten times. */
static u64 statm_is_exact(void) {
  u64 size = 16 * PAGE;
  long r = raw(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (r < 0 && r > -4096) return 0;
  u64 exact = 1;
  for (u64 i = 0; i < 10; i++) {
    u64 before = statm_pages();
    *(volatile char *)(r + (long)(i * PAGE)) = 1;
    exact &= statm_pages() == before + 1;
  }
  raw(SYS_munmap, r, size);
  return exact;
}

void meter_open(void) {
  statm_file = open_proc("/proc/self/statm");
  pagemap_file = open_proc("/proc/self/pagemap");
  rollup_file = raw(SYS_openat, AT_FDCWD, "/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC, 0);
  pagemap = reserve(LEAF_PAGES * 8);
  text = reserve(TEXT_BYTES);
  leaves = reserve((1ul << 20) * sizeof *leaves);
  leaf_pool = reserve(LEAVES * PAGE);
  exact_statm = !options.scan && statm_is_exact();
}

/* The initial thread has exited: the kernel says by another whose figures it reads. */
void meter_reopen(void) {
  raw(SYS_close, statm_file);
  statm_file = open_proc("/proc/thread-self/statm");
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

static u64 scan_pages(void) {
  scanned = 0;
  for_each_range(add_resident);
  return scanned;
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

u64 lazy_free_bytes(void) {
  if (!freed_lazily) return 0;
  if (rollup_file < 0) return NOT_MEASURED;
  read_text(rollup_file);
  return text_kilobytes("LazyFree:") * 1024;
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
static void bring_in_the_rest(void) {
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
    if (kernels || (start >= LOW_AREA && end <= next_low) ||
        on_stack_of_ours(start)) continue;
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

static void deepen_stack(void) {
  volatile char room[256 * 1024];
  for (u64 i = 0; i < sizeof room; i += PAGE) room[i] = 1;
}

/* Where everything lies before the first event: what the kernel's placement starts from. */
void report_maps(void) {
  long maps = open_proc("/proc/self/maps");
  u64 bytes = read_text(maps);
  raw(SYS_close, maps);
  frame(FRAME_MAPS, text, (u32)bytes);
}

static struct rusage faults(void) {
  struct rusage usage;
  raw(SYS_getrusage, RUSAGE_SELF, &usage);
  return usage;
}

static u64 status_bytes(const char *field) {
  long status = open_proc("/proc/thread-self/status");
  read_text(status);
  raw(SYS_close, status);
  return text_kilobytes(field) * 1024;
}

/* Without a filter the kernel's own marks have to do: VmHWM can be put back, VmPeak cannot. */
static void reset_high_water(void) {
  long file = raw(SYS_openat, AT_FDCWD, "/proc/self/clear_refs", O_WRONLY | O_CLOEXEC, 0);
  raw(SYS_write, file, "5", 1);
  raw(SYS_close, file);
}

static void read_high_water(void) {
  u64 highest = status_bytes("VmHWM:"), mapped = status_bytes("VmPeak:");
  if (highest > others * PAGE && highest - others * PAGE > peak_resident) {
    peak_resident = highest - others * PAGE;
  }
  if (mapped > other_mapped * PAGE && mapped - other_mapped * PAGE > peak_mapped) {
    peak_mapped = mapped - other_mapped * PAGE;
  }
  if (peak_resident > peak_mapped) peak_resident = peak_mapped;
}

/* Just before the first event. */
void meter_baseline(void) {
  deepen_stack();
  bring_in_the_rest();
  bring_in_the_rest();
  last_resident = scan_pages() * PAGE;
  others = statm_pages() - last_resident / PAGE;
  if (meter == METER_UNTRAPPED) reset_high_water();
  other_mapped = all_mapped - mapped_bytes / PAGE;
  peak_mapped = mapped_bytes;
  peak_resident = last_resident;
  at_peak = (struct moment){0, 0, library.usable ? 0 : NOT_MEASURED, mapped_bytes, last_resident};
  faults_before = faults();
  ready = 1;
}

/* Work of the driver's own inside the run: what it makes resident is not the library's. */
void host_enter(void) {
  if (hosted_depth++ > 0) return;
  hosting = 1;
  if (ready) {
    hosted_statm = statm_pages();
    hosted_mapped = all_mapped;
    hosted_faults = faults();
  }
}

void host_leave(void) {
  if (--hosted_depth > 0) return;
  hosting = 0;
  if (ready) {
    struct rusage now = faults();
    others += statm_pages() - hosted_statm;
    other_mapped += all_mapped - hosted_mapped;
    faults_before.ru_minflt += now.ru_minflt - hosted_faults.ru_minflt;
    faults_before.ru_majflt += now.ru_majflt - hosted_faults.ru_majflt;
  }
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

static void watch_leftover(struct leftover *l, u64 resident) {
  u64 gone = l->resident > resident ? l->resident - resident : 0;
  if (l->half == NOT_MEASURED && 2 * gone >= l->bytes) l->half = run.nanos - l->since;
  if (l->ninety == NOT_MEASURED && 10 * gone >= 9 * l->bytes) l->ninety = run.nanos - l->since;
}

static u64 seen(u64 resident) {
  byte_nanos += (unsigned __int128)last_resident * (run.nanos - last_nanos);
  last_nanos = run.nanos;
  if (resident > peak_resident) {
    peak_resident = resident;
    u64 allocated = library.usable ? run.allocated : NOT_MEASURED;
    at_peak = (struct moment){run.operation, run.requested, allocated, mapped_bytes, resident};
  }
  if (resident < last_resident) {
    if (freed_in_phase) watch_leftover(&this_phase, resident);
    if (have_worst) watch_leftover(&worst, resident);
  }
  last_resident = resident;
  return resident;
}

/* Resident bytes of the library now; also keeps the peak, the integral and the times to return. */
u64 observe(void) {
  if (!ready) return 0;
  if (!exact_statm && meter == METER_TRAPPED) return seen(scan_pages() * PAGE);
  u64 all = statm_pages();
  u64 resident = all > others ? (all - others) * PAGE : 0;
  if (meter == METER_UNTRAPPED) { /* what is not the library's may grow or shrink as well, e.g. an emulator's */
    u64 least = library.usable ? run.allocated : run.requested;
    mapped_bytes = all_mapped > other_mapped ? (all_mapped - other_mapped) * PAGE : 0;
    if (mapped_bytes < least) mapped_bytes = least;
    if (mapped_bytes > peak_mapped) peak_mapped = mapped_bytes;
    if (resident > mapped_bytes) resident = mapped_bytes;
  }
  return seen(resident);
}

u64 observe_exactly(void) {
  if (!exact_statm || !ready || meter == METER_UNTRAPPED) return observe();
  i64 drift = (i64)(statm_pages() - others) - (i64)scan_pages();
  u64 size = (u64)(drift < 0 ? -drift : drift);
  if (size > drift_pages) drift_pages = size;
  others += (u64)drift;
  return observe();
}

/* After each free: the last one of a phase counts. */
void note_free(void) {
  u64 left = last_resident > run.requested ? last_resident - run.requested : 0;
  freed_in_phase = 1;
  this_phase.bytes = left;
  this_phase.resident = last_resident;
  this_phase.since = run.nanos;
  this_phase.half = this_phase.ninety = left == 0 ? 0 : NOT_MEASURED;
}

void note_phase(u64 phase) {
  if (freed_in_phase && (!have_worst || this_phase.bytes > worst.bytes)) {
    worst = this_phase;
    worst.phase = phase;
    have_worst = 1;
  }
  freed_in_phase = 0;
}

/* A heap in a library's static data is neither mapped by it nor told from its variables. */
static void require_mapped(void) {
  u64 handed_out = library.usable ? run.peak_allocated : run.peak_requested;
  if (meter == METER_UNTRAPPED || handed_out <= peak_mapped || handed_out <= mapped_bytes) return;
  fail("the library hands out more memory than it took from the kernel: its heap lies in its file's "
       "static data; ", "it can be timed, and not metered");
}

void take_sample(struct sample *s, int exact) {
  require_mapped();
  s->resident = exact ? observe_exactly() : observe();
  struct rusage now = faults();
  s->operation = run.operation;
  s->nanos = run.nanos;
  s->phase = NOT_MEASURED;
  s->requested = run.requested;
  s->allocated = library.usable ? run.allocated : NOT_MEASURED;
  s->mapped = mapped_bytes;
  s->lazy_free = exact || options.lazy_samples || !freed_lazily ? lazy_free_bytes() : NOT_MEASURED;
  copy(s->returned, returned, sizeof returned);
  copy(s->calls, calls, sizeof calls);
  s->minor_faults = (u64)(now.ru_minflt - faults_before.ru_minflt);
  s->major_faults = (u64)(now.ru_majflt - faults_before.ru_majflt);
  s->program_break = program_break - initial_break;
  if (meter == METER_UNTRAPPED) {
    for (u32 i = 0; i < WAYS; i++) s->returned[i] = NOT_MEASURED;
    for (u32 i = 0; i < CALLS; i++) s->calls[i] = NOT_MEASURED;
    s->lazy_free = NOT_MEASURED;
    have_worst = freed_in_phase = 0; /* what goes back is not seen when it goes */
  }
}

void take_summary(struct summary *s) {
  take_sample(&s->end, 1);
  if (meter == METER_UNTRAPPED) read_high_water();
  note_phase(NOT_MEASURED - 1);
  s->events = run.events;
  s->refused = run.refused;
  s->ignored = run.ignored;
  s->exited = run.exited;
  s->peak_requested = run.peak_requested;
  s->peak_allocated = library.usable ? run.peak_allocated : NOT_MEASURED;
  s->peak_mapped = peak_mapped;
  s->peak_resident = peak_resident;
  s->at_peak = at_peak;
  s->byte_nanos_low = (u64)byte_nanos;
  s->byte_nanos_high = (u64)(byte_nanos >> 64);
  s->left_phase = have_worst ? worst.phase : NOT_MEASURED;
  s->left_bytes = worst.bytes;
  s->half_nanos = worst.half;
  s->ninety_nanos = worst.ninety;
  s->drift_pages = drift_pages;
  s->exact_statm = exact_statm;
  if (run.exited) { /* the process is gone and all its memory with it */
    s->end.mapped = s->end.resident = s->end.lazy_free = s->end.requested = 0;
    if (library.usable) s->end.allocated = 0;
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
