/* Threads that take turns in the trace's order: each a real one, only one of them at a time. */
#define _GNU_SOURCE
#include "timer.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* linux/futex.h, which not every C library comes with */
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

#define SLICE 4096 /* events between two looks at the clock */
#define SPINS 2000 /* where each thread has a processor: else who waits keeps who should go on from it */
#define INTERRUPTED 4 /* times the fastest pulse: somebody else had the processor meanwhile */
#define PINNED 8   /* glibc asks how many processors there are when it is to have more arenas */

enum { TURN_NONE, TURN_RUN, TURN_EXIT };

struct thread {
  volatile u32 turn;
  u32 started;
  pthread_t handle;
};

static struct thread *threads;
static u32 spins_at_most;
static u64 at, counts_from, clocked, cost;
static u64 pulses, pulse_ticks, fastest_pulse = ~0ul;
static u64 began, began_wall;
static u32 to_reap; /* thread 0 is never */
static int cut;
static struct tally tally;

static void pump(u32 me);

static void wake(u32 which, u32 turn) {
  __atomic_store_n(&threads[which].turn, turn, __ATOMIC_RELEASE);
  syscall(SYS_futex, &threads[which].turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static u32 await_turn(u32 me) {
  u32 turn;
  for (u32 spins = 0;
       (turn = __atomic_load_n(&threads[me].turn, __ATOMIC_ACQUIRE)) == TURN_NONE; spins++) {
    if (spins < spins_at_most) relax();
    else syscall(SYS_futex, &threads[me].turn, FUTEX_WAIT_PRIVATE, TURN_NONE, NULL, NULL, 0);
  }
  threads[me].turn = TURN_NONE;
  return turn;
}

static void *thread_main(void *argument) {
  u32 me = (u32)(u64)argument;
  if (await_turn(me) == TURN_RUN) pump(me);
  return NULL;
}

static void join(u32 which) {
  pthread_join(threads[which].handle, NULL);
  threads[which].started = 0;
}

/* Gives the turn away; 1 when this thread is to end. */
static int hand_over(u32 me, u32 to) {
  wake(to, TURN_RUN);
  u32 turn = await_turn(me);
  if (me == 0 && to_reap != 0) {
    join(to_reap);
    to_reap = 0;
  }
  return turn == TURN_EXIT;
}

static int switch_to(u32 me, u32 to) {
  if (to == me) return 0;
  if (!threads[to].started) {
    threads[to].turn = TURN_NONE;
    if (pthread_create(&threads[to].handle, NULL, thread_main, (void *)(u64)to) != 0) {
      fail("cannot start another thread", "");
    }
    threads[to].started = 1;
  }
  return hand_over(me, to);
}

/* The initial thread stays: with it the process would end, or nobody take commands. */
static int thread_exit(u32 me, u32 which) {
  if (which == 0 || !threads[which].started) return 0;
  if (which == me) {
    to_reap = me;
    wake(0, TURN_RUN);
    return 1;
  }
  wake(which, TURN_EXIT);
  join(which);
  return 0;
}

/* Beside each stretch: how fast the processor is then. */
static void feel_pulse(void) {
  u64 ticks = pulse();
  if (ticks < fastest_pulse) fastest_pulse = ticks;
  if (ticks / INTERRUPTED >= fastest_pulse) return;
  pulse_ticks += ticks;
  pulses++;
}

/* From here on it counts. */
static void start_clock(void) {
  clocked = pulses = pulse_ticks = 0;
  tally.operations = 0;
  began_wall = clock_nanos(CLOCK_MONOTONIC);
  began = clock_nanos(CLOCK_THREAD_CPUTIME_ID);
}

/* 1 when this thread is to leave the loop. */
static int control(u32 me) {
  u64 head = shared->event[at].head;
  u32 op = (u32)(head & 255), number = (u32)(head >> 8);
  at++;
  if (op == OP_THREAD) return switch_to(me, number);
  if (op == OP_THREAD_EXIT) return thread_exit(me, number);
  over = 1; /* OP_EXIT: the process ends */
  return 0;
}

static void pump(u32 me) {
  u64 end = shared->lane[0].to;
  while (!over) {
    if (at == counts_from) start_clock();
    u64 to = at < counts_from ? counts_from : end;
    if (to - at > SLICE) to = at + SLICE;
    u64 start = ticks_before();
    at = stretch(at, to, &tally);
    clocked += ticks_after() - start - cost;
    feel_pulse();
    if (over) break;
    if (at < to) {
      if (control(me)) return;
    } else if (at >= end) {
      over = 1;
    } else if (is_late()) {
      over = 1;
      cut = 1;
    }
  }
  if (me != 0) hand_over(me, 0); /* until it is told to end */
}

/* Waking a processor that sleeps can take longer than a turn: those who never run at once need one. */
static void stay_here(void) {
  cpu_set_t here;
  int cpu = sched_getcpu();
  if (cpu < 0 || cpu >= CPU_SETSIZE) return;
  CPU_ZERO(&here);
  CPU_SET((u32)cpu, &here);
  sched_setaffinity(0, sizeof here, &here); /* where it is refused, turns take longer */
}

/*
 * One thread is timed by the processor time that it took. Of several, a reading of that clock at each
 * change of threads would take longer than what lies between: the stretches are timed by ticks.
 */
struct outcome replay_in_order(int life) {
  const struct lane *lane = &shared->lane[0];
  if (!threads) {
    threads = reserve((options.threads + 1) * sizeof *threads);
    cost = tick_cost();
    int pinned = options.threads > 1 && options.threads <= PINNED;
    if (pinned) stay_here();
    int all_run = options.threads <= (u64)sysconf(_SC_NPROCESSORS_ONLN);
    spins_at_most = all_run && !pinned ? SPINS : 0;
  }
  threads[0].started = 1;
  at = lane->from;
  counts_from = life ? lane->from : lane->populated;
  over = cut = 0;
  tally = (struct tally){.histogram = histograms[0]};
  u64 ticks = ticks_before(), wall = clock_nanos(CLOCK_MONOTONIC);
  pump(0);
  u64 cpu = clock_nanos(CLOCK_THREAD_CPUTIME_ID) - began;
  u64 now = clock_nanos(CLOCK_MONOTONIC);
  double nanos_a_tick = (double)(now - wall) / (double)(ticks_after() - ticks);
  for (u32 i = 1; i < options.threads; i++) {
    if (threads[i].started) {
      wake(i, TURN_EXIT);
      join(i);
    }
  }
  u64 in_stretches = (u64)((double)clocked * nanos_a_tick);
  u64 in_pulses = (u64)((double)pulse_ticks * nanos_a_tick);
  return (struct outcome){.operations = tally.operations,
                          .nanos = options.threads > 1 ? in_stretches
                                   : cpu > in_pulses   ? cpu - in_pulses
                                                       : cpu,
                          .wall_nanos = options.threads > 1 ? in_stretches : now - began_wall,
                          .cut_short = (u64)cut,
                          .pulses = pulses,
                          .pulse_nanos = in_pulses};
}
