/* Clocks, memory that is not the library's, and the way out. */
#define _GNU_SOURCE
#include "timer.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define COST_PAIRS 20001
#define PULSE_STEPS 400 /* a third of a microsecond: a hundredth of what it stands beside */

u64 ticks_before(void) { return read_ticks_before(); }

u64 ticks_after(void) { return read_ticks_after(); }

/* The median of what two readings with nothing between them differ by. */
u64 tick_cost(void) {
  static u32 counts[EXACT];
  memset(counts, 0, sizeof counts);
  for (u32 i = 0; i < COST_PAIRS; i++) {
    u64 start = ticks_before();
    u64 cost = ticks_after() - start;
    counts[cost < EXACT ? cost : EXACT - 1]++;
  }
  u32 median = 0;
  for (u32 below = counts[0]; below <= COST_PAIRS / 2; below += counts[median]) median++;
  return median;
}

/*
 * Ticks of the same work each time, in registers alone: longer only where the processor is slower just
 * now, as when another thread of its core, mostly another machine's, is at work.
 */
u64 pulse(void) {
  u64 a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, start = ticks_before();
  for (u64 i = 0; i < PULSE_STEPS; i++) {
    a = a * 3 + i;
    b ^= b << 1;
    c += i ^ d;
    d = d * 5 + 1;
    e += f ^ i;
    f = (f << 3) + e;
    __asm__ volatile("" : : "r"(a), "r"(b), "r"(c), "r"(d), "r"(e), "r"(f));
  }
  return ticks_after() - start;
}

u64 clock_nanos(int clock) {
  struct timespec now;
  syscall(SYS_clock_gettime, clock, &now);
  return (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
}

/* Resident from the start, so that no page of ours is charged to a replay. */
void *reserve(u64 bytes) {
  void *p = mmap(NULL, bytes ? bytes : PAGE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (p == MAP_FAILED) fail("there is no memory for the timer's own tables", "");
  return p;
}

static void say(const char *text) {
  if (write(2, text, strlen(text)) < 0) return; /* nobody listens */
}

void fail(const char *what, const char *detail) {
  say("the timer: ");
  say(what);
  say(detail);
  say("\n");
  _exit(2);
}
