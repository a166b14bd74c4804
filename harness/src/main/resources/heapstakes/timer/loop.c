/* The timed loop: operations from memory to the library. */
#define _GNU_SOURCE
#include "timer.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

u64 trace_nanos;
static u64 deadline;

/* Who waits for a processor does not take long; threads at the same time wait for each other. */
static u64 now(void) {
  return clock_nanos(options.parallel ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID);
}

void set_limit(u64 nanos) { deadline = now() + nanos; }

int is_late(void) { return now() > deadline; }

static inline void touch(u8 *block, u64 size) {
  if (options.touch == TOUCH_NONE || size == 0) return;
  u64 end = options.touch == TOUCH_FIRST ? (u64)block + 1 : (u64)block + size;
  for (u64 at = (u64)block; at < end; at = (at & ~(PAGE - 1)) + PAGE) *(volatile u8 *)at = 1;
}

static inline void record(struct histogram *histogram, u32 op, u64 ticks) {
  u64 index = ticks;
  if (ticks >= EXACT) {
    u32 shift = 53 - (u32)__builtin_clzl(ticks); /* leaves 11 bits, of which the first is set */
    index = EXACT + (shift - 1) * HALF + ((ticks >> shift) - HALF);
    if (index >= BUCKETS) index = BUCKETS - 1;
  }
  histogram->counts[op][index]++;
}

/* One call of the library, with a clock on both sides where that is wanted. */
#define CALL(op, call)                                              \
  do {                                                              \
    if (timed) {                                                    \
      u64 began = ticks_before();                                   \
      call;                                                         \
      record(tally->histogram, op, ticks_after() - began);          \
    } else {                                                        \
      call;                                                         \
    }                                                               \
  } while (0)

static inline int obtained(u8 *block, u32 slot, u64 size, struct tally *tally) {
  if (!block) {
    tally->refused++;
    if (options.stop_at_null) over = 1;
    return !over;
  }
  slots[slot] = block;
  touch(block, size);
  return 1;
}

static void access_block(u8 *block, u64 offset, u64 length, int store) {
  if (!block) return;
  u64 end = (u64)block + offset + length;
  for (u64 at = (u64)block + offset; at < end; at = (at & ~(PAGE - 1)) + PAGE) {
    if (store) *(volatile u8 *)at = 1;
    else (void)*(volatile u8 *)at;
  }
}

static inline int resize(u32 slot, u64 size, struct tally *tally, int timed) {
  u8 *old = slots[slot], *block;
  CALL(OP_REALLOC, block = library.realloc(old, size));
  if (!block && size != 0) return obtained(block, slot, size, tally); /* the old one is as it was */
  slots[slot] = block;
  if (block) touch(block, size);
  return 1;
}

/*
 * The program moves the break itself. Down only over what it has got on top, with nothing above: the
 * rest is the library's.
 */
static void move_break(u64 bytes, int down) {
  static u64 own_top, own_bytes;
  if (down) {
    if (bytes > own_bytes || (u64)sbrk(0) != own_top) return;
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

static void await(u32 slot, u64 turn) {
  for (u32 spins = 0; __atomic_load_n(&published[slot], __ATOMIC_ACQUIRE) < turn; spins++) {
    if (spins < 100) relax();
    else if (over) return;
    else sched_yield();
  }
}

/* What is no operation; 0: somebody else has to see to it. */
static int mark(u32 op, u32 slot, u64 size, u64 extra) {
  switch (op) {
    case OP_CLOCK: trace_nanos += size; return 1;
    case OP_PHASE: return 1;
    case OP_BREAK: move_break(size, extra != 0); return 1;
    case OP_AWAIT: await(slot, size); return !over;
    case OP_PUBLISH: __atomic_store_n(&published[slot], (u32)size, __ATOMIC_RELEASE); return 1;
    default: return 0;
  }
}

static inline __attribute__((always_inline)) u64 loop(u64 at, u64 to, struct tally *tally,
                                                      const int timed) {
  const struct event *events = shared->event;
  u64 from = at, others = 0;
  for (; at < to; at++) {
    u64 head = events[at].head, size = events[at].size, extra = head >> 40;
    u8 *block;
    if ((head & 255) == OP_EXTRA) {
      extra = size;
      head = events[++at].head;
      size = events[at].size;
      others++;
    }
    u32 op = (u32)(head & 255), slot = (u32)(head >> 8);
    int go_on = 1;
    switch (op) {
      case OP_MALLOC:
        CALL(op, block = library.malloc(size));
        go_on = obtained(block, slot, size, tally);
        break;
      case OP_FREE:
        block = slots[slot];
        slots[slot] = NULL;
        CALL(op, library.free(block));
        break;
      case OP_REALLOC: go_on = resize(slot, size, tally, timed); break;
      case OP_CALLOC:
        CALL(op, block = library.calloc(extra, size));
        go_on = obtained(block, slot, extra * size, tally);
        break;
      case OP_MEMALIGN:
        CALL(op, block = library.memalign(extra, size));
        go_on = obtained(block, slot, size, tally);
        break;
      case OP_STORE: case OP_LOAD: access_block(slots[slot], extra, size, op == OP_STORE); break;
      case OP_TRIM: CALL(op, library_trim(size)); break;
      default:
        if (!mark(op, slot, size, extra)) {
          tally->operations += at - from - others;
          return at;
        }
        others++;
    }
    if (!go_on) {
      at++;
      break;
    }
  }
  tally->operations += at - from - others;
  return at;
}

/*
 * Operations from index at on, to index to, or up to an event that is none; returns its index. Of
 * threads that wait for each other, or behind a refused request that ends the replay, over is set.
 */
u64 stretch(u64 at, u64 to, struct tally *tally) {
  return tally->histogram ? loop(at, to, tally, 1) : loop(at, to, tally, 0);
}
