/* Threads of the trace: one at a time has the turn, and they come and go as the trace says. */
#define _GNU_SOURCE
#include "driver.h"

#ifdef __GLIBC__
#include <execinfo.h>
#endif
#include <pthread.h>
#include <sys/syscall.h>

/* linux/futex.h, which not every C library comes with */
#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_PRIVATE (options.forks ? 0 : 128)

#define STACK_BYTES (256ul << 10)
#define ALTERNATE_BYTES (64ul << 10)

struct thread {
  volatile u32 command;
  u32 started;
  u32 process; /* where it is: number of its first thread */
  u32 home;    /* of the process that begins with this thread */
  u32 number;  /* of those that its process has begun */
  u64 pid;     /* of that process, while it lives */
  pthread_t handle;
  u8 *stack;
};

/* Then, for each process, the one that stands in for its first; last the supervisor. */
static struct thread *threads;
#define SUPERVISOR ((u32)(2 * options.threads))
static struct {
  u32 exits, asker; /* a thread of another process is to exit */
} *errand;
static volatile u32 to_reap;
static u32 begun = 1; /* threads of this process, with those before it was forked */
static u32 home; /* has the turn when no other has: the initial thread, then the keeper */
static u32 turn_after_initial;
static volatile u32 initial_lives = 1; /* the kernel clears it */

void turns_open(void) {
  threads = reserve_shared(2 * (options.threads + 1) * sizeof *threads);
  errand = reserve_shared(sizeof *errand);
  alternate_stack(reserve(ALTERNATE_BYTES), ALTERNATE_BYTES);
}

void initial_begins(void) { threads[0].started = 1; }

int initial_has_left(void) { return home != own_process; }

static void wake(u32 which, u32 command) {
  __atomic_store_n(&threads[which].command, command, __ATOMIC_RELEASE);
  raw(SYS_futex, &threads[which].command, FUTEX_WAKE | FUTEX_PRIVATE, 1, 0, 0, 0);
}

static u32 await_wake(u32 me) {
  u32 command;
  while ((command = __atomic_load_n(&threads[me].command, __ATOMIC_ACQUIRE)) == COMMAND_NONE) {
    raw(SYS_futex, &threads[me].command, FUTEX_WAIT | FUTEX_PRIVATE, COMMAND_NONE, 0, 0, 0);
  }
  threads[me].command = COMMAND_NONE;
  return command;
}

static u32 await_command(u32 me) {
  u32 command = await_wake(me);
  if (options.forks) arrive();
  return command;
}

static void *thread_main(void *argument) {
  u32 me = (u32)(u64)argument;
  thread_number = threads[me].number;
  alternate_stack(threads[me].stack, ALTERNATE_BYTES);
  if (await_command(me) == COMMAND_RUN) pump(me);
  if (initial_has_left() && raw(SYS_gettid) == raw(SYS_getpid)) { /* this thread has forked, and this is the child */
    raw(SYS_set_tid_address, &initial_lives);
  }
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
  t->number = begun++;
  create_thread(which, thread_main);
  t->started = 1;
  t->process = own_process;
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

static void begin_keeper(u32 next);

/*
 * A thread of this process exits because one of another process says so; 1 when it is the calling
 * one, whose keeper then gives the turn back.
 */
static int run_errand(u32 me) {
  u32 which = errand->exits;
  if (which == me) {
    begin_keeper(errand->asker);
    return 1;
  }
  wake(which, COMMAND_EXIT);
  join_thread(which);
  leave();
  wake(errand->asker, COMMAND_RUN);
  return 0;
}

static u32 await_turn(u32 me) {
  u32 command;
  while ((command = await_command(me)) == COMMAND_LET_EXIT) {
    if (run_errand(me)) return COMMAND_EXIT;
  }
  return command;
}

/* Gives the turn away; returns the command with which it comes back. */
static u32 hand_over(u32 me, u32 to, u32 command) {
  if (threads[to].process != own_process) leave();
  wake(to, command);
  return await_turn(me);
}

/* ------------------------------------------------------------------ processes */

void enlist(u32 process, u64 pid) {
  threads[process].started = 1;
  threads[process].process = process;
  threads[process].home = process;
  threads[process].pid = pid;
}

void delist(u32 process) { threads[process].pid = 0; }

/* The kernel's number of one more that lives; 0: there are no more. */
u64 next_listed(void) {
  static u64 next;
  while (next < options.threads) {
    u64 pid = threads[next++].pid;
    if (pid) return pid;
  }
  return 0;
}

static void make_home(u32 thread) {
  home = thread;
  threads[own_process].home = thread;
}

/* The first thread of a child waits for its turn; 1 when it must end instead. */
int begin_turns(u32 child) {
  make_home(child);
  initial_lives = 1;
  return await_turn(child) != COMMAND_RUN;
}

/* ------------------------------------------------------------------ the initial thread's exit */

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
  threads[own_process].started = 0;
  u32 command = turn_after_initial == home ? COMMAND_RUN
                                           : hand_over(home, turn_after_initial, COMMAND_RUN);
  if (command == COMMAND_REAP) join_thread(to_reap);
  if (command != COMMAND_FINISH) pump(home);
  conclude(home);
}

/*
 * As when main calls pthread_exit: destructors of thread-specific data run, and nothing else; the
 * C library leaves the thread's cache and arena as they are. Only the kernel then knows when it is
 * over. 1 when this thread is the one that must end.
 */
static int initial_exit(u32 me) {
  u32 first = own_process;
  begin_keeper(me);
  if (me == first) return 1;
  hand_over(me, first, COMMAND_EXIT);
  return 0;
}

/* The initial thread is to exit; then the turn is next's, or the keeper's in its stead. */
static void begin_keeper(u32 next) {
  u32 first = own_process;
  make_home((u32)options.threads + first);
  turn_after_initial = next == first ? home : next;
  host_enter();
#ifdef __GLIBC__
  void *frames[1];
  backtrace(frames, 1); /* loads what pthread_exit would load */
#endif
  threads[home].stack = reserve(ALTERNATE_BYTES + STACK_BYTES);
  create_thread(home, keeper_main);
  threads[home].process = first;
  host_leave();
}

void leave_process_to_others(void) {
  raw(SYS_set_tid_address, &initial_lives);
  pthread_exit(NULL);
}

/* ------------------------------------------------------------------ exits, turns, the end */

/* The process that it is in lets it exit. */
static int exit_elsewhere(u32 me, u32 which) {
  u32 to = threads[threads[which].process].home;
  if (!threads[threads[which].process].pid) {
    run.ignored++; /* it is gone with its process */
    return 0;
  }
  errand->exits = which;
  if (me == NOBODY) {
    errand->asker = SUPERVISOR;
    wake(to, COMMAND_LET_EXIT);
    await_wake(SUPERVISOR);
  } else {
    errand->asker = me;
    hand_over(me, to, COMMAND_LET_EXIT);
  }
  return 0;
}

/* 1 when this thread is the one that must end. */
int do_thread_exit(u32 me, u32 which) {
  if (which >= options.threads || !threads[which].started) {
    run.ignored++; /* it has not begun */
    return 0;
  }
  if (threads[which].process != own_process) return exit_elsewhere(me, which);
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
int do_thread(u32 me, u32 to) {
  if (to >= options.threads) fail("a thread number is out of range", "");
  if (to == me) return 0;
  if (!threads[to].started) {
    if (me == NOBODY) fail("no process is left that could have another thread", "");
    start_thread(to);
  }
  if (me == NOBODY) {
    wake(to, COMMAND_RUN);
    return 1;
  }
  u32 command = hand_over(me, to, COMMAND_RUN);
  if (command == COMMAND_REAP) join_thread(to_reap);
  if (command == COMMAND_FINISH && home != 0) conclude(me);
  return command == COMMAND_EXIT || command == COMMAND_FINISH;
}

/* The process that the trace began with concludes; if it is gone, this one. */
static void finish_elsewhere(u32 me) {
  if (!threads[0].pid) conclude(me);
  u32 to = threads[0].home;
  for (u32 i = 0; i < options.threads && to >= options.threads; i++) {
    if (threads[i].started && threads[i].process == 0) to = i;
  }
  if (me != NOBODY) leave();
  wake(to, COMMAND_FINISH);
  while (me != NOBODY) await_command(me); /* for ever: the process is ended */
}

/* To ask for counters is a call of the library: by the initial thread while it lives. */
int finish(u32 me) {
  if (own_process != 0) {
    finish_elsewhere(me);
    return 1;
  }
  u32 last = home;
  for (u32 i = 0; me == home && home != 0 && i < options.threads && last == home; i++) {
    if (threads[i].started && threads[i].process == 0) last = i;
  }
  if (home != 0 && (me != home || last == me)) conclude(me);
  if (me != last) {
    wake(last, COMMAND_FINISH);
    await_command(me); /* for ever: the process ends around it */
  }
  return 1;
}

static void *pointer_main(void *unused) {
  (void)unused;
  return __builtin_thread_pointer();
}

/*
 * Where the first thread that is started will have its counters, given ours: as far from its thread
 * pointer as they are from ours; and that is as far from the end of its stack as any thread's.
 */
u64 next_thread_counters(u64 counters) {
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
