/*
 * The timer replays a trace from memory on a real malloc library in a process of its own, as a program
 * would call it, and reads its own clock. It is two programs in one file:
 *
 *  - the host (host.c) keeps the decoded events in memory that it shares, starts processes, and passes
 *    commands and replies on;
 *  - a process (process.c) has the library, preloaded by its loader or opened; it replays when it is
 *    told to (replay.c: one thread after the other; lanes.c: at the same time).
 *
 * A process that is new has lived no life yet; one that stays shows what a service pays.
 */
#ifndef HEAPSTAKES_TIMER_H
#define HEAPSTAKES_TIMER_H

#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "processor.h"
#include "trim.h"

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;

#define PAGE 4096ul

/* Numbers of heapstakes.trace.Op, then those of the stream's own. */
enum {
  OP_MALLOC, OP_CALLOC, OP_REALLOC, OP_MEMALIGN, OP_FREE, OP_STORE, OP_LOAD, OP_TRIM,
  OP_THREAD, OP_THREAD_EXIT, OP_CLOCK, OP_PHASE, OP_FORK, OP_EXIT, OP_BREAK,
  OP_EXTRA,     /* size is the second operand of the next event: it did not fit into the head */
  OP_END,       /* the trace is complete */
  OP_LANE,      /* the events of another thread begin, or of all where they take turns */
  OP_POPULATED, /* what steady replays count begins */
  OP_AWAIT,     /* until event number size of the slot has been published */
  OP_PUBLISH
};

/* An event: op in bits 0-7 of head, slot in bits 8-39, second operand in bits 40-63. */
struct event {
  u64 head;
  u64 size;
};

/* Indices of events. */
struct lane {
  u64 from, populated, to;
};

/* At the start of the shared memory; lanes, then events follow. */
#define MOST_LANES 4096
struct shared {
  u64 events, lanes;
  struct lane lane[MOST_LANES];
  struct event event[];
};

/* Files of a process that the host starts. */
enum { SHARED_FILE = 3, COMMAND_FILE = 4, REPLY_FILE = 5 };

/* Of COMMAND_COUNT the process ends itself, as what counts its instructions writes them down then. */
enum { COMMAND_LIFE = 1, COMMAND_STEADY, COMMAND_LATENCY, COMMAND_COUNT };

struct command {
  u64 kind;
  u64 limit; /* a replay is ended after so many ns */
  u64 least; /* replays are repeated until they took so many ns together */
};

enum { REPLY_TURN = 1, REPLY_DIED, REPLY_BUCKETS, REPLY_READY };

/* What a turn came to. Of one that died, operations is the status of waitpid. */
struct reply {
  u64 kind, operations, nanos, wall_nanos, faults, cut_short, replays, pulses, pulse_nanos;
};

/* Follows a reply of kind REPLY_BUCKETS, whose replays says how many there are. */
struct bucket {
  u64 op, ticks, count;
};

#define KINDS (OP_TRIM + 1)
#define EXACT 2048u
#define HALF (EXACT / 2)
#define BUCKETS (EXACT + 40 * HALF)

/* Durations in ticks by kind of operation. */
struct histogram {
  u64 counts[KINDS][BUCKETS];
};

/* What a thread has done. */
struct tally {
  u64 operations, refused;
  struct histogram *histogram; /* NULL: no operation is timed by itself */
};

struct library {
  void *(*malloc)(size_t);
  void *(*calloc)(size_t, size_t);
  void *(*realloc)(void *, size_t);
  void *(*memalign)(size_t, size_t);
  void (*free)(void *);
};

struct options {
  u64 slots, threads, touch, stop_at_null, limit, preloaded, parallel, parent;
  const char *library, *prefix;
};

enum { TOUCH_NONE, TOUCH_FIRST, TOUCH_ALL };

/* What one replay came to. */
struct outcome {
  u64 operations, nanos, wall_nanos, cut_short, pulses, pulse_nanos;
};

extern struct options options;
extern struct library library;
extern const struct shared *shared;
extern u8 **slots;
extern u32 *published;
extern volatile int over; /* the replay ends: a limit, a refused request, or the trace's end */
extern struct histogram **histograms; /* by thread; NULL entries: not timed */

/* process.c */
u64 number_of(const char *text);

/* host.c */
int host(char **argv, char **envp);

/* library.c */
void library_open(void);

/* loop.c */
extern u64 trace_nanos; /* how far the trace's own time has come in this process */
u64 stretch(u64 at, u64 to, struct tally *tally);
int is_late(void);
void set_limit(u64 nanos);

/* replay.c, lanes.c: one replay; life: it counts from its first event on */
struct outcome replay_in_order(int life);
struct outcome replay_at_once(int life);

/* clock.c */
u64 ticks_before(void);
u64 ticks_after(void);
u64 tick_cost(void);
u64 pulse(void);
u64 clock_nanos(int clock);
void *reserve(u64 bytes);
void fail(const char *what, const char *detail) __attribute__((noreturn));

#endif
