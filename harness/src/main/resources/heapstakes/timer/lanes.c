/* Threads that run at the same time, and wait for each other only where a block changes hands. */
#define _GNU_SOURCE
#include "timer.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#define SLICE 4096 /* events between two looks at the clock */

static pthread_t *handles;
static struct tally *tallies;
static volatile u32 arrived, gates_open;
static volatile int cut;
static int whole;

static void run(const struct lane *lane, u64 from, u64 to, struct tally *tally) {
  for (u64 at = from; at < to && !over;) {
    u64 end = to - at > SLICE ? at + SLICE : to;
    at = stretch(at, end, tally);
    if (at < end) break; /* the thread's exit, which comes last */
    if (at < to && is_late()) cut = over = 1;
  }
  (void)lane;
}

static void arrive_and_await(u32 gate) {
  __atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL);
  while (__atomic_load_n(&gates_open, __ATOMIC_ACQUIRE) < gate) sched_yield();
}

static void await_all(u32 count) {
  while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < count) sched_yield();
}

static void populate(u32 me) {
  const struct lane *lane = &shared->lane[me];
  if (!whole) run(lane, lane->from, lane->populated, &tallies[me]);
  tallies[me].operations = 0;
}

static void live(u32 me) {
  const struct lane *lane = &shared->lane[me];
  run(lane, whole ? lane->from : lane->populated, lane->to, &tallies[me]);
}

static void *thread_main(void *argument) {
  u32 me = (u32)(u64)argument;
  populate(me);
  arrive_and_await(1);
  live(me);
  arrive_and_await(2);
  return NULL;
}

/* The initial thread is lane 0; the clock is the wall's, as waiting for each other counts. */
struct outcome replay_at_once(int life) {
  u32 lanes = (u32)shared->lanes;
  if (!handles) {
    handles = reserve(lanes * sizeof *handles);
    tallies = reserve(lanes * sizeof *tallies);
  }
  for (u64 i = 0; i < options.slots; i++) published[i] = 0;
  over = cut = 0;
  arrived = gates_open = 0;
  whole = life;
  for (u32 i = 0; i < lanes; i++) tallies[i] = (struct tally){.histogram = histograms[i]};
  for (u32 i = 1; i < lanes; i++) {
    if (pthread_create(&handles[i], NULL, thread_main, (void *)(u64)i) != 0) {
      fail("cannot start another thread", "");
    }
  }
  populate(0);
  await_all(lanes - 1);
  u64 start = clock_nanos(CLOCK_MONOTONIC);
  __atomic_store_n(&gates_open, 1, __ATOMIC_RELEASE);
  live(0);
  await_all(2 * (lanes - 1));
  u64 nanos = clock_nanos(CLOCK_MONOTONIC) - start;
  __atomic_store_n(&gates_open, 2, __ATOMIC_RELEASE);
  struct outcome outcome = {.nanos = nanos, .wall_nanos = nanos, .cut_short = (u64)cut};
  for (u32 i = 0; i < lanes; i++) {
    if (i > 0) pthread_join(handles[i], NULL);
    outcome.operations += tallies[i].operations;
  }
  return outcome;
}
