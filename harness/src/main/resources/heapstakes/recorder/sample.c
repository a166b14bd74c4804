/*
 * Sampling: of so many bytes that are requested one block is recorded, with the number of the operation
 * that allocated it and of the one that ended it. The rest costs a few counters of the thread's own.
 *
 * Sampled blocks that are alive stand in a table by their addresses, without a lock: an entry is taken
 * and given back by one store each, and lies at most REACH places behind where its hash says. Where all
 * of these are taken the block is not sampled, and that is counted.
 */
#define _GNU_SOURCE
#include "recorder.h"

#include <stdlib.h>

#define TABLE_BITS 18
#define REACH 16u
#define FLUSH_EVERY 1024 /* operations: so far may others be off in the number of theirs */

enum { NOBODY, GONE }; /* no address of a block */

u64 sample_every;
static u64 seed;
static _Atomic u64 table[(1u << TABLE_BITS) + REACH];

static PER_THREAD struct {
  int64_t left; /* bytes until the next sample */
  u64 operations, requests, bytes; /* since the last flush */
  u64 random;
} own;

void start_sampling(void) {
  const char *every = getenv("HEAPSTAKES_RECORD_SAMPLE"), *number = getenv("HEAPSTAKES_RECORD_SEED");
  sample_every = every ? strtoull(every, NULL, 10) : 0;
  seed = number ? strtoull(number, NULL, 10) : 1;
}

/* SplitMix64, as the sampler of traces has it. */
static u64 next_random(void) {
  u64 z = own.random += 0x9e3779b97f4a7c15u;
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

static int64_t draw(void) {
  if (!own.random) own.random = seed + ((u64)own_thread() << 32);
  return (int64_t)(exponential() * (double)sample_every);
}

SLOW void flush_counts(void) {
  if (!sample_every || !head) return;
  atomic_fetch_add(&head->operations, own.operations);
  atomic_fetch_add(&head->requests, own.requests);
  atomic_fetch_add(&head->bytes, own.bytes);
  own.operations = own.requests = own.bytes = 0;
}

/* The number of the operation that is under way, from 0. */
static u64 this_operation(void) {
  flush_counts();
  return atomic_load(&head->operations) - 1;
}

static u32 place_of(u64 block) { return (u32)((block >> 4) * 0x9e3779b97f4a7c15u >> (64 - TABLE_BITS)); }

static int enter(u64 block) {
  _Atomic u64 *from = &table[place_of(block)];
  for (u32 i = 0; i < REACH; i++) {
    u64 there = atomic_load_explicit(&from[i], memory_order_relaxed);
    if (there <= GONE && atomic_compare_exchange_strong(&from[i], &there, block)) return 1;
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
      atomic_store(&from[i], GONE);
      return 1;
    }
  }
  return 0;
}

static SLOW void sampled(u64 kind, u64 block, u64 bytes, u64 alignment) {
  int is_first = !own.random;
  own.left = is_first ? draw() + own.left : draw();
  if (is_first && own.left >= 0) return; /* the thread had not drawn yet */
  if (is_first) own.left = draw();
  u64 operation = this_operation();
  if (enter(block)) note(kind, block, bytes, operation, alignment ? (u32)__builtin_ctzl(alignment) : 0);
}

void sample(u64 kind, u64 block, u64 size, u64 extra) {
  if (kind == FREE || kind == REALLOC_BEGIN) {
    if (kind == FREE) own.operations++;
    if (likely(atomic_load_explicit(&table[place_of(block)], memory_order_relaxed) == NOBODY) || !leave(block)) return;
    if (kind == REALLOC_BEGIN) own.operations++; /* its number is that of its end */
    note(kind, block, 0, this_operation(), 0);
    if (kind == REALLOC_BEGIN) atomic_fetch_sub(&head->operations, 1);
    return;
  }
  if (kind > MEMALIGN && kind != REALLOC_END) return;
  if (++own.operations >= FLUSH_EVERY) flush_counts();
  if (!block) return;
  u64 bytes = kind == CALLOC ? size * extra : size;
  own.requests++;
  own.bytes += bytes;
  own.left -= bytes ? (int64_t)bytes : 1;
  if (likely(own.left >= 0)) return;
  sampled(kind, block, bytes, kind == MEMALIGN ? extra : 0);
}
