/* The host: keeps the events, starts processes with the library, passes commands and replies on. */
#define _GNU_SOURCE
#include "timer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LATER "LATER_" /* before variables that are for the processes only */
#define INPUT_EVENTS 65536
#define PARKED 20 /* files that a process gets are parked above its numbers */

struct child {
  pid_t pid; /* 0: none */
  int commands, replies;
};

static char **child_argv, **child_envp;
static int shared_file;
static struct shared *events;
static u64 room;

/* 0 at the end of the input, which comes behind a whole number of units. */
static int take(int file, void *to, u64 bytes) {
  for (u64 got = 0; got < bytes;) {
    ssize_t n = read(file, (u8 *)to + got, bytes - got);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return 0;
    got += (u64)n;
  }
  return 1;
}

static void put(const void *bytes, u64 count) {
  for (u64 at = 0; at < count;) {
    ssize_t n = write(1, (const u8 *)bytes + at, count - at);
    if (n <= 0) _exit(3);
    at += (u64)n;
  }
}

static void make_room(u64 wanted) {
  u64 bytes = sizeof *events + wanted * sizeof(struct event);
  if (ftruncate(shared_file, (off_t)bytes) != 0) fail("there is no memory for the events", "");
  void *p = events ? mremap(events, sizeof *events + room * sizeof(struct event), bytes, MREMAP_MAYMOVE)
                   : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, shared_file, 0);
  if (p == MAP_FAILED) fail("there is no memory for the events", "");
  events = p;
  room = wanted;
}

/* Lanes are closed by what comes behind them. */
static void keep(const struct event *event) {
  u32 op = (u32)(event->head & 255);
  struct lane *lane = events->lanes ? &events->lane[events->lanes - 1] : NULL;
  if (lane && (op == OP_LANE || op == OP_END)) lane->to = events->events;
  if (op == OP_LANE) {
    if (events->lanes == MOST_LANES) fail("the trace has too many threads", "");
    events->lane[events->lanes++] = (struct lane){events->events, events->events, 0};
  } else if (op == OP_POPULATED) {
    lane->populated = events->events;
  } else if (op != OP_END) {
    if (events->events == room) make_room(2 * room);
    events->event[events->events++] = *event;
  }
}

/* Commands follow once the reply has said that all events are here. */
static void read_events(void) {
  static struct event input[INPUT_EVENTS];
  u64 bytes = 0, ended = 0;
  shared_file = (int)syscall(SYS_memfd_create, "heapstakes-events", 0);
  if (shared_file < 0) fail("there is no memory for the events", "");
  make_room(INPUT_EVENTS);
  while (!ended) {
    ssize_t n = read(0, (u8 *)input + bytes, sizeof input - bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("the input ended before the trace did", "");
    bytes += (u64)n;
    u64 count = bytes / sizeof *input;
    for (u64 i = 0; i < count; i++) keep(&input[i]);
    if (count > 0) ended = (input[count - 1].head & 255) == OP_END;
    bytes -= count * sizeof *input;
    memmove(input, input + count, bytes);
  }
  struct reply ready = {.kind = REPLY_READY, .operations = events->events};
  put(&ready, sizeof ready);
}

static int parked(int file) {
  int own = fcntl(file, F_DUPFD_CLOEXEC, PARKED);
  if (own < 0) fail("there are no files left", "");
  close(file);
  return own;
}

static struct child begin(void) {
  int commands[2], replies[2];
  if (pipe(commands) != 0 || pipe(replies) != 0) fail("there are no files left", "");
  struct child child = {0, parked(commands[1]), parked(replies[0])};
  int own_commands = parked(commands[0]), own_replies = parked(replies[1]);
  child.pid = fork();
  if (child.pid < 0) fail("no process can be started", "");
  if (child.pid == 0) {
    dup2(shared_file, SHARED_FILE);
    dup2(own_commands, COMMAND_FILE);
    dup2(own_replies, REPLY_FILE);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    execve(child_argv[0], child_argv, child_envp);
    fail("cannot be started: ", child_argv[0]);
  }
  close(own_commands);
  close(own_replies);
  return child;
}

/* Returns the status of waitpid; its memory is gone by then. */
static int end(struct child *child) {
  int status = 0;
  close(child->commands);
  close(child->replies);
  kill(child->pid, SIGKILL);
  waitpid(child->pid, &status, 0);
  child->pid = 0;
  return status;
}

/* It finds no more commands. */
static void let_end(struct child *child) {
  close(child->commands);
  child->commands = -1;
  waitpid(child->pid, NULL, 0);
  close(child->replies);
  child->pid = 0;
}

/* One that ended itself has done so for a reason of its own: it is not killed before that is known. */
static void died(struct child *child) {
  int status = 0;
  waitpid(child->pid, &status, 0);
  close(child->commands);
  close(child->replies);
  child->pid = 0;
  struct reply reply = {.kind = REPLY_DIED, .operations = (u64)status};
  put(&reply, sizeof reply);
}

static int pass_on(struct child *child, const struct command *command, struct reply *reply) {
  if (write(child->commands, command, sizeof *command) != sizeof *command ||
      !take(child->replies, reply, sizeof *reply)) {
    died(child);
    return 0;
  }
  return 1;
}

static void pass_buckets(struct child *child, u64 count) {
  struct bucket bucket;
  for (u64 i = 0; i < count; i++) {
    if (!take(child->replies, &bucket, sizeof bucket)) fail("a process ended in the middle", "");
    put(&bucket, sizeof bucket);
  }
}

static void strip_marks(char **envp) {
  for (char **variable = envp; *variable; variable++) {
    if (strncmp(*variable, LATER, strlen(LATER)) == 0) *variable += strlen(LATER);
  }
}

int host(char **argv, char **envp) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
  u64 parent = number_of(argv[0]);
  if ((u64)getppid() != parent) return 3;
  strip_marks(envp);
  child_argv = argv + 1;
  child_envp = envp;
  read_events();
  shared_file = parked(shared_file);
  struct child staying = {0, 0, 0};
  struct command command;
  while (take(0, &command, sizeof command)) {
    struct reply reply;
    int counted = command.kind == COMMAND_COUNT, life = counted || command.kind == COMMAND_LIFE;
    struct child fresh = {0, 0, 0}, *child = life ? &fresh : &staying;
    /* Where a process's pages happen to lie can cost it half as much again: each turn draws anew. */
    if (command.kind == COMMAND_STEADY && staying.pid) end(&staying);
    if (!child->pid) *child = begin();
    if (!pass_on(child, &command, &reply)) continue;
    if (counted) let_end(child);
    else if (life) end(child);
    put(&reply, sizeof reply);
    if (reply.kind == REPLY_BUCKETS) pass_buckets(child, reply.replays);
  }
  if (staying.pid) end(&staying);
  return 0;
}
