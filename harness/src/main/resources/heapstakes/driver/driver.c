/* The event loop: what the events of a trace do, and when it is reported. */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXACT_MARKS 1000 /* phase marks at which the page table is read: it takes time */
#define INPUT_BYTES (1ul << 20)

struct run_state *the_run;

struct slot {
  u8 *block;
  u64 size;
};

static struct slot *slots;
static struct event *input;
static struct {
  u64 input_at, input_end, input_bytes; /* events; bytes behind input_end are a part of one */
  u64 next_sample, next_counters, next_pages, next_report, marks;
  int stopped;
} *stream;
static long in_file;

/* ------------------------------------------------------------------ input */

void events_open(long file) {
  in_file = file;
  slots = reserve((options.slots + 1) * sizeof *slots);
  input = reserve_shared(INPUT_BYTES);
  stream = reserve_shared(sizeof *stream);
  stream->next_sample = stream->next_counters = stream->next_pages = NOT_MEASURED;
  traffic_open();
}

static void progress(void) {
  u64 done[2] = {run.operation, run.events};
  frame(FRAME_PROGRESS, done, sizeof done);
  report_flush();
}

static void refill(void) {
  u64 rest = stream->input_bytes - stream->input_end * sizeof *input;
  copy(input, (u8 *)input + stream->input_end * sizeof *input, rest);
  stream->input_bytes = rest;
  stream->input_at = 0;
  progress();
  do {
    long n = raw(SYS_read, in_file, (u8 *)input + stream->input_bytes, INPUT_BYTES - stream->input_bytes);
    if (n == -EINTR) continue;
    if (n <= 0) fail("the input ended before the trace did", "");
    stream->input_bytes += (u64)n;
  } while (stream->input_bytes < sizeof *input);
  stream->input_end = stream->input_bytes / sizeof *input;
}

static inline struct event *next_event(void) {
  if (stream->input_at == stream->input_end) refill();
  return &input[stream->input_at++];
}

/* ------------------------------------------------------------------ operations */

static void touch(u8 *block, u64 size) {
  if (options.touch == TOUCH_NONE || size == 0 || !block) return;
  int news = 0;
  u64 end = options.touch == TOUCH_FIRST ? (u64)block + 1 : (u64)block + size;
  for (u64 at = (u64)block; at < end; at = (at & ~(PAGE - 1)) + PAGE) {
    *(volatile u8 *)at = 1;
    news |= !page_seen(at / PAGE);
  }
  if (news) observe();
}

static inline u64 usable(u8 *block) { return library.usable ? library.usable(block) : 0; }

static inline void hold(u64 requested, u64 allocated) {
  run.requested += requested;
  run.allocated += allocated;
  holding.requested += requested;
  holding.allocated += allocated;
}

static inline void block_gone(struct slot *s, u64 usable_bytes) {
  hold(-s->size, -usable_bytes);
  s->block = NULL;
  s->size = 0;
}

static void block_new(struct slot *s, u8 *block, u64 size) {
  if (options.results) result((u64)block);
  s->block = block;
  if (!block) {
    run.refused++;
    s->size = 0;
    stream->stopped |= options.stop_at_null != 0;
    return;
  }
  s->size = size;
  u64 bytes = usable(block);
  if (library.usable && !options.check) {
    if (is_hosted(block)) {
      fail("the library hands out blocks of the C library's malloc; ",
           "it can be timed, and neither checked nor metered");
    }
    require_usable((u64)block, size, bytes);
  }
  hold(size, bytes);
  note_holdings();
  touch(block, size);
}

/* A slot that still holds a block (a trace may overwrite it) leaks that block. */
static void do_realloc(struct slot *s, u64 size) {
  u64 before = s->block ? usable(s->block) : 0, kept = s->size < size ? s->size : size;
  u8 *old = s->block;
  before_realloc();
  u8 *block = library.realloc(old, size);
  if (block || size == 0) {
    if (!block && old) note_freed((u64)(s - slots), s->size);
    block_gone(s, before);
    if (block && old) note_realloc(old, block, kept);
    else if (block) note_owner((u64)(s - slots));
    if (block) block_new(s, block, size);
    else if (options.results) result(0);
    if (size == 0) note_free();
  } else {
    run.refused++;
    stream->stopped |= options.stop_at_null != 0;
    if (options.results) result(0);
  }
}

static void do_free(struct slot *s) {
  if (s->block) {
    u8 *block = s->block;
    note_freed((u64)(s - slots), s->size);
    block_gone(s, usable(block));
    library.free(block);
    note_free();
  }
  if (options.results) result(NOT_MEASURED);
}

static void access_block(u8 *block, u64 offset, u64 length, int store) {
  int news = 0;
  if (block && !options.check) { /* a store would change what the check has written */
    u64 end = (u64)block + offset + length;
    for (u64 at = (u64)block + offset; at < end; at = (at & ~(PAGE - 1)) + PAGE) {
      if (store) {
        *(volatile u8 *)at = 1;
        news |= !page_seen(at / PAGE);
      } else {
        (void)*(volatile u8 *)at;
      }
    }
  }
  if (news) observe();
  if (options.results) result(NOT_MEASURED);
}

static void operation(u32 op, struct slot *s, u64 size, u64 extra) {
  if (op == OP_MALLOC || op == OP_CALLOC || op == OP_MEMALIGN) note_owner((u64)(s - slots));
  switch (op) {
    case OP_MALLOC: block_new(s, library.malloc(size), size); break;
    case OP_CALLOC: {
      u64 bytes;
      u8 *block = library.calloc(extra, size);
      if (__builtin_mul_overflow(extra, size, &bytes)) bytes = 0;
      block_new(s, block, bytes);
      break;
    }
    case OP_REALLOC: do_realloc(s, size); break;
    case OP_MEMALIGN: block_new(s, library_memalign(extra, size), size); break;
    case OP_FREE: do_free(s); break;
    case OP_STORE: access_block(s->block, extra, size, 1); break;
    case OP_LOAD: access_block(s->block, extra, size, 0); break;
    case OP_TRIM:
      library_trim(size);
      if (options.results) result(NOT_MEASURED);
      break;
    default: break;
  }
}

static void checked_operation(u32 op, u32 number, u64 size, u64 extra) {
  struct slot *s = &slots[number];
  check_before(op, number);
  operation(op, s, size, extra);
  if (is_hosted(s->block)) {
    stream->stopped = 1; /* the driver's own malloc is not to be checked */
    return;
  }
  check_after(op, number, (u64)s->block, s->size, size, extra);
}

/* ------------------------------------------------------------------ reports between operations */

/* A check has no figures; either way it is said that something goes on. */
static void sample(u64 phase, int exact) {
  struct sample s;
  if (options.check && run.operation > 0) {
    progress();
    return;
  }
  take_sample(&s, exact);
  s.phase = phase;
  frame(FRAME_SAMPLE, &s, sizeof s);
  report_flush();
}

static u64 schedule(u64 every) { return every == 0 ? NOT_MEASURED : run.operation + every; }

static void plan_reports(void) {
  stream->next_report = stream->next_sample < stream->next_counters ? stream->next_sample : stream->next_counters;
  if (stream->next_pages < stream->next_report) stream->next_report = stream->next_pages;
}

static void reports(void) {
  if (run.operation >= stream->next_sample) {
    sample(NOT_MEASURED, 0);
    stream->next_sample = schedule(options.sample_every);
  }
  if (run.operation >= stream->next_counters) {
    counters_report();
    stream->next_counters = schedule(options.counters_every);
  }
  if (run.operation >= stream->next_pages) {
    report_pages();
    stream->next_pages = schedule(options.pages_every);
  }
  plan_reports();
}

/*
 * The program moves the break itself. Down only over what it has got on top, with nothing above: the
 * rest is the library's.
 */
static void move_break(u64 bytes, int down) {
  static u64 own_top, own_bytes;
  if (down) {
    if (bytes > own_bytes || program_break != own_top) return;
    sbrk(-(intptr_t)bytes);
    own_top -= bytes;
    own_bytes -= bytes;
    return;
  }
  u64 got = (u64)sbrk((intptr_t)bytes);
  if (got == ~0ul) return;
  own_bytes = got == own_top ? own_bytes + bytes : bytes;
  own_top = got + bytes;
}

/* ------------------------------------------------------------------ the loop */

/* The program sleeps; the library's own threads may wake to give memory back. */
static void idle(u64 nanos) {
  u64 end = run.nanos + nanos;
  while (next_wake <= end) {
    u64 before = observe();
    sleepers_pass(next_wake - run.nanos);
    if (observe() != before) sample(NOT_MEASURED, 0);
  }
  run.nanos = end;
}

static int do_exit(u32 me) {
  if (options.forks) exit_process();
  run.exited = 1;
  return finish(me);
}

static int other_event(u32 me, u32 op, u32 number, u64 size, u64 extra) {
  switch (op) {
    case OP_THREAD: return do_thread(me, number);
    case OP_THREAD_EXIT: return do_thread_exit(me, number);
    case OP_CLOCK: idle(size); return 0;
    case OP_PHASE:
      sample(number, stream->marks++ < EXACT_MARKS);
      note_phase(number);
      return 0;
    case OP_FORK: return do_fork(number);
    case OP_EXIT: return do_exit(me);
    case OP_BREAK: move_break(size, extra != 0); return 0;
    case OP_END: return finish(me);
    default: fail("unknown event", "");
  }
}

void pump(u32 me) {
  u64 tick = options.clocked ? 0 : options.op_nanos;
  u64 wide = 0, is_wide = 0;
  for (;;) {
    struct event *e = next_event();
    u64 head = e->head, size = e->size;
    u32 op = (u32)(head & 255), number = (u32)(head >> 8);
    if (op == OP_EXTRA) {
      wide = size;
      is_wide = 1;
      continue;
    }
    u64 extra = is_wide ? wide : head >> 40;
    is_wide = 0;
    if (op <= OP_TRIM) {
      if (number >= options.slots) fail("a slot number is out of range", "");
      run.thread = me;
      if (options.check) checked_operation(op, number, size, extra);
      else operation(op, &slots[number], size, extra);
      if (tick < next_wake - run.nanos) run.nanos += tick;
      else sleepers_pass(tick);
      run.operation++;
      if (run.operation >= stream->next_report) reports();
      if (stream->stopped && finish(me)) return;
    } else if (other_event(me, op, number, size, extra)) {
      return;
    } else if (op == OP_FORK && own_process == number) {
      me = number; /* this is the child, and it has the turn */
    }
    run.events++;
  }
}

/* ------------------------------------------------------------------ from the first sample to the summary */

static void hello(void) {
  u64 counters = thread_counters();
  u64 facts[8] = {(u64)meter, exact_statm, initial_break, break_at_start,
                  library.usable != NULL, (u64)library.has_heaps, counters, next_thread_counters(counters)};
  frame(FRAME_HELLO, facts, sizeof facts);
}

/* What the library itself counts when the process that the trace began with ends. */
void last_counters(int of_a_thread, int exits) {
  int asks = !run.exited && (of_a_thread || !counters_allocate());
  if (!options.counters_every && options.end_counters && asks) counters_open();
  if ((options.counters_every || options.end_counters) && asks) {
    if (exits) counters_keep();
    else counters_report();
    arenas_report();
  }
}

static void finale(int of_a_thread) {
  struct summary s = {.left_phase = NOT_MEASURED};
  if (options.check) {
    check_end();
    frame(FRAME_SUMMARY, &s, sizeof s);
    report_flush();
    return;
  }
  take_summary(&s); /* first: to ask some libraries for their counters is to make them allocate */
  if (options.pages_every && !run.exited) report_pages();
  if (own_process == 0) last_counters(of_a_thread, 0);
  counters_kept();
  frame(FRAME_SUMMARY, &s, sizeof s);
  report_flush();
}

void conclude(u32 me) {
  finale(me < options.threads);
  if (options.forks) conclude_family();
  raw(SYS_exit_group, 0);
  __builtin_unreachable();
}

int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp; /* read before the constructors, by before_all */
  library_open();
  family_measures_usable();
  clear_stack();
  if (options.threads > 1) begin_heap();
  if (options.counters_every) counters_open();
  guard();
  sleepers_settle();
  meter_baseline();
  hello();
  if (options.maps) report_maps();
  sample(NOT_MEASURED, 1); /* the baseline */
  clear_stack();
  if (options.counters_every) counters_report();
  stream->next_sample = schedule(options.sample_every);
  stream->next_counters = schedule(options.counters_every);
  stream->next_pages = schedule(options.pages_every);
  plan_reports();
  initial_begins();
  pump(0);
  if (initial_has_left()) leave_process_to_others();
  conclude(0);
}
