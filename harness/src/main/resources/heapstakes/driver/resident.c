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

/* musl begins with what is left of the first and last pages of its own data and the program's. */
#ifdef __GLIBC__
#define LEFT_OF_PAGES 0
#else
#define LEFT_OF_PAGES (4 * PAGE)
#endif

u64 drift_pages, exact_statm;

static u64 next_low = LOW_AREA, next_stack = STACK_AREA, next_lent = LENT_AREA;
static long statm_file;
static u64 others, other_mapped, hosted_statm, hosted_mapped;
static int hosted_depth;
static struct rusage faults_before, hosted_faults;
static u64 others_huge, peak_huge; /* the driver's buffers may be in huge pages, and stay so */
/* What the freed memory of a phase did. */
struct leftover {
  u64 phase, bytes, resident, since, half, ninety;
};

/* Of all processes. */
static struct {
  u64 peak_resident, last_resident, last_nanos, last_faults;
  unsigned __int128 byte_nanos;
  struct moment at_peak, at_fault;
  struct leftover this_phase, worst;
  int ready, freed_in_phase, have_worst;
} *books;

static u64 statm_pages(void);
static u64 seen(u64 resident);

static void *reserve_as(long flags, u64 *next, u64 bytes) {
  u64 size = page_up(bytes);
  long r = raw(SYS_mmap, *next, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | flags, -1, 0);
  if (r != (long)*next) fail("the driver's own buffers do not fit into memory", "");
  *next += size + PAGE;
  return (void *)r;
}

/* Where there are forks only the library's pages are counted, and each more makes a fork longer. */
static void *reserve_at(u64 *next, u64 bytes) {
  return reserve_as(MAP_PRIVATE | (options.forks ? 0 : MAP_POPULATE), next, bytes);
}

/* Memory of the driver's own that children have in common with their parents. */
void *reserve_shared(u64 bytes) {
  return options.forks ? reserve_as(MAP_SHARED, &next_low, bytes) : reserve(bytes);
}

/* Memory of the driver's own, resident from the start. */
void *reserve(u64 bytes) { return reserve_at(&next_low, bytes); }

/* The same for stacks: of the n-th thread always at one place, as some libraries' chance hangs on. */
void *reserve_stack(u64 bytes) { return reserve_at(&next_stack, bytes); }

/* The same for threads that the library starts: away from those, which it does not move. */
void *reserve_lent(u64 bytes) {
  u64 before = books->ready ? statm_pages() : 0;
  void *stack = reserve_at(&next_lent, bytes);
  if (books->ready) others += statm_pages() - before;
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

/* Before all else. */
void books_open(void) {
  the_run = reserve_shared(sizeof *the_run);
  books = reserve_shared(sizeof *books);
  run.phase = books->this_phase.phase = books->worst.phase = NOT_MEASURED;
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

/*
 * The initial thread's stack, resident and without what others left there: glibc 2.36 compares the
 * kernel's mode of huge pages in a buffer that it does not end (__malloc_thp_mode), so that what lay
 * there decides whether hugetlb=1 is heeded.
 */
__attribute__((noinline)) void clear_stack(void) {
  volatile u64 room[32 * 1024];
  for (u64 i = 0; i < sizeof room / sizeof *room; i++) room[i] = 0;
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
  if (highest > others * PAGE && highest - others * PAGE > books->peak_resident) {
    books->peak_resident = highest - others * PAGE;
  }
  if (mapped > other_mapped * PAGE && mapped - other_mapped * PAGE > run.peak_mapped) {
    run.peak_mapped = mapped - other_mapped * PAGE;
  }
  if (books->peak_resident > run.peak_mapped) books->peak_resident = run.peak_mapped;
}

/* Not what the library has from its start, where the kernel tells; an older one does not. */
static u64 others_in_huge_pages(void) {
  u64 all = huge_bytes(), its = library_huge_bytes();
  return its == NOT_MEASURED || all < its ? all : all - its;
}

/* Just before the first event. */
void meter_baseline(void) {
  clear_stack();
  bring_in_the_rest();
  bring_in_the_rest();
  books->last_resident = scan_pages() * PAGE;
  others = statm_pages() - books->last_resident / PAGE;
  if (meter == METER_UNTRAPPED) reset_high_water();
  other_mapped = all_mapped - mapped_bytes / PAGE;
  run.peak_mapped = mapped_bytes;
  books->peak_resident = books->last_resident;
  books->at_peak = (struct moment){0, 0, library.usable ? 0 : NOT_MEASURED, mapped_bytes, books->last_resident};
  faults_before = faults();
  others_huge = has_huge_pages() ? others_in_huge_pages() : 0;
  if (options.forks) family_baseline();
  books->ready = 1;
}

/* Work of the driver's own inside the run: what it makes resident is not the library's. */
void host_enter(void) {
  if (hosted_depth++ > 0) return;
  hosting = 1;
  if (books->ready && !options.forks) {
    hosted_statm = statm_pages();
    hosted_mapped = all_mapped;
    hosted_faults = faults();
  }
}

void host_leave(void) {
  if (--hosted_depth > 0) return;
  hosting = 0;
  if (books->ready && !options.forks) {
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

static struct moment this_moment(void) {
  u64 mapped = options.forks ? family_mapped() : mapped_bytes;
  return (struct moment){run.operation, run.requested, has_usable() ? run.allocated : NOT_MEASURED, mapped,
                         books->last_resident};
}

/* Pages are counted now and then: what there were more of by then came with the last fault before. */
static u64 observe_family(int exactly) {
  u64 faults = family_faults();
  if (faults != books->last_faults) {
    books->last_faults = faults;
    books->at_fault = this_moment();
  }
  return seen(family_resident(exactly));
}

static u64 seen(u64 resident) {
  if (run.nanos > books->last_nanos) { /* the clock of a process that gets the turn catches up */
    books->byte_nanos += (unsigned __int128)books->last_resident * (run.nanos - books->last_nanos);
    books->last_nanos = run.nanos;
  }
  if (resident > books->peak_resident) {
    books->peak_resident = resident;
    books->at_peak = options.forks ? books->at_fault : this_moment();
    books->at_peak.resident = resident;
  }
  if (resident < books->last_resident) {
    if (books->freed_in_phase) watch_leftover(&books->this_phase, resident);
    if (books->have_worst) watch_leftover(&books->worst, resident);
  }
  books->last_resident = resident;
  return resident;
}

/* Resident bytes of the library now; also keeps the peak, the integral and the times to return. */
u64 observe(void) {
  if (!books->ready) return 0;
  if (options.forks) return observe_family(0);
  if (!exact_statm && meter == METER_TRAPPED) return seen(scan_pages() * PAGE);
  u64 all = statm_pages();
  u64 resident = all > others ? (all - others) * PAGE : 0;
  if (meter == METER_UNTRAPPED) { /* what is not the library's may grow or shrink as well, e.g. an emulator's */
    u64 least = library.usable ? run.allocated : run.requested;
    mapped_bytes = all_mapped > other_mapped ? (all_mapped - other_mapped) * PAGE : 0;
    if (mapped_bytes < least) mapped_bytes = least;
    if (mapped_bytes > run.peak_mapped) run.peak_mapped = mapped_bytes;
    if (resident > mapped_bytes) resident = mapped_bytes;
  }
  return seen(resident);
}

u64 observe_exactly(void) {
  if (options.forks && books->ready) return observe_family(1);
  if (!exact_statm || !books->ready || meter == METER_UNTRAPPED) return observe();
  i64 drift = (i64)(statm_pages() - others) - (i64)scan_pages();
  u64 size = (u64)(drift < 0 ? -drift : drift);
  if (size > drift_pages) drift_pages = size;
  others += (u64)drift;
  return observe();
}

void note_mapped(void) {
  u64 mapped = options.forks ? family_mapped() : mapped_bytes;
  if (mapped > run.peak_mapped) run.peak_mapped = mapped;
}

void note_holdings(void) {
  if (run.requested > run.peak_requested) run.peak_requested = run.requested;
  if (run.allocated > run.peak_allocated) run.peak_allocated = run.allocated;
}

/* After each free: the last one of a phase counts. */
void note_free(void) {
  u64 left = books->last_resident > run.requested ? books->last_resident - run.requested : 0;
  books->freed_in_phase = 1;
  books->this_phase.bytes = left;
  books->this_phase.resident = books->last_resident;
  books->this_phase.since = run.nanos;
  books->this_phase.half = books->this_phase.ninety = left == 0 ? 0 : NOT_MEASURED;
}

void note_phase(u64 phase) {
  if (books->freed_in_phase && (!books->have_worst || books->this_phase.bytes > books->worst.bytes)) {
    books->worst = books->this_phase;
    books->worst.phase = phase;
    books->have_worst = 1;
  }
  books->freed_in_phase = 0;
}

/* A heap in a library's static data is neither mapped by it nor told from its variables. */
static void require_mapped(void) {
  u64 handed_out = has_usable() ? run.peak_allocated : run.peak_requested;
  if (meter == METER_UNTRAPPED || handed_out <= run.peak_mapped + LEFT_OF_PAGES || handed_out <= mapped_bytes)
    return;
  fail("the library hands out more memory than it took from the kernel: its heap lies in its file's "
       "static data; ", "it can be timed, and not metered");
}

static u64 library_huge(void) {
  if (options.forks) return NOT_MEASURED; /* it is told of one process */
  u64 all = huge_bytes();
  if (all == NOT_MEASURED || meter == METER_UNTRAPPED) return NOT_MEASURED;
  u64 bytes = all > others_huge ? all - others_huge : 0;
  if (bytes > peak_huge) peak_huge = bytes;
  return bytes;
}

void take_sample(struct sample *s, int exact) {
  require_mapped();
  s->resident = exact || options.forks ? observe_exactly() : observe();
  struct rusage now = faults();
  s->operation = run.operation;
  s->nanos = run.nanos;
  s->phase = NOT_MEASURED;
  s->requested = run.requested;
  s->allocated = has_usable() ? run.allocated : NOT_MEASURED;
  s->mapped = options.forks ? family_mapped() : mapped_bytes;
  s->lazy_free = exact || options.lazy_samples || !freed_lazily ? lazy_free_bytes() : NOT_MEASURED;
  if (options.forks) s->lazy_free = family_lazy();
  s->huge = library_huge();
  copy(s->returned, run.returned, sizeof run.returned);
  copy(s->calls, run.calls, sizeof run.calls);
  s->minor_faults = (u64)(now.ru_minflt - faults_before.ru_minflt);
  s->major_faults = (u64)(now.ru_majflt - faults_before.ru_majflt);
  s->program_break = program_break - initial_break;
  if (options.forks) s->minor_faults = s->major_faults = NOT_MEASURED; /* a fork's own are among them */
  if (meter == METER_UNTRAPPED) {
    for (u32 i = 0; i < WAYS; i++) s->returned[i] = NOT_MEASURED;
    for (u32 i = 0; i < CALLS; i++) s->calls[i] = NOT_MEASURED;
    s->lazy_free = NOT_MEASURED;
    books->have_worst = books->freed_in_phase = 0; /* what goes back is not seen when it goes */
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
  s->peak_allocated = has_usable() ? run.peak_allocated : NOT_MEASURED;
  s->peak_mapped = run.peak_mapped;
  s->peak_resident = books->peak_resident;
  s->at_peak = books->at_peak;
  s->byte_nanos_low = (u64)books->byte_nanos;
  s->byte_nanos_high = (u64)(books->byte_nanos >> 64);
  s->left_phase = books->have_worst ? books->worst.phase : NOT_MEASURED;
  s->left_bytes = books->worst.bytes;
  s->half_nanos = books->worst.half;
  s->ninety_nanos = books->worst.ninety;
  s->drift_pages = drift_pages;
  s->exact_statm = exact_statm;
  traffic_report(&s->traffic);
  s->peak_huge = s->end.huge == NOT_MEASURED ? NOT_MEASURED : peak_huge;
  s->copied_bytes = family_copied_bytes();
  if (run.exited) { /* the process is gone and all its memory with it */
    s->end.mapped = s->end.resident = s->end.lazy_free = s->end.requested = 0;
    if (s->end.huge != NOT_MEASURED) s->end.huge = 0;
    if (library.usable) s->end.allocated = 0;
  }
}
