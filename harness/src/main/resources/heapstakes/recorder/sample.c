/*
 * Sampling: of so many bytes that are requested one block is recorded, with the number of the operation
 * that allocated it and of the one that ended it. The rest costs two counters of the thread's own: a thread is
 * granted bytes, and looks up from counting when they are used.
 *
 * Sampled blocks that are alive stand in a table by their addresses, without a lock: an entry is taken
 * and given back by one store each, and lies at most REACH places behind where its hash says. Where all
 * of these are taken the block is not sampled, and that is counted. Places that were given back are still passed
 * by, so what is no sample is told by the counters of addresses' bits before.
 */
#define _GNU_SOURCE
#include "recorder.h"

#include <stdlib.h>

#define TABLE_BITS 18
#define REACH 16u
#define MOST_GRANTED 65536u /* bytes: so far may others be off in what this thread has counted */

enum { NOBODY, GONE }; /* no address of a block */

u64 sample_every;
static u64 seed;
static _Atomic u64 table[(1u << TABLE_BITS) + REACH];
_Atomic unsigned char watched[1u << WATCHED_BITS];

static PER_THREAD struct {
  int64_t until; /* bytes from the last grant to the next sample */
  u64 granted;
  u64 resize; /* the operation of a sampled block's resize that is under way, + 1 */
  u64 random;
} drawn;

void start_sampling(void) {
  const char *every = getenv("HEAPSTAKES_RECORD_SAMPLE"), *number = getenv("HEAPSTAKES_RECORD_SEED");
  sample_every = every ? strtoull(every, NULL, 10) : 0;
  seed = number ? strtoull(number, NULL, 10) : 1;
  *watched_at(0) = MANY; /* for NULL is not freed */
}

/* SplitMix64, as the sampler of traces has it. */
static u64 next_random(void) {
  u64 z = drawn.random += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static double uniform(void) { return (double)(next_random() >> 11) * 0x1p-53; }

/*
 * Of mean 1, by von Neumann's comparisons (Various techniques used in connection with random digits,
 * 1951), which need no logarithm and so no other library.
 */
static double exponential(void) {
  for (double whole = 0;; whole++) {
    double first = uniform(), last = first;
    int falls = 1;
    for (double next; (next = uniform()) < last; falls++) last = next;
    if (falls & 1) return whole + first;
  }
}

static int64_t draw(void) { return (int64_t)(exponential() * (double)sample_every); }

/* The thread may count on, and what it has counted is told. */
static void grant(void) {
  flush_counts();
  drawn.granted = drawn.until < MOST_GRANTED ? (u64)drawn.until : MOST_GRANTED;
  own.left = drawn.granted;
}

static u64 take_used(void) {
  u64 used = drawn.granted - own.left;
  drawn.granted = own.left;
  drawn.until -= (int64_t)used;
  return used;
}

SLOW void flush_counts(void) {
  if (!sample_every || !head) return;
  u64 used = take_used();
  atomic_fetch_add(&head->operations, own.requests + own.others);
  atomic_fetch_add(&head->requests, own.requests);
  atomic_fetch_add(&head->bytes, used);
  own.requests = own.others = 0;
}

void forget_counts(void) {
  take_used();
  drawn.granted = own.left = own.requests = own.others = 0;
}

/* The number of the operation that was counted last, from 0. */
static u64 this_operation(void) {
  flush_counts();
  return atomic_load(&head->operations) - 1;
}

static u32 place_of(u64 block) { return (u32)((block >> 4) * 0x9e3779b97f4a7c15u >> (64 - TABLE_BITS)); }

/* A block of so many that the counter is full stays one of many. */
static void watch(u64 block, int more) {
  _Atomic unsigned char *counter = watched_at(block);
  unsigned char before = atomic_load(counter);
  while (before != MANY && !atomic_compare_exchange_weak(counter, &before, (unsigned char)(before + more))) {
  }
}

static int enter(u64 block) {
  _Atomic u64 *from = &table[place_of(block)];
  for (u32 i = 0; i < REACH; i++) {
    u64 there = atomic_load_explicit(&from[i], memory_order_relaxed);
    if (there <= GONE && atomic_compare_exchange_strong(&from[i], &there, block)) {
      watch(block, 1);
      return 1;
    }
  }
  atomic_fetch_add(&head->unsampled, 1);
  return 0;
}

static int leave(u64 block) {
  _Atomic u64 *from = &table[place_of(block)];
  for (u32 i = 0; i < REACH; i++) {
    u64 there = atomic_load_explicit(&from[i], memory_order_relaxed);
    if (there == NOBODY) return 0;
    if (there == block) {
      watch(block, -1);
      atomic_store(&from[i], GONE);
      return 1;
    }
  }
  return 0;
}

static void ends(u64 kind, u64 block) {
  if (kind == FREE) own.others++;
  if (!is_unwatched((const void *)(uintptr_t)block) && leave(block)) {
    u64 operation = this_operation();
    if (kind == REALLOC_BEGIN) drawn.resize = ++operation + 1; /* its number is that of its end */
    note(kind, block, 0, operation, 0);
  }
}

/* A request that the thread could not merely count. */
static void begins(u64 kind, u64 block, u64 bytes, u64 alignment) {
  u64 resize = drawn.resize;
  drawn.resize = 0;
  if (!block) {
    own.others++;
    return;
  }
  own.requests++;
  flush_counts();
  atomic_fetch_add(&head->bytes, bytes);
  drawn.until -= bytes ? (int64_t)bytes : 1;
  own.left = drawn.granted = 0;
  if (drawn.until >= 0) return;
  drawn.until = draw();
  u64 operation = resize ? resize - 1 : atomic_load(&head->operations) - 1;
  if (enter(block)) note(kind, block, bytes, operation, alignment ? (u32)__builtin_ctzl(alignment) : 0);
}

void sample(u64 kind, u64 block, u64 size, u64 extra) {
  int is_end = kind == FREE || kind == REALLOC_BEGIN;
  if (!is_end && kind > MEMALIGN && kind != REALLOC_END) return;
  if (!drawn.random) {
    drawn.random = seed + ((u64)own_thread() << 32);
    drawn.until = draw();
  }
  u64 bytes = kind == CALLOC ? size * extra : size;
  if (is_end) ends(kind, block);
  else if (drawn.resize || !block || !is_counted(bytes)) begins(kind, block, bytes, kind == MEMALIGN ? extra : 0);
  if (!own.left) grant();
}
