/* The event loop, the threads that take turns in it, and the start of the process. */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#ifdef __GLIBC__
#include <execinfo.h>
#endif
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/futex.h, which not every C library comes with */
#define FUTEX_WAIT 0
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

#define EXACT_MARKS 1000 /* phase marks at which the page table is read: it takes time */
#define INPUT_BYTES (1ul << 20)
#define PIPE_BYTES (1 << 20)
#define STACK_BYTES (256ul << 10)
#define ALTERNATE_BYTES (64ul << 10)
#define FIRST_OWN_FILE 500
#define TOUCHED_STACK (96ul << 10)
#define LATER "LATER_"

struct options options = {.touch = TOUCH_ALL, .op_nanos = 100, .trap = 1, .threads = 1};
struct run run = {.phase = NOT_MEASURED};

struct slot {
  u8 *block;
  u64 size;
};

struct thread {
  volatile u32 command;
  u32 started;
  pthread_t handle;
  u8 *stack;
};

static struct slot *slots;
static struct event *input;
static u64 input_at, input_end, input_bytes; /* events; bytes behind input_end are a part of one */
static struct thread *threads;
static volatile u32 to_reap;
static u32 home; /* has the turn when no other has: the initial thread, then the keeper */
static u32 turn_after_initial;
static volatile u32 initial_lives = 1; /* the kernel clears it */
static u64 next_sample = NOT_MEASURED, next_counters = NOT_MEASURED, next_pages = NOT_MEASURED;
static int stopped;
static u64 marks;
static long in_file;

/* ------------------------------------------------------------------ input */

static void progress(void) {
  u64 done[2] = {run.operation, run.events};
  frame(FRAME_PROGRESS, done, sizeof done);
  report_flush();
}

static void refill(void) {
  u64 rest = input_bytes - input_end * sizeof *input;
  copy(input, (u8 *)input + input_end * sizeof *input, rest);
  input_bytes = rest;
  input_at = 0;
  progress();
  do {
    long n = raw(SYS_read, in_file, (u8 *)input + input_bytes, INPUT_BYTES - input_bytes);
    if (n == -EINTR) continue;
    if (n <= 0) fail("the input ended before the trace did", "");
    input_bytes += (u64)n;
  } while (input_bytes < sizeof *input);
  input_end = input_bytes / sizeof *input;
}

static inline struct event *next_event(void) {
  if (input_at == input_end) refill();
  return &input[input_at++];
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

static inline void block_gone(struct slot *s, u64 usable_bytes) {
  run.requested -= s->size;
  run.allocated -= usable_bytes;
  s->block = NULL;
  s->size = 0;
}

static void block_new(struct slot *s, u8 *block, u64 size) {
  if (options.results) result((u64)block);
  s->block = block;
  if (!block) {
    run.refused++;
    s->size = 0;
    stopped |= options.stop_at_null != 0;
    return;
  }
  s->size = size;
  run.requested += size;
  u64 bytes = usable(block);
  if (library.usable && !options.check) {
    if (is_hosted(block)) {
      fail("the library hands out blocks of the C library's malloc; ",
           "it can be timed, and neither checked nor metered");
    }
    require_usable((u64)block, size, bytes);
  }
  run.allocated += bytes;
  if (run.requested > run.peak_requested) run.peak_requested = run.requested;
  if (run.allocated > run.peak_allocated) run.peak_allocated = run.allocated;
  touch(block, size);
}

/* A slot that still holds a block (a trace may overwrite it) leaks that block. */
static void do_realloc(struct slot *s, u64 size) {
  u64 before = s->block ? usable(s->block) : 0;
  u8 *block = library.realloc(s->block, size);
  if (block || size == 0) {
    block_gone(s, before);
    if (block) block_new(s, block, size);
    else if (options.results) result(0);
    if (size == 0) note_free();
  } else {
    run.refused++;
    stopped |= options.stop_at_null != 0;
    if (options.results) result(0);
  }
}

static void do_free(struct slot *s) {
  if (s->block) {
    u8 *block = s->block;
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
    stopped = 1; /* the driver's own malloc is not to be checked */
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

static u64 next_report;

static void plan_reports(void) {
  next_report = next_sample < next_counters ? next_sample : next_counters;
  if (next_pages < next_report) next_report = next_pages;
}

static void reports(void) {
  if (run.operation >= next_sample) {
    sample(NOT_MEASURED, 0);
    next_sample = schedule(options.sample_every);
  }
  if (run.operation >= next_counters) {
    counters_report();
    next_counters = schedule(options.counters_every);
  }
  if (run.operation >= next_pages) {
    report_pages();
    next_pages = schedule(options.pages_every);
  }
  plan_reports();
}

/* ------------------------------------------------------------------ threads take turns */

static void wake(u32 which, u32 command) {
  __atomic_store_n(&threads[which].command, command, __ATOMIC_RELEASE);
  raw(SYS_futex, &threads[which].command, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static u32 await_command(u32 me) {
  u32 command;
  while ((command = __atomic_load_n(&threads[me].command, __ATOMIC_ACQUIRE)) == COMMAND_NONE) {
    raw(SYS_futex, &threads[me].command, FUTEX_WAIT_PRIVATE, COMMAND_NONE, 0, 0, 0);
  }
  threads[me].command = COMMAND_NONE;
  return command;
}

static void *thread_main(void *argument) {
  u32 me = (u32)(u64)argument;
  alternate_stack(threads[me].stack, ALTERNATE_BYTES);
  if (await_command(me) == COMMAND_RUN) pump(me);
  return NULL;
}

static void create_thread(u32 which, void *(*body)(void *)) {
  struct thread *t = &threads[which];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, t->stack + ALTERNATE_BYTES, STACK_BYTES);
  if (pthread_create(&t->handle, &attributes, body, (void *)(u64)which) != 0) {
    fail("cannot start another thread", "");
  }
}

/* The stack is the driver's: resident before the thread runs, and back in the pool after it. */
static void start_thread(u32 which) {
  struct thread *t = &threads[which];
  host_enter();
  if (!t->stack) t->stack = reserve_stack(ALTERNATE_BYTES + STACK_BYTES);
  create_thread(which, thread_main);
  t->started = 1;
  host_leave();
}

/* What the thread gives back as it ends is the library's doing, so only free is the driver's. */
static void join_thread(u32 which) {
  hosting = 1;
  pthread_join(threads[which].handle, NULL);
  hosting = 0;
  threads[which].started = 0;
  observe();
}

/* Gives the turn away; returns the command with which it comes back. */
u32 hand_over(u32 me, u32 to, u32 command) {
  wake(to, command);
  return await_command(me);
}

/* ------------------------------------------------------------------ the initial thread's exit */

static void conclude(u32 me) __attribute__((noreturn));

/*
 * Stands in for the initial thread once that has exited, and never calls the library: whoever has
 * the turn goes on where it was.
 */
static void *keeper_main(void *argument) {
  (void)argument;
  alternate_stack(threads[home].stack, ALTERNATE_BYTES);
  while (initial_lives) raw(SYS_futex, &initial_lives, FUTEX_WAIT, 1, 0, 0, 0);
  meter_reopen();
  observe();
  threads[0].started = 0;
  u32 command = turn_after_initial == home ? COMMAND_RUN
                                           : hand_over(home, turn_after_initial, COMMAND_RUN);
  if (command == COMMAND_REAP) join_thread(to_reap);
  pump(home);
  conclude(home);
}

/*
 * As when main calls pthread_exit: destructors of thread-specific data run, and nothing else; the
 * C library leaves the thread's cache and arena as they are. Only the kernel then knows when it is
 * over. 1 when this thread is the one that must end.
 */
static int initial_exit(u32 me) {
  home = (u32)options.threads;
  turn_after_initial = me == 0 ? home : me;
  host_enter();
#ifdef __GLIBC__
  void *frames[1];
  backtrace(frames, 1); /* loads what pthread_exit would load */
#endif
  threads[home].stack = reserve(ALTERNATE_BYTES + STACK_BYTES);
  create_thread(home, keeper_main);
  host_leave();
  if (me == 0) return 1;
  hand_over(me, 0, COMMAND_EXIT);
  return 0;
}

static void leave_process_to_others(void) {
  raw(SYS_set_tid_address, &initial_lives);
  pthread_exit(NULL);
}

/* ------------------------------------------------------------------ exits, turns, the end */

/* 1 when this thread is the one that must end. */
static int do_thread_exit(u32 me, u32 which) {
  if (which >= options.threads || !threads[which].started) {
    run.ignored++; /* it has not begun */
    return 0;
  }
  if (which == home) return initial_exit(me);
  if (which == me) {
    to_reap = me;
    wake(home, COMMAND_REAP);
    return 1;
  }
  wake(which, COMMAND_EXIT);
  join_thread(which);
  return 0;
}

/* 1 when this thread must leave the loop. */
static int do_thread(u32 me, u32 to) {
  if (to >= options.threads) fail("a thread number is out of range", "");
  if (to == me) return 0;
  if (!threads[to].started) start_thread(to);
  u32 command = hand_over(me, to, COMMAND_RUN);
  if (command == COMMAND_REAP) join_thread(to_reap);
  if (command == COMMAND_FINISH && home != 0) conclude(me);
  return command == COMMAND_EXIT || command == COMMAND_FINISH;
}

/* To ask for counters is a call of the library: by the initial thread while it lives. */
static int finish(u32 me) {
  u32 last = home;
  for (u32 i = 0; me == home && home != 0 && i < home && last == home; i++) {
    if (threads[i].started) last = i;
  }
  if (home != 0 && (me != home || last == me)) conclude(me);
  if (me != last) {
    wake(last, COMMAND_FINISH);
    await_command(me); /* for ever: the process ends around it */
  }
  return 1;
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

static int other_event(u32 me, u32 op, u32 number, u64 size, u64 extra) {
  switch (op) {
    case OP_THREAD: return do_thread(me, number);
    case OP_THREAD_EXIT: return do_thread_exit(me, number);
    case OP_CLOCK: idle(size); return 0;
    case OP_PHASE:
      sample(number, marks++ < EXACT_MARKS);
      note_phase(number);
      return 0;
    case OP_FORK: fail("this trace forks: a real library is metered in one process only", "");
    case OP_EXIT: run.exited = 1; return finish(me);
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
      if (options.check) checked_operation(op, number, size, extra);
      else operation(op, &slots[number], size, extra);
      if (tick < next_wake - run.nanos) run.nanos += tick;
      else sleepers_pass(tick);
      run.operation++;
      if (run.operation >= next_report) reports();
      if (stopped && finish(me)) return;
    } else if (other_event(me, op, number, size, extra)) {
      return;
    }
    run.events++;
  }
}

/* ------------------------------------------------------------------ start */

static void parse(const char *argument) {
  static const struct {
    const char *key;
    u64 *value;
  } NUMBERS[] = {
      {"slots=", &options.slots}, {"threads=", &options.threads}, {"op-nanos=", &options.op_nanos},
      {"sample-every=", &options.sample_every}, {"counters-every=", &options.counters_every},
      {"pages-every=", &options.pages_every}, {"limit=", &options.limit_bytes},
      {"touch=", &options.touch}, {"results=", &options.results}, {"log-calls=", &options.log_calls},
      {"no-aslr=", &options.no_aslr}, {"clocked=", &options.clocked},
      {"stop-at-null=", &options.stop_at_null}, {"page-bits=", &options.page_bits},
      {"lazy-samples=", &options.lazy_samples}, {"trap=", &options.trap},
      {"refuse=", &options.refuse},
      {"end-counters=", &options.end_counters}, {"maps=", &options.maps}, {"scan=", &options.scan},
      {"preloaded=", &options.preloaded}, {"check=", &options.check},
      {"parent=", &options.parent}};
  for (u32 i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
    if (starts_with(argument, NUMBERS[i].key)) {
      *NUMBERS[i].value = number_of(argument + length_of(NUMBERS[i].key));
      return;
    }
  }
  if (starts_with(argument, "library=")) options.library = argument + 8;
  else if (starts_with(argument, "prefix=")) options.prefix = argument + 7;
  else fail("unknown option ", argument);
}

static void without_randomisation(char **argv, char **envp) {
  long now = raw(SYS_personality, 0xffffffff);
  if (!options.no_aslr || (now & ADDR_NO_RANDOMIZE)) return;
  if (raw(SYS_personality, now | ADDR_NO_RANDOMIZE) < 0) return;
  raw(SYS_execve, "/proc/self/exe", argv, envp);
}

/*
 * The library's own loader takes this process over: exec LOADER ITS-ARGUMENTS. Its variables come
 * with a mark, so that the loader of the first start does not regard them.
 */
static void give_way(char **argv, char **envp) {
  for (char **argument = argv; *argument; argument++) {
    if (starts_with(*argument, "no-aslr=")) parse(*argument);
  }
  for (char **variable = envp; *variable; variable++) {
    if (starts_with(*variable, LATER)) *variable += length_of(LATER);
  }
  long now = raw(SYS_personality, 0xffffffff);
  if (options.no_aslr) raw(SYS_personality, now | ADDR_NO_RANDOMIZE);
  raw(SYS_execve, argv[0], argv, envp);
  fail("cannot start the loader ", argv[0]);
}

/* A runaway must hit the driver and nobody else. */
static void guard(void) {
  struct rlimit none = {0, 0};
  raw(SYS_setrlimit, RLIMIT_CORE, &none);
  long file = raw(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0);
  if (file >= 0) {
    raw(SYS_write, file, "1000", 4);
    raw(SYS_close, file);
  }
  if (options.limit_bytes == 0) return;
  struct rlimit data = {options.limit_bytes, options.limit_bytes};
  raw(SYS_setrlimit, RLIMIT_DATA, &data);
}

/* Nobody is left to be measured for: a library that hangs would stay for ever. */
static void end_with_parent(void) {
  raw(SYS_prctl, PR_SET_PDEATHSIG, 9, 0, 0, 0);
  if (options.parent && (u64)raw(SYS_getppid) != options.parent) raw(SYS_exit_group, 3);
}

/* Moves a pipe to where no library looks for it, which finds nothing at the old place. */
static long own_file(long number) {
  long own = raw(SYS_fcntl, number, F_DUPFD_CLOEXEC, FIRST_OWN_FILE);
  if (own < 0) own = raw(SYS_fcntl, number, F_DUPFD_CLOEXEC, 3); /* few files are allowed */
  if (own < 0) fail("cannot move the driver's pipes", "");
  long nothing = raw(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0);
  if (nothing >= 0) {
    raw(SYS_dup2, nothing, number);
    raw(SYS_close, nothing);
  }
  return own;
}

/* Before the constructors of all libraries, so that what they map is seen. */
static void before_all(int argc, char **argv, char **envp) {
  if (argc > 2 && starts_with(argv[1], "exec") && !argv[1][4]) give_way(argv + 2, envp);
  for (int i = 1; i < argc; i++) parse(argv[i]);
  end_with_parent();
  without_randomisation(argv, envp);
  in_file = own_file(0);
  raw(SYS_fcntl, in_file, F_SETPIPE_SZ, PIPE_BYTES);
  report_open(own_file(1));
  slots = reserve((options.slots + 1) * sizeof *slots);
  input = reserve(INPUT_BYTES);
  threads = reserve((options.threads + 1) * sizeof *threads);
  alternate_stack(reserve(ALTERNATE_BYTES), ALTERNATE_BYTES);
  if (options.check) check_open();
  meter_open();
  if (!options.library) level_mappings(); /* else once the library is loaded */
  library_find();
  sleepers_open();
  calls_install();
}

#ifdef __GLIBC__
__attribute__((section(".preinit_array"), used)) static void (*const before_all_entry)(
    int, char **, char **) = before_all;
#endif

static void *pointer_main(void *unused) {
  (void)unused;
  return __builtin_thread_pointer();
}

/*
 * Where the first thread that is started will have its counters, given ours: as far from its thread
 * pointer as they are from ours; and that is as far from the end of its stack as any thread's.
 */
static u64 next_thread_counters(u64 counters) {
  if (!counters || options.threads < 2) return 0;
  u8 *stack = reserve(STACK_BYTES);
  pthread_attr_t attributes;
  pthread_t thread;
  void *pointer = NULL;
  host_enter();
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, STACK_BYTES);
  int refused = pthread_create(&thread, &attributes, pointer_main, NULL);
  if (!refused) pthread_join(thread, &pointer);
  host_leave();
  if (refused) fail("cannot start another thread", "");
  u64 below_end = (u64)stack + STACK_BYTES - (u64)pointer;
  u64 first_end = STACK_AREA + ALTERNATE_BYTES + STACK_BYTES;
  return first_end - below_end + (counters - (u64)__builtin_thread_pointer());
}

static void hello(void) {
  u64 counters = thread_counters();
  u64 facts[8] = {(u64)meter, exact_statm, initial_break, break_at_start,
                  library.usable != NULL, (u64)library.has_heaps, counters, next_thread_counters(counters)};
  frame(FRAME_HELLO, facts, sizeof facts);
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
  int asks = !run.exited && (of_a_thread || !counters_allocate());
  if (!options.counters_every && options.end_counters && asks) counters_open();
  if ((options.counters_every || options.end_counters) && asks) counters_report();
  frame(FRAME_SUMMARY, &s, sizeof s);
  report_flush();
}

static void conclude(u32 me) {
  finale(me < options.threads);
  raw(SYS_exit_group, 0);
  __builtin_unreachable();
}

int main(void) {
  library_open();
  if (options.counters_every) counters_open();
  guard();
  sleepers_settle();
  meter_baseline();
  hello();
  if (options.maps) report_maps();
  sample(NOT_MEASURED, 1); /* the baseline */
  if (options.counters_every) counters_report();
  next_sample = schedule(options.sample_every);
  next_counters = schedule(options.counters_every);
  next_pages = schedule(options.pages_every);
  plan_reports();
  threads[0].started = 1;
  pump(0);
  if (home != 0) leave_process_to_others();
  conclude(0);
}

/* ------------------------------------------------------------------ entry */

/*
 * Instead of the C library's own, which would need the version that the driver was linked with: it
 * runs under any from GLIBC_2.2.5 on. There are no constructors here to be called.
 */
__asm__(
    ".text\n"
    ".globl _start\n"
    ".type _start, @function\n"
    "_start:\n"
    "  xorl %ebp, %ebp\n"
    "  movq %rsp, %rdi\n"
    "  movq %rdx, %rsi\n"
    "  andq $-16, %rsp\n"
    "  call start\n"
    "  hlt\n");

int __libc_start_main(int (*)(void), int, char **, void (*)(void), void (*)(void), void (*)(void),
                      void *);

__attribute__((used)) void start(long *stack, void (*loader_end)(void)) {
  int argc = (int)*stack;
  char **argv = (char **)(stack + 1);
#ifndef __GLIBC__
  before_all(argc, argv, argv + argc + 1); /* musl's constructors are still to come */
#endif
  __libc_start_main(main, argc, argv, NULL, NULL, loader_end, stack);
}
