/*
 * The driver replays a trace on a real malloc library in a process that holds nothing else, and
 * reports exact figures. Rules of the house:
 *
 *  - nothing here allocates from the library under test: buffers are mapped at fixed low addresses,
 *    far from where the library's memory lies, and text goes out by write(2);
 *  - the library's memory system calls are caught by a seccomp filter (syscalls.c), so that those
 *    from inside the C library are seen as well;
 *  - everything that is resident but not the library's is brought in before the first event and
 *    stays constant, so that the library's share is one subtraction (resident.c).
 */
#ifndef HEAPSTAKES_DRIVER_H
#define HEAPSTAKES_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "processor.h"
#include "trim.h"

typedef uint64_t u64;
typedef int64_t i64;
typedef uint32_t u32;
typedef uint8_t u8;

#define PAGE 4096ul
#define NOT_MEASURED (~0ul)
#define EXPORTED __attribute__((visibility("default")))
#define NOBODY (~0u) /* no process of the trace */

/* Numbers of heapstakes.trace.Op, then two of the stream's own. */
enum {
  OP_MALLOC, OP_CALLOC, OP_REALLOC, OP_MEMALIGN, OP_FREE, OP_STORE, OP_LOAD, OP_TRIM,
  OP_THREAD, OP_THREAD_EXIT, OP_CLOCK, OP_PHASE, OP_FORK, OP_EXIT, OP_BREAK,
  OP_EXTRA, /* size is the second operand of the next event: it did not fit into the head */
  OP_END    /* the trace is complete */
};

/* An event: op in bits 0-7 of head, slot in bits 8-39, second operand in bits 40-63. */
struct event {
  u64 head;
  u64 size;
};

/* Kinds of frames in the output; a frame is {u32 kind, u32 bytes of payload, payload}. */
enum {
  FRAME_HELLO = 1,
  FRAME_RESULTS,
  FRAME_SAMPLE,
  FRAME_NAMES,
  FRAME_COUNTERS,
  FRAME_CALL,
  FRAME_PAGES,
  FRAME_SUMMARY,
  FRAME_FAILURE,
  FRAME_PROGRESS,
  FRAME_MAPS,
  FRAME_BROKEN, /* as FRAME_FAILURE */
  FRAME_ARENAS
};

/* Regions of a result: bits 56-63; number of an arena heap or segment in bits 40-55; offset in 0-39. */
enum { REGION_NONE, REGION_NULL, REGION_BRK, REGION_HEAP, REGION_MMAP, REGION_SEGMENT };

enum { TOUCH_NONE, TOUCH_FIRST, TOUCH_ALL };
enum { WAY_BRK, WAY_MUNMAP, WAY_DONTNEED, WAY_FREE, WAYS };
enum { CALL_SBRK, CALL_MMAP, CALL_MUNMAP, CALL_MADVISE, CALL_MPROTECT, CALL_MREMAP, CALLS };
enum { METER_TRAPPED, METER_UNTRAPPED };

struct options {
  u64 slots, threads, op_nanos, sample_every, counters_every, pages_every, limit_bytes;
  u64 touch, results, log_calls, no_aslr, clocked, stop_at_null, page_bits, lazy_samples, trap, refuse,
      end_counters, maps, scan, preloaded, check, parent, thp, forks;
  const char *library; /* to be opened by the driver itself; NULL: it is there already */
  const char *prefix;
};

/* What a sample point says; all u64, in this order on the wire. */
struct sample {
  u64 operation, nanos, phase;
  u64 requested, allocated, mapped, resident, lazy_free, huge;
  u64 returned[WAYS];
  u64 calls[CALLS];
  u64 minor_faults, major_faults, program_break;
};

struct moment {
  u64 operation, requested, allocated, mapped, resident;
};

/* What became of blocks between malloc and free. */
struct traffic {
  u64 reallocs, moved, copied_bytes, cross_thread_frees, cross_thread_freed_bytes;
};

/* What is known at the end, in this order on the wire. */
struct summary {
  struct sample end;
  u64 events, refused, ignored, exited;
  u64 peak_requested, peak_allocated, peak_mapped, peak_resident;
  struct moment at_peak;
  u64 byte_nanos_low, byte_nanos_high;
  u64 left_phase, left_bytes, half_nanos, ninety_nanos; /* left_phase NOT_MEASURED: nothing freed */
  u64 drift_pages, exact_statm;
  struct traffic traffic;
  u64 peak_huge;
  u64 copied_bytes; /* on write, after forks; NOT_MEASURED: there are none */
};

/* The state of the run: counters that the event loop and the call handler share, of all processes. */
struct run_state {
  u64 operation, events, nanos, requested, allocated, refused, ignored, exited, phase;
  u64 peak_requested, peak_allocated, peak_mapped;
  u64 returned[WAYS], calls[CALLS];
  u32 thread; /* that has the turn */
};

/* What the blocks of this process come to. */
struct holding {
  u64 requested, allocated;
};

/* Pages of the library's in this process, and those of them that no other process has. */
struct page_counts {
  u64 present, exclusive;
};

extern struct options options;
extern struct run_state *the_run;
#define run (*the_run)
extern struct holding holding;

/* A system call that the filter lets through; the result is a negated errno on failure. */
long raw6(long number, long a, long b, long c, long d, long e, long f);
#define RAW7(n, a, b, c, d, e, f, ...) \
  raw6((long)(n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define raw(...) RAW7(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/* syscalls.c */
extern u64 break_at_start, initial_break, program_break, freed_lazily, advised_huge;
extern int meter;
extern __thread int hosting;
void calls_install(void);
void alternate_stack(void *base, size_t bytes);

/* ranges.c */
extern u64 mapped_bytes;
void ranges_open(void);
u64 page_up(u64 n);
void add_range(u64 start, u64 end);
void remove_range(u64 start, u64 end);
void note_heap(u64 start, int writable);
void forget_heaps(u64 start, u64 end);
u64 region_of(u64 address);
int owned(u64 address);
struct page_counts owned_pages(u64 start, u64 end);
void for_each_range(void (*visit)(u64 start, u64 end));
void for_each_gap(u64 start, u64 end, void (*visit)(u64 start, u64 end));

/* mimalloc.c */
void mimalloc_find(void);
void mimalloc_names(void);
void mimalloc_read(u64 *values);
u64 segment_of(u64 address);
void forget_segments(u64 start, u64 end);

/* proc.c */
long open_proc(const char *path);
void proc_open(void);
void proc_reopen(void);
u64 lazy_free_bytes(void);
u64 huge_bytes(void); /* of the whole process, in huge pages */
int has_huge_pages(void); /* whether it may have some */
u64 status_bytes(const char *field); /* of the calling thread's status */
void bring_in_the_rest(void);
void level_mappings(void);
void report_maps(void);

/* pages.c */
void pages_open(void);
void pages_reopen(void);
struct page_counts count_pages(u64 start, u64 end);
struct page_counts count_library_pages(void);
u64 resident_pages(u64 start, u64 end);
u64 scan_pages(void); /* resident, of the library */
u64 library_huge_bytes(void); /* in pages that the kernel maps as huge ones; NOT_MEASURED before Linux 6.7 */
int page_seen(u64 page);
void forget_pages(u64 start, u64 end);
void forget_all_pages(void);
void report_pages(void);

/* resident.c */
extern u64 drift_pages, exact_statm;
void *reserve(u64 bytes);
void *reserve_shared(u64 bytes);
#define STACK_AREA 0x110000000000ul /* where the first of them is */
void *reserve_stack(u64 bytes);
void *reserve_lent(u64 bytes);
int is_reserved(u64 start, u64 end);
int on_stack_of_ours(u64 address);
int on_lent_stack(u64 address);
void books_open(void);
void meter_open(void);
void meter_reopen(void);
void meter_baseline(void);
void clear_stack(void);
u64 observe(void);
u64 observe_exactly(void);
void host_enter(void);
void host_leave(void);
void note_free(void);
void note_mapped(void);
void note_holdings(void);
void note_phase(u64 phase);
void take_sample(struct sample *sample, int exact);
void take_summary(struct summary *summary);

/* library.c */
struct library {
  void *(*malloc)(size_t);
  void *(*calloc)(size_t, size_t);
  void *(*realloc)(void *, size_t);
  void *(*memalign)(size_t, size_t);
  int (*posix_memalign)(void **, size_t, size_t);
  void (*free)(void *);
  size_t (*usable)(void *);
  int has_heaps;    /* it is the C library's malloc, with arena heaps */
  int has_segments; /* it is mimalloc 2 */
};
extern struct library library;
extern __thread u32 thread_number; /* of the process's threads, from 0, as they began */
int is_hosted(const void *p); /* a block of the driver's own */
void library_find(void);
void library_open(void);
void *library_memalign(size_t alignment, size_t size);
void *own(const char *name); /* a function of the library's, never the C library's in its stead */
int is_c_library(void);
const void *library_module(void);

/* sleepers.c */
extern u64 next_wake; /* when a thread of the library's own wakes; NOT_MEASURED: none does */
void sleepers_open(void);
void sleepers_settle(void);
void sleepers_pass(u64 nanos);
void sleepers_forget(void);
long lend_stack(const long *arguments);
u64 entries_too_many(void);

/* counters.c */
#define COUNT(array) ((u32)(sizeof(array) / sizeof *(array)))
void add_name(const char *name);
char *append(char *to, const char *text);
void controls_find(void);
void begin_heap(void);
void counters_open(void);
u64 thread_counters(void);
int counters_allocate(void);
void counters_report(void);
void counters_begin(void);
void counters_keep(void);
void counters_kept(void);

/* arenas.c */
void arenas_find(void);
void arenas_report(void);

/* traffic.c */
void traffic_open(void);
void inherit_blocks(u32 child);
void note_owner(u64 slot);
void note_freed(u64 slot, u64 bytes);
void before_realloc(void);
void note_realloc(const void *from, const void *to, u64 kept);
void traffic_report(struct traffic *to);

/* check.c */
void check_open(void);
void check_before(u32 op, u32 slot);
void check_after(u32 op, u32 slot, u64 block, u64 bytes, u64 size, u64 extra);
void check_end(void);
void require_usable(u64 block, u64 size, u64 bytes);

/* start.c */
void guard(void);

/* turns.c */
void turns_open(void);
void initial_begins(void);
int initial_has_left(void);
void leave_process_to_others(void);
int do_thread(u32 me, u32 to);
int do_thread_exit(u32 me, u32 which);
int finish(u32 me);
u64 next_thread_counters(u64 counters);
void enlist(u32 process, u64 pid);
void delist(u32 process);
u64 next_listed(void);
int begin_turns(u32 child);

/* family.c */
extern u32 own_process;
void family_begin(void);
void family_baseline(void);
u64 family_resident(int exactly);
u64 family_faults(void);
void family_gave_up(struct page_counts pages);
u64 family_mapped(void);
u64 family_lazy(void);
u64 family_copied_bytes(void);
void family_measures_usable(void);
int has_usable(void);
long clone_process(long number, const long *a);
int do_fork(u32 child);
void leave(void);
void arrive(void);
void exit_process(void) __attribute__((noreturn));
void conclude_family(void) __attribute__((noreturn));

/* driver.c */
void events_open(long file);
void pump(u32 me);
void conclude(u32 me) __attribute__((noreturn));
void last_counters(int of_a_thread, int exits);
enum { COMMAND_NONE, COMMAND_RUN, COMMAND_EXIT, COMMAND_REAP, COMMAND_LET_EXIT, COMMAND_FINISH };

/* report.c */
void report_open(long file);
void frame(u32 kind, const void *payload, u32 bytes);
void frame2(u32 kind, const void *head, u32 head_bytes, const void *body, u32 body_bytes);
void result(u64 address);
void report_flush(void);
void fail(const char *what, const char *detail) __attribute__((noreturn));
void broken(const char *text) __attribute__((noreturn));
void failure_record(u64 signal, u64 address, const char *text);
u64 length_of(const char *text);
int starts_with(const char *text, const char *prefix);
u64 number_of(const char *text);
void copy(void *to, const void *from, u64 bytes);

#endif
