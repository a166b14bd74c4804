/* A process with the library: maps the events, takes commands, replays, replies. */
#define _GNU_SOURCE
#include "timer.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_WAIT 4 /* for a processor, as a multiple of what is wanted */
#define LEAST_WARM 2   /* replays before those that count */
#define MOST_WARM 6    /* in so many a heap has grown old */
#define WARM_FOR 3     /* times what is wanted, unless that is fewer than the least */

struct options options = {.threads = 1, .touch = TOUCH_ALL};
const struct shared *shared;
u8 **slots;
u32 *published;
volatile int over;
struct histogram **histograms;

u64 number_of(const char *text) {
  u64 n = 0;
  while (*text >= '0' && *text <= '9') n = n * 10 + (u64)(*text++ - '0');
  return n;
}

static void parse(const char *argument) {
  static const struct {
    const char *key;
    u64 *value;
  } NUMBERS[] = {{"slots=", &options.slots},
                 {"threads=", &options.threads},
                 {"touch=", &options.touch},
                 {"stop-at-null=", &options.stop_at_null},
                 {"limit=", &options.limit},
                 {"preloaded=", &options.preloaded},
                 {"parallel=", &options.parallel}};
  for (u32 i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
    if (strncmp(argument, NUMBERS[i].key, strlen(NUMBERS[i].key)) == 0) {
      *NUMBERS[i].value = number_of(argument + strlen(NUMBERS[i].key));
      return;
    }
  }
  if (strncmp(argument, "library=", 8) == 0) options.library = argument + 8;
  else if (strncmp(argument, "prefix=", 7) == 0) options.prefix = argument + 7;
  else fail("unknown option ", argument);
}

/* A runaway must hit this process and nobody else. */
static void guard(void) {
  struct rlimit none = {0, 0}, data = {options.limit, options.limit};
  prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0);
  setrlimit(RLIMIT_CORE, &none);
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file >= 0) {
    if (write(file, "1000", 4) < 0) fail("oom_score_adj cannot be raised", "");
    close(file);
  }
  if (options.limit) setrlimit(RLIMIT_DATA, &data);
}

static void map_events(void) {
  off_t bytes = lseek(SHARED_FILE, 0, SEEK_END);
  if (bytes < 0) fail("it is started by its host only", "");
  void *p = mmap(NULL, (size_t)bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, SHARED_FILE, 0);
  if (p == MAP_FAILED) fail("there is no memory for the events", "");
  shared = p;
}

static struct outcome replay(int life) {
  return options.parallel ? replay_at_once(life) : replay_in_order(life);
}

static void free_what_is_left(void) {
  for (u64 i = 0; i < options.slots; i++) {
    if (slots[i]) library.free(slots[i]);
    slots[i] = NULL;
  }
}

static u64 faults(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (u64)usage.ru_minflt + (u64)usage.ru_majflt;
}

static void put(const void *bytes, u64 count) {
  const u8 *from = bytes;
  while (count > 0) {
    ssize_t n = write(REPLY_FILE, from, count);
    if (n <= 0) _exit(3); /* nobody is left to be measured for */
    from += n;
    count -= (u64)n;
  }
}

/*
 * The heap of a new process grows, and what is there already finds the caches full of others' data and
 * pages given back meanwhile: two replays at least, and up to six while they are short.
 */
static void warm_up(const struct command *command) {
  u64 nanos = 0;
  for (int i = 0; i < LEAST_WARM || (i < MOST_WARM && nanos < WARM_FOR * command->least); i++) {
    set_limit(command->limit);
    nanos += replay(0).nanos;
    free_what_is_left();
  }
}

/* One life is one replay; a heap that lives on is replayed on until the clock can tell. */
static struct reply turn(const struct command *command) {
  struct reply reply = {.kind = REPLY_TURN};
  int life = command->kind == COMMAND_LIFE || command->kind == COMMAND_COUNT;
  if (command->kind == COMMAND_STEADY) warm_up(command);
  u64 before = faults();
  do {
    set_limit(command->limit);
    struct outcome outcome = replay(life);
    reply.operations += outcome.operations;
    reply.nanos += outcome.nanos;
    reply.wall_nanos += outcome.wall_nanos;
    reply.cut_short |= outcome.cut_short;
    reply.pulses += outcome.pulses;
    reply.pulse_nanos += outcome.pulse_nanos;
    reply.replays++;
    if (!life) free_what_is_left(); /* else the process ends anyway */
  } while (!life && reply.nanos < command->least && reply.wall_nanos < LONGEST_WAIT * command->least &&
           !reply.cut_short && reply.operations > 0);
  reply.faults = faults() - before;
  return reply;
}

static u64 lower_bound(u64 index) {
  if (index < EXACT) return index;
  u64 shift = (index - EXACT) / HALF + 1;
  return ((index - EXACT) % HALF + HALF) << shift;
}

/* Ticks that a nanosecond takes are nanos / wall_nanos of the reply; cut_short is the clock's cost. */
static void latency(const struct command *command) {
  u32 lanes = options.parallel ? (u32)shared->lanes : 1;
  warm_up(command);
  for (u32 i = 0; i < lanes; i++) {
    if (!histograms[i]) histograms[i] = reserve(sizeof **histograms);
    memset(histograms[i], 0, sizeof **histograms);
  }
  u64 cost = tick_cost(), start = ticks_before(), began = clock_nanos(CLOCK_MONOTONIC);
  struct reply reply = turn(command);
  reply.nanos = ticks_after() - start;
  reply.wall_nanos = clock_nanos(CLOCK_MONOTONIC) - began;
  reply.kind = REPLY_BUCKETS;
  reply.cut_short = cost;
  reply.replays = 0;
  static struct bucket buckets[KINDS * BUCKETS];
  for (u32 op = 0; op < KINDS; op++) {
    for (u64 i = 0; i < BUCKETS; i++) {
      u64 count = 0;
      for (u32 lane = 0; lane < lanes; lane++) count += histograms[lane]->counts[op][i];
      if (count) buckets[reply.replays++] = (struct bucket){op, lower_bound(i), count};
    }
  }
  for (u32 i = 0; i < lanes; i++) {
    munmap(histograms[i], sizeof **histograms);
    histograms[i] = NULL;
  }
  put(&reply, sizeof reply);
  put(buckets, reply.replays * sizeof *buckets);
}

static int process(char **argv) {
  for (; *argv; argv++) parse(*argv);
  if (sysconf(_SC_PAGESIZE) != PAGE) fail("pages of this kernel are not of 4096 bytes", "");
  guard();
  map_events();
  slots = reserve(options.slots * sizeof *slots);
  published = reserve(options.slots * sizeof *published);
  histograms = reserve((options.threads + 1) * sizeof *histograms);
  library_open();
  struct command command;
  for (;;) {
    ssize_t n = read(COMMAND_FILE, &command, sizeof command);
    if (n != sizeof command) _exit(0);
    if (command.kind == COMMAND_LATENCY) {
      latency(&command);
    } else {
      struct reply reply = turn(&command);
      put(&reply, sizeof reply);
    }
  }
}

void before_all(int argc, char **argv, char **envp) {
  (void)argc;
  (void)argv;
  (void)envp;
}

int main(int argc, char **argv, char **envp) {
  if (argc > 2 && strcmp(argv[1], "host") == 0) return host(argv + 2, envp);
  if (argc > 1 && strcmp(argv[1], "process") == 0) return process(argv + 2);
  fail("it is started by heapstakes only", "");
}
