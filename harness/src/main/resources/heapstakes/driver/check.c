/*
 * The check: what every malloc owes its caller. Blocks that are live do not overlap, lie aligned,
 * hold what was asked for and keep what was written, realloc included. Live blocks are in a treap
 * by address, the node of slot n being number n + 1; what was written is a pattern that follows
 * from the operation that wrote it, at both ends of a block and in each of its pages.
 */
#include "driver.h"

#define EDGE 16u              /* bytes of pattern at either end */
#define INNER 8u              /* and at each page's length from the start */
#define FUNDAMENTAL 16ul      /* alignof(max_align_t) */
#define SMALL (64ul << 10)    /* whoever refuses all requests of that size has no excuse */

struct node {
  u64 start, size, tag; /* tag: of the pattern; start 0: none is live */
  u32 low, high;
};

struct text {
  char at[512];
  u64 length;
};

static struct node *nodes;
static u32 root;
static u64 touch, given, refused_small;

/* ------------------------------------------------------------------ words */

static void say(struct text *t, const char *words) {
  u64 n = length_of(words);
  if (t->length + n >= sizeof t->at) n = sizeof t->at - 1 - t->length;
  copy(t->at + t->length, words, n);
  t->length += n;
  t->at[t->length] = 0;
}

static void say_number(struct text *t, u64 value, u32 base) {
  char digits[24];
  u32 at = sizeof digits - 1;
  digits[at] = 0;
  do digits[--at] = "0123456789abcdef"[value % base]; while (value /= base);
  if (base == 16) say(t, "0x");
  say(t, digits + at);
}

static void say_block(struct text *t, u64 start, u64 size) {
  say(t, "the block of ");
  say_number(t, size, 10);
  say(t, size == 1 ? " byte at " : " bytes at ");
  say_number(t, start, 16);
}

static void say_call(struct text *t, u32 op, u64 size, u64 extra) {
  static const char *const CALLS[] = {"malloc(", "calloc(", "realloc(..., ", "memalign("};
  say(t, CALLS[op]);
  if (op == OP_CALLOC || op == OP_MEMALIGN) {
    say_number(t, extra, 10);
    say(t, ", ");
  }
  say_number(t, size, 10);
  say(t, ")");
}

/* ------------------------------------------------------------------ live blocks */

/* A block of no bytes is somewhere too, and nobody else is there. */
static u64 end_of(const struct node *n) { return n->start + (n->size ? n->size : 1); }

/* Of each node another one, as if drawn by lot: that keeps the treap shallow. */
static u32 rank(u32 n) {
  n *= 0x9e3779b1u;
  n = (n ^ n >> 15) * 0x85ebca6bu;
  return n ^ n >> 13;
}

static void split(u32 n, u64 start, u32 *low, u32 *high) {
  while (n) {
    if (nodes[n].start < start) {
      *low = n;
      low = &nodes[n].high;
      n = *low;
    } else {
      *high = n;
      high = &nodes[n].low;
      n = *high;
    }
  }
  *low = *high = 0;
}

static void join(u32 low, u32 high, u32 *to) {
  while (low && high) {
    if (rank(low) > rank(high)) {
      *to = low;
      to = &nodes[low].high;
      low = *to;
    } else {
      *to = high;
      to = &nodes[high].low;
      high = *to;
    }
  }
  *to = low ? low : high;
}

/* A live block that shares a byte with [start, end), or 0. */
static u32 meets(u64 start, u64 end) {
  u32 n = root, below = 0;
  while (n) {
    if (nodes[n].start < end) {
      below = n;
      n = nodes[n].high;
    } else {
      n = nodes[n].low;
    }
  }
  return below && end_of(&nodes[below]) > start ? below : 0;
}

static void add(u32 n) {
  u32 *to = &root;
  while (*to && rank(*to) > rank(n)) {
    to = nodes[*to].start < nodes[n].start ? &nodes[*to].high : &nodes[*to].low;
  }
  split(*to, nodes[n].start, &nodes[n].low, &nodes[n].high);
  *to = n;
}

static void drop(u32 n) {
  u32 *to = &root;
  while (*to != n) to = nodes[*to].start < nodes[n].start ? &nodes[*to].high : &nodes[*to].low;
  join(nodes[n].low, nodes[n].high, to);
}

/* ------------------------------------------------------------------ contents */

static u8 pattern(u64 tag, u64 offset) { return (u8)((tag >> 8 * (offset & 7)) + (offset >> 3)); }

/* Calls visit for the stretches of a block that carry the pattern, until it returns an offset. */
static u64 stretches(u64 size, const struct node *n, u64 tag,
                     u64 (*visit)(const struct node *n, u64 tag, u64 from, u64 to)) {
  if (touch == TOUCH_NONE || size == 0) return NOT_MEASURED;
  u64 bad = visit(n, tag, 0, size < EDGE ? size : EDGE);
  if (touch == TOUCH_FIRST) return bad;
  for (u64 at = PAGE; bad == NOT_MEASURED && at + INNER <= size; at += PAGE) {
    bad = visit(n, tag, at, at + INNER);
  }
  if (bad == NOT_MEASURED && size > EDGE) bad = visit(n, tag, size - EDGE, size);
  return bad;
}

static u64 write_stretch(const struct node *n, u64 tag, u64 from, u64 to) {
  volatile u8 *block = (u8 *)n->start;
  for (u64 i = from; i < to; i++) block[i] = pattern(tag, i);
  return NOT_MEASURED;
}

static u64 compare_stretch(const struct node *n, u64 tag, u64 from, u64 to) {
  volatile u8 *block = (u8 *)n->start;
  for (u64 i = from; i < to; i++) {
    if (i < n->size && block[i] != pattern(tag, i)) return i;
  }
  return NOT_MEASURED;
}

static u64 zero_stretch(const struct node *n, u64 tag, u64 from, u64 to) {
  (void)tag;
  volatile u8 *block = (u8 *)n->start;
  for (u64 i = from; i < to; i++) {
    if (block[i]) return i;
  }
  return NOT_MEASURED;
}

static void require_contents(const struct node *n) {
  u64 bad = stretches(n->size, n, n->tag, compare_stretch);
  if (bad == NOT_MEASURED) return;
  struct text t = {.length = 0};
  say_block(&t, n->start, n->size);
  say(&t, " did not keep its contents: byte ");
  say_number(&t, bad, 10);
  say(&t, " changed while it was live");
  broken(t.at);
}

/* ------------------------------------------------------------------ what a new block must be */

/* Any object that fits may be put there; none fits into no bytes, which jemalloc does not align. */
static u64 alignment_of(u32 op, u64 size, u64 extra) {
  if (op == OP_MEMALIGN && size && extra && !(extra & (extra - 1))) return extra;
  u64 alignment = FUNDAMENTAL;
  while (alignment > 1 && alignment > size) alignment /= 2;
  return alignment;
}

static void require_place(const struct node *n, u32 op, u64 size, u64 extra) {
  struct text t = {.length = 0};
  say_call(&t, op, size, extra);
  say(&t, " returned ");
  say_number(&t, n->start, 16);
  u32 other = meets(n->start, end_of(n));
  if (other && nodes[other].start == n->start) {
    say(&t, ", which is handed out already: ");
    say_block(&t, n->start, nodes[other].size);
    say(&t, " is live");
    broken(t.at);
  }
  if (other) {
    say(&t, ", which overlaps ");
    say_block(&t, nodes[other].start, nodes[other].size);
    broken(t.at);
  }
  u64 alignment = alignment_of(op, n->size, extra);
  if (n->start % alignment != 0) {
    say(&t, ", which is not aligned to ");
    say_number(&t, alignment, 10);
    say(&t, " bytes");
    broken(t.at);
  }
}

static void require_zeros(const struct node *n, u64 size, u64 extra) {
  u64 bad = stretches(n->size, n, 0, zero_stretch);
  if (bad == NOT_MEASURED) return;
  struct text t = {.length = 0};
  say_call(&t, OP_CALLOC, size, extra);
  say(&t, " returned ");
  say_number(&t, n->start, 16);
  say(&t, ", whose byte ");
  say_number(&t, bad, 10);
  say(&t, " is not 0");
  broken(t.at);
}

static void require_kept(const struct node *n, u64 old, u64 tag) {
  u64 bad = stretches(old, n, tag, compare_stretch);
  if (bad == NOT_MEASURED) return;
  struct text t = {.length = 0};
  say(&t, "realloc from ");
  say_number(&t, old, 10);
  say(&t, " to ");
  say_number(&t, n->size, 10);
  say(&t, " bytes lost the contents of byte ");
  say_number(&t, bad, 10);
  say(&t, "; the block is at ");
  say_number(&t, n->start, 16);
  broken(t.at);
}

/* ------------------------------------------------------------------ around each operation */

/* The check writes on its own, so that nobody else may. */
void check_open(void) {
  touch = options.touch;
  options.touch = TOUCH_NONE;
  nodes = reserve((options.slots + 2) * sizeof *nodes);
}

void require_usable(u64 block, u64 size, u64 bytes) {
  if (bytes >= size) return;
  struct text t = {.length = 0};
  say(&t, "malloc_usable_size says ");
  say_number(&t, bytes, 10);
  say(&t, " for ");
  say_block(&t, block, size);
  broken(t.at);
}

void check_before(u32 op, u32 slot) {
  struct node *n = &nodes[slot + 1];
  if (!n->start) return;
  if (op == OP_FREE || op == OP_REALLOC) require_contents(n);
  if (op != OP_TRIM && op != OP_STORE && op != OP_LOAD) drop(slot + 1);
}

static void note_refusal(u64 size) {
  if (size <= SMALL) refused_small++;
}

void check_after(u32 op, u32 slot, u64 block, u64 bytes, u64 size, u64 extra) {
  struct node *n = &nodes[slot + 1];
  if (op == OP_TRIM || op == OP_STORE || op == OP_LOAD) return;
  struct node before = *n;
  *n = (struct node){.start = block, .size = bytes, .tag = (run.operation + 1) * 0x9e3779b97f4a7c15ul};
  if (op == OP_FREE) return;
  if (!block) {
    if (bytes || size) note_refusal(size);
    return;
  }
  given++;
  int kept = op == OP_REALLOC && before.start;
  if (kept && before.start == block && before.size == bytes) *n = before; /* refused, perhaps */
  require_place(n, op, size, extra);
  if (library.usable) require_usable(block, bytes, library.usable((void *)block));
  if (op == OP_CALLOC) require_zeros(n, size, extra);
  if (kept) require_kept(n, before.size, before.tag);
  add(slot + 1);
  stretches(n->size, n, n->tag, write_stretch);
}

void check_end(void) {
  for (u64 slot = 0; slot < options.slots; slot++) {
    if (nodes[slot + 1].start) require_contents(&nodes[slot + 1]);
  }
  if (given == 0 && refused_small > 0) broken("it answered every request with NULL");
}
