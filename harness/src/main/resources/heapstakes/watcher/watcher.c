/*
 * Runs a command and writes down what it took: time, faults, and each of its processes' memory as
 * it was when the process ended. Rules of the house:
 *
 *  - nothing of ours is in the program: its processes are traced (ptrace), stop where they end,
 *    with their memory still there, and go on once /proc was read. Threads are not traced, and
 *    nothing stops on the way but a fork, an exec and a signal;
 *  - how long the first process stood still for that is told, so that it can be taken off;
 *  - where tracing is not permitted the command runs all the same, and what wait4 tells is told;
 *  - once the command runs, and SIGTERM is listened to, the report begins;
 *  - at SIGTERM the processes' memory is read, then the first of them gets that signal, and SIGKILL
 *    when it has not ended after PATIENCE seconds;
 *  - what is left of the command when its first process has ended is killed.
 *
 * Called as: watcher REPORT LIBRARY [KEY=VALUE...] -- COMMAND ARGUMENTS; of LIBRARY is told whether
 * it was loaded, "-" for none; the variables are the command's alone. The report's form:
 * heapstakes.program.WatcherReport. It ends as a shell would after the command: with its exit code,
 * or 128 and its signal; with 0 when it was asked to end it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;

enum { PATIENCE = 10, CANNOT_RUN = 127, STOP_EVENT = 128 };

/* What /proc says of a process, in bytes. */
struct memory {
  u64 peak, resident, anonymous, lazy_free, huge;
  int has_library;
};

/* A traced process that has not ended. */
struct process {
  pid_t pid;
  int is_read; /* whether its memory was read when it was asked to end */
  struct memory memory;
};

static struct process *processes;
static int count, room;
static FILE *report;
static const char *library;
static pid_t first;
static u64 begun, ended, stopped;
static int traced, is_asked, is_killed, trace_error;

static u64 now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (u64)time.tv_sec * 1000000000u + (u64)time.tv_nsec;
}

static struct process *find(pid_t pid) {
  for (int i = 0; i < count; i++)
    if (processes[i].pid == pid) return &processes[i];
  return NULL;
}

static void add(pid_t pid) {
  if (find(pid)) return;
  if (count == room) {
    room = room ? 2 * room : 64;
    processes = realloc(processes, (size_t)room * sizeof *processes);
    if (!processes) abort();
  }
  processes[count++] = (struct process){.pid = pid};
}

static void drop(struct process *process) {
  *process = processes[--count];
}

/* Takes the figure of each line that is named; both files have kB. */
static void read_lines(pid_t pid, const char *file, const char *const *names, u64 *const *values) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
  FILE *in = fopen(path, "re");
  if (!in) return;
  while (fgets(line, sizeof line, in))
    for (int i = 0; names[i]; i++)
      if (!strncmp(line, names[i], strlen(names[i])))
        *values[i] = strtoull(line + strlen(names[i]), NULL, 10) << 10;
  fclose(in);
}

static int has_library(pid_t pid) {
  char path[64], line[4352];
  int found = 0;
  snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
  FILE *in = fopen(path, "re");
  while (in && !found && fgets(line, sizeof line, in)) {
    line[strcspn(line, "\n")] = 0;
    const char *file = strchr(line, '/');
    found = file && !strcmp(file, library);
  }
  if (in) fclose(in);
  return found;
}

static struct memory memory_of(pid_t pid) {
  struct memory memory = {0};
  static const char *const in_status[] = {"VmHWM:", NULL};
  static const char *const in_smaps[] = {"Rss:", "Anonymous:", "LazyFree:", "AnonHugePages:", NULL};
  read_lines(pid, "status", in_status, (u64 *[]){&memory.peak});
  read_lines(pid, "smaps_rollup", in_smaps,
             (u64 *[]){&memory.resident, &memory.anonymous, &memory.lazy_free, &memory.huge});
  memory.has_library = has_library(pid);
  return memory;
}

static void write_process(pid_t pid, const struct memory *memory) {
  fprintf(report,
          "process pid=%d peak=%" PRIu64 " resident=%" PRIu64 " anonymous=%" PRIu64
          " lazy_free=%" PRIu64 " huge=%" PRIu64 " library=%d\n",
          (int)pid, memory->peak, memory->resident, memory->anonymous, memory->lazy_free,
          memory->huge, memory->has_library);
}

/* The process stands at its end; its memory is as the program left it. */
static void at_exit(pid_t pid) {
  u64 from = now();
  struct process *process = find(pid);
  struct memory memory = memory_of(pid);
  if (process && process->is_read) {
    process->memory.peak = memory.peak;
    memory = process->memory; /* what it did to end is not what is asked for */
  }
  if (memory.peak) write_process(pid, &memory);
  if (process) drop(process);
  if (pid == first) stopped += now() - from;
}

static void go_on(pid_t pid, int signal) {
  ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)signal);
}

static void on_stop(pid_t pid, int status) {
  int event = status >> 16, signal = WSTOPSIG(status);
  unsigned long child = 0;
  switch (event) {
    case 0: go_on(pid, signal); return;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
      if (!ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child)) add((pid_t)child);
      break;
    case PTRACE_EVENT_EXIT: at_exit(pid); break;
    case PTRACE_EVENT_STOP:
      if (signal != SIGTRAP) { /* stopped by a signal: it stays so until SIGCONT */
        ptrace(PTRACE_LISTEN, pid, NULL, NULL);
        return;
      }
      add(pid);
      break;
    default: break;
  }
  go_on(pid, 0);
}

/* Somebody wants an end of it. */
static void ask_to_end(void) {
  if (is_asked) return;
  is_asked = 1;
  ended = now();
  for (int i = 0; i < count; i++) {
    processes[i].memory = memory_of(processes[i].pid);
    processes[i].is_read = 1;
  }
  kill(first, SIGTERM);
  alarm(PATIENCE);
}

static void write_end(int status, const struct rusage *usage) {
  u64 user = (u64)usage->ru_utime.tv_sec * 1000000000u + (u64)usage->ru_utime.tv_usec * 1000u;
  u64 system = (u64)usage->ru_stime.tv_sec * 1000000000u + (u64)usage->ru_stime.tv_usec * 1000u;
  fprintf(report,
          "end exit=%d signal=%d wall=%" PRIu64 " user=%" PRIu64 " system=%" PRIu64
          " peak=%" PRIu64 " minor=%ld major=%ld traced=%d error=%d asked=%d killed=%d left=%d\n",
          WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
          ended - begun - (is_asked ? 0 : stopped), user, system, (u64)usage->ru_maxrss << 10,
          usage->ru_minflt, usage->ru_majflt, traced, trace_error, is_asked, is_killed, count);
}

/* Whatever there is to hear of; whether the first process has ended, and how. */
static int drain(int *ending) {
  int status;
  struct rusage usage;
  pid_t pid;
  while ((pid = wait4(-1, &status, WNOHANG | __WALL, &usage)) > 0) {
    if (WIFSTOPPED(status)) {
      on_stop(pid, status);
      continue;
    }
    struct process *process = find(pid);
    if (process) drop(process);
    if (pid == first) {
      if (!is_asked) ended = now();
      write_end(status, &usage);
      *ending = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      return 1;
    }
  }
  return 0;
}

static int watch(const sigset_t *signals) {
  for (int ending;;) {
    if (drain(&ending)) return is_asked ? 0 : ending;
    switch (sigwaitinfo(signals, NULL)) {
      case SIGTERM: ask_to_end(); break;
      case SIGALRM:
        is_killed = 1;
        kill(first, SIGKILL);
        break;
      default: break;
    }
  }
}

/* Waits for the word, so that it is traced from its first instruction on. */
static void run(char **words, int word, int failure, const sigset_t *before) {
  char go;
  if (read(word, &go, 1) != 1) _exit(CANNOT_RUN);
  sigprocmask(SIG_SETMASK, before, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (; strcmp(*words, "--"); words++) putenv(*words);
  words++;
  execvp(words[0], words);
  int error = errno;
  if (write(failure, &error, sizeof error) < 0) _exit(CANNOT_RUN);
  _exit(CANNOT_RUN);
}

int main(int argc, char **argv) {
  int word[2], failure[2], error = 0, behind = 3;
  sigset_t signals, before;
  while (behind < argc && strcmp(argv[behind], "--")) behind++;
  if (behind + 1 >= argc || !(report = fopen(argv[1], "we"))) return 2;
  library = argv[2];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGALRM);
  sigprocmask(SIG_BLOCK, &signals, &before);
  if (pipe2(word, O_CLOEXEC) || pipe2(failure, O_CLOEXEC)) return 2;
  first = fork();
  if (first < 0) return 2;
  if (!first) run(argv + 3, word[0], failure[1], &before);
  close(failure[1]);
  long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                 PTRACE_O_EXITKILL;
  traced = !ptrace(PTRACE_SEIZE, first, NULL, (void *)options);
  trace_error = traced ? 0 : errno;
  if (traced) add(first);
  begun = now();
  if (write(word[1], "", 1) != 1) return 2;
  /* Its end of the pipe is closed by the exec, or by its end. */
  if (read(failure[0], &error, sizeof error) == (ssize_t)sizeof error)
    fprintf(report, "failed error=%d\n", error);
  else
    fprintf(report, "begun\n");
  fflush(report);
  int ending = watch(&signals);
  return fclose(report) ? 2 : ending;
}
