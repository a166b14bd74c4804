/*
 * Threads that the library starts for itself live in the trace's time: they begin as soon as it moves,
 * and a wait on a condition ends when its time comes, or as soon as time moves after a signal. They run while the program is between
 * two operations, one after the other, so that a run can be repeated. Their stacks are lent by the
 * driver, resident from the start.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#define MAX_SLEEPERS 4096
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define PATIENCE_SECONDS 1 /* for a thread that was started, until it lies down */

/* A thread of the library's own, by the stack that was lent to it. */
struct sleeper {
  u64 start, end;            /* of the stack */
  pthread_cond_t *condition; /* NULL: it does not sleep */
  u64 deadline;              /* NOT_MEASURED: none */
  u32 awake;
  u32 is_new;  /* it has not lain down yet */
  u32 counted; /* it is one of the busy */
};

u64 next_wake = NOT_MEASURED;

static struct sleeper sleepers[MAX_SLEEPERS];
static u32 sleepers_end;
static u32 busy; /* threads that were started or woken, and have not lain down since */
static volatile int list_lock;
static int vector_follows; /* the C library is about to allocate that of a thread */

static int (*real_wait)(pthread_cond_t *, pthread_mutex_t *);
static int (*real_timed_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*real_signal)(pthread_cond_t *);
static int (*real_broadcast)(pthread_cond_t *);
static int (*real_set_name)(pthread_t, const char *);

/* Before any constructor has run. */
void sleepers_open(void) {
  real_wait = (int (*)(pthread_cond_t *, pthread_mutex_t *))dlsym(RTLD_NEXT, "pthread_cond_wait");
  real_timed_wait = (int (*)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *))dlsym(
      RTLD_NEXT, "pthread_cond_timedwait");
  real_signal = (int (*)(pthread_cond_t *))dlsym(RTLD_NEXT, "pthread_cond_signal");
  real_broadcast = (int (*)(pthread_cond_t *))dlsym(RTLD_NEXT, "pthread_cond_broadcast");
  real_set_name = (int (*)(pthread_t, const char *))dlsym(RTLD_NEXT, "pthread_setname_np");
}

static void lock(void) {
  while (__atomic_exchange_n(&list_lock, 1, __ATOMIC_ACQUIRE)) raw(SYS_sched_yield);
}

static void unlock(void) { __atomic_store_n(&list_lock, 0, __ATOMIC_RELEASE); }

/* The one that wakes first; of several at a time the one whose condition lies lowest. */
static struct sleeper *first_to_wake(void) {
  struct sleeper *first = NULL;
  for (u32 i = 0; i < sleepers_end; i++) {
    struct sleeper *s = &sleepers[i];
    if (!s->condition || s->deadline == NOT_MEASURED) continue;
    if (!first || s->deadline < first->deadline ||
        (s->deadline == first->deadline && s->condition < first->condition)) first = s;
  }
  return first;
}

static void plan(void) {
  struct sleeper *first = first_to_wake();
  next_wake = first ? first->deadline : NOT_MEASURED;
}

static void count(struct sleeper *s, u32 counted) {
  busy += counted - s->counted;
  s->counted = counted;
}

/* The thread that asks, if it is one of the library's own. */
static struct sleeper *myself(void) {
  u64 here = (u64)&here;
  if (!on_lent_stack(here)) return NULL;
  for (u32 i = 0; i < sleepers_end; i++) {
    if (here >= sleepers[i].start && here < sleepers[i].end) return &sleepers[i];
  }
  return NULL;
}

static void sleep_in_trace(struct sleeper *me, pthread_cond_t *condition, pthread_mutex_t *mutex,
                           u64 deadline) {
  lock();
  me->awake = 0;
  me->deadline = deadline;
  me->condition = condition;
  plan();
  unlock();
  if (mutex) pthread_mutex_unlock(mutex);
  lock();
  me->is_new = 0;
  count(me, 0);
  unlock();
  raw(SYS_futex, &busy, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
  while (!__atomic_load_n(&me->awake, __ATOMIC_ACQUIRE)) {
    raw(SYS_futex, &me->awake, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
  }
  if (mutex) pthread_mutex_lock(mutex);
}

/* New threads that do not come here wait for something else, or never will. */
static void give_up_new_ones(void) {
  lock();
  for (u32 i = 0; i < sleepers_end; i++) {
    if (sleepers[i].is_new) count(&sleepers[i], 0);
  }
  unlock();
}

/* Waits until each thread of the library's own sleeps. */
void sleepers_settle(void) {
  struct timespec patience = {PATIENCE_SECONDS, 0};
  u32 now;
  while ((now = __atomic_load_n(&busy, __ATOMIC_ACQUIRE)) > 0) {
    long r = raw(SYS_futex, &busy, FUTEX_WAIT_PRIVATE, now, &patience, 0, 0);
    if (r == -ETIMEDOUT) give_up_new_ones();
  }
}

static void wake_first(void) {
  lock();
  struct sleeper *s = first_to_wake();
  if (s->deadline > run.nanos) run.nanos = s->deadline;
  s->condition = NULL;
  count(s, 1);
  plan();
  unlock();
  __atomic_store_n(&s->awake, 1, __ATOMIC_RELEASE);
  raw(SYS_futex, &s->awake, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
  sleepers_settle();
}

/* Time passes, and whoever is to wake within it does. */
void sleepers_pass(u64 nanos) {
  u64 end = run.nanos + nanos;
  sleepers_settle();
  lock();
  plan();
  unlock();
  while (next_wake <= end) wake_first();
  run.nanos = end;
}

static int signal_sleepers(pthread_cond_t *condition, int all) {
  int found = 0;
  lock();
  for (u32 i = 0; i < sleepers_end && (all || !found); i++) {
    struct sleeper *s = &sleepers[i];
    if (s->condition != condition) continue;
    if (run.nanos + 1 < s->deadline) s->deadline = run.nanos + 1;
    found = 1;
  }
  plan();
  unlock();
  return found;
}

/* In a child, which has only the thread that forked. */
void sleepers_forget(void) {
  sleepers_end = busy = 0;
  next_wake = NOT_MEASURED;
}

/* ------------------------------------------------------------------ stacks */

/* A stack that the C library maps for a thread which the library under test starts. */
long lend_stack(const long *a) {
  if (sleepers_end == MAX_SLEEPERS) {
    fail("the library has more threads of its own than the driver can follow", "");
  }
  u64 start = (u64)reserve_lent((u64)a[1]);
  lock();
  struct sleeper *s = &sleepers[sleepers_end++];
  *s = (struct sleeper){.start = start, .end = start + (u64)a[1], .is_new = 1};
  count(s, 1);
  if (next_wake > run.nanos + 1) next_wake = run.nanos + 1;
  unlock();
  vector_follows = 1;
  return (long)start;
}

/*
 * Entries that its vector of thread-local blocks has for the driver alone: 1 in the first allocation
 * behind the stack's, then 0. Without it the vector is as large as in any program.
 */
u64 entries_too_many(void) {
  u64 entries = (u64)vector_follows;
  vector_follows = 0;
  return entries;
}

/* ------------------------------------------------------------------ in place of the C library's */

/* What a thread does first: it is held until the program is between two operations. */
EXPORTED int pthread_setname_np(pthread_t thread, const char *name) {
  static pthread_cond_t birth;
  struct sleeper *me = myself();
  if (me) sleep_in_trace(me, &birth, NULL, run.nanos + 1);
  return real_set_name(thread, name);
}

EXPORTED int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  struct sleeper *me = myself();
  if (!me) return real_wait(condition, mutex);
  sleep_in_trace(me, condition, mutex, NOT_MEASURED);
  return 0;
}

EXPORTED int pthread_cond_timedwait(pthread_cond_t *restrict condition,
                                    pthread_mutex_t *restrict mutex,
                                    const struct timespec *restrict until) {
  struct sleeper *me = myself();
  if (!me) return real_timed_wait(condition, mutex, until);
  u64 deadline = (u64)until->tv_sec * 1000000000 + (u64)until->tv_nsec;
  sleep_in_trace(me, condition, mutex, deadline);
  return run.nanos >= deadline ? ETIMEDOUT : 0;
}

EXPORTED int pthread_cond_signal(pthread_cond_t *condition) {
  return signal_sleepers(condition, 0) ? 0 : real_signal(condition);
}

EXPORTED int pthread_cond_broadcast(pthread_cond_t *condition) {
  signal_sleepers(condition, 1);
  return real_broadcast(condition);
}
