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

#define LOW_AREA 0x100000000000ul
#define LENT_AREA 0x118000000000ul

u64 peak_resident, drift_pages, exact_statm;

static u64 next_low = LOW_AREA, next_stack = STACK_AREA, next_lent = LENT_AREA;
static long statm_file;
static int ready;
static u64 others, other_mapped, hosted_statm, hosted_mapped;
static int hosted_depth;
static struct rusage faults_before, hosted_faults;
static u64 last_resident, last_nanos;
static u64 others_huge, peak_huge; /* the driver's buffers may be in huge pages, and stay so */
static unsigned __int128 byte_nanos;
static struct moment at_peak;

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

int is_reserved(u64 start, u64 end) {
  return (start >= LOW_AREA && end <= next_low) || on_stack_of_ours(start);
}

int on_lent_stack(u64 address) { return address >= LENT_AREA && address < next_lent; }

int on_stack_of_ours(u64 address) {
  return (address >= STACK_AREA && address < next_stack) || on_lent_stack(address);
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
  pages_open();
  proc_open();
  exact_statm = !options.scan && statm_is_exact();
}

/* The initial thread has exited: the kernel says by another whose figures it reads. */
void meter_reopen(void) {
  raw(SYS_close, statm_file);
  statm_file = open_proc("/proc/thread-self/statm");
}

static void deepen_stack(void) {
  volatile char room[256 * 1024];
  for (u64 i = 0; i < sizeof room; i += PAGE) room[i] = 1;
}

static struct rusage faults(void) {
  struct rusage usage;
  raw(SYS_getrusage, RUSAGE_SELF, &usage);
  return usage;
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
  others_huge = has_huge_pages() ? huge_bytes() : 0;
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

static u64 library_huge(void) {
  u64 all = huge_bytes();
  if (all == NOT_MEASURED || meter == METER_UNTRAPPED) return NOT_MEASURED;
  u64 bytes = all > others_huge ? all - others_huge : 0;
  if (bytes > peak_huge) peak_huge = bytes;
  return bytes;
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
  s->huge = library_huge();
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
  traffic_report(&s->traffic);
  s->peak_huge = s->end.huge == NOT_MEASURED ? NOT_MEASURED : peak_huge;
  if (run.exited) { /* the process is gone and all its memory with it */
    s->end.mapped = s->end.resident = s->end.lazy_free = s->end.requested = 0;
    if (s->end.huge != NOT_MEASURED) s->end.huge = 0;
    if (library.usable) s->end.allocated = 0;
  }
}
