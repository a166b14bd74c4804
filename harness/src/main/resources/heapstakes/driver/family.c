/*
 * The processes of a trace that forks. Each is a real one, made by fork(2), and one thread of one of
 * them has the turn. The process that was started becomes their supervisor before any library runs:
 * it is the parent of all of them (CLONE_PARENT), buries them, ends them when one fails, and goes on
 * with the trace from one's exit to the next one's turn. They end when it does (PR_SET_PDEATHSIG).
 *
 * A page that several share is one frame. As one process alone changes anything at a time, frames
 * change by as much as the pages that only this process has (bit 56 of the page table) do: a page
 * that is new or copied is one more, one that was shared and is given up none less. Pages that were
 * copied are those that became its own and were there before.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define WAIT_FOR_ALL 0x40000000 /* __WALL */
#define SIGNAL_EXIT 128
#define LOOKS 64 /* pages are counted again once a 64th of them may have become more */

struct family {
  u64 frames, copied;                     /* pages of all processes */
  u64 mapped_elsewhere, lazy_elsewhere;   /* bytes of those that have not the turn */
  u64 supervisor;                         /* process numbers of the kernel's */
  volatile u64 leaving;                   /* exits as the trace says */
  volatile u32 ready;                     /* the new child sleeps */
  u32 current;                            /* the process that has the turn */
  u32 concluded;
  u32 measures_usable;
};

static struct family *family;

u32 own_process = 0; /* number of its first thread */
struct holding holding;

static struct page_counts mine; /* as of the last look */
static u64 faults_seen, own_lazy, nanos_before;

/* ------------------------------------------------------------------ pages */

static u64 minor_faults(void) {
  struct rusage usage;
  raw(SYS_getrusage, RUSAGE_SELF, &usage);
  return (u64)usage.ru_minflt;
}

static void look(void) {
  faults_seen = minor_faults();
  struct page_counts now = count_library_pages();
  family->frames += now.exclusive - mine.exclusive;
  family->copied += now.exclusive - mine.exclusive - (now.present - mine.present);
  mine = now;
}

static int has_turn(void) { return own_process != NOBODY && family->current == own_process; }

/* Whether anything can have changed since the last look; only faults make pages more. */
static int is_due(int exactly) {
  if (!has_turn()) return 0;
  u64 faults = minor_faults() - faults_seen;
  return faults > 0 && (exactly || faults > mine.present / LOOKS + 16);
}

u64 family_resident(int exactly) {
  if (is_due(exactly)) look();
  return family->frames * PAGE;
}

/* How many faults there were: it tells when something may have changed. */
u64 family_faults(void) { return has_turn() ? minor_faults() : 0; }

void family_gave_up(struct page_counts pages) {
  if (!options.forks) return;
  family->frames -= pages.exclusive;
  mine.exclusive -= pages.exclusive;
  mine.present -= pages.present;
}

u64 family_mapped(void) { return mapped_bytes + family->mapped_elsewhere; }

u64 family_lazy(void) {
  u64 lazy = lazy_free_bytes(), resident = family->frames * PAGE;
  if (lazy == NOT_MEASURED) return lazy;
  lazy += family->lazy_elsewhere;
  return lazy < resident ? lazy : resident;
}

u64 family_copied_bytes(void) { return options.forks ? family->copied * PAGE : NOT_MEASURED; }

void family_measures_usable(void) { family->measures_usable = library.usable != NULL; }

int has_usable(void) { return options.forks ? (int)family->measures_usable : library.usable != NULL; }

/* Just before the first event. */
void family_baseline(void) {
  faults_seen = minor_faults();
  mine = count_library_pages();
  family->frames = mine.exclusive;
}

/* ------------------------------------------------------------------ turns */

/* Another process goes on. */
void leave(void) {
  observe_exactly();
  own_lazy = lazy_free_bytes();
  if (own_lazy == NOT_MEASURED) own_lazy = 0;
  family->mapped_elsewhere += mapped_bytes;
  family->lazy_elsewhere += own_lazy;
  nanos_before = run.nanos;
  family->current = NOBODY;
}

/* This process goes on; others may have made pages its own meanwhile, and its clock has stood still. */
void arrive(void) {
  if (has_turn()) return;
  family->current = own_process;
  family->mapped_elsewhere -= mapped_bytes;
  family->lazy_elsewhere -= own_lazy;
  faults_seen = minor_faults();
  mine = count_library_pages();
  note_mapped();
  u64 now = run.nanos;
  run.nanos = nanos_before;
  if (now > nanos_before) sleepers_pass(now - nanos_before);
  run.nanos = now;
}

static void await_ready(void) {
  while (!family->ready) raw(SYS_futex, &family->ready, FUTEX_WAIT, 0, 0, 0, 0);
}

static void end_with_supervisor(void) {
  raw(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if ((u64)raw(SYS_getppid) != family->supervisor) raw(SYS_exit_group, 3);
}

/*
 * The system call of fork(3), caught between what the library does before and behind it. The parent
 * waits until the child has done its part, so that a run can be repeated.
 */
long clone_process(long number, const long *a) {
  long flags = number == SYS_clone ? a[0] : SIGCHLD;
  leave();
  family->ready = 0;
  long r = number == SYS_clone ? raw6(number, flags | CLONE_PARENT, a[1], a[2], a[3], a[4], a[5])
                               : raw6(SYS_clone, flags | CLONE_PARENT, 0, 0, 0, 0, 0);
  if (r == 0) {
    end_with_supervisor();
    return 0;
  }
  if (r > 0) await_ready();
  arrive();
  return r;
}

/* In the child: all that the parent had is here as well, and shared. */
static void begin_child(u32 child) {
  own_process = child;
  options.refuse = 0; /* only one call of the trace's fails */
  proc_reopen();
  forget_all_pages();
  sleepers_forget();
  inherit_blocks(child);
  family->current = child;
  run.requested += holding.requested;
  run.allocated += holding.allocated;
  note_holdings();
  note_mapped();
  mine.exclusive = 0;
  faults_seen = 0;
  leave();
}

static const char *why(int error) {
  if (error == EAGAIN) return "too many processes (EAGAIN: ulimit -u, pids.max)";
  if (error == ENOMEM) return "memory (ENOMEM)";
  return "its reasons are its own";
}

/* 1 in a child that is to end as soon as it gets the turn; else the child returns when it has it. */
int do_fork(u32 child) {
  if (child >= options.threads) fail("a thread number is out of range", "");
  sleepers_settle();
  enlist(child, 0);
  long pid = fork();
  if (pid < 0) fail("the kernel refuses another process: ", why(errno));
  if (pid > 0) {
    enlist(child, (u64)pid);
    forget_all_pages();
    return 0;
  }
  begin_child(child);
  family->ready = 1;
  raw(SYS_futex, &family->ready, FUTEX_WAKE, 1, 0, 0, 0);
  return begin_turns(child);
}

/* What the library does to tell its counters is none of the trace's. */
static void tell_counters(void) {
  struct run_state kept;
  u64 frames = family->frames;
  copy(&kept, &run, sizeof run);
  last_counters(1, 1);
  copy(&run, &kept, sizeof run);
  family->frames = frames;
}

/* The process that has the turn exits, as the trace says; what only it had is gone with it. */
void exit_process(void) {
  observe_exactly();
  if (options.check) check_end();
  else if (own_process == 0) tell_counters();
  family->frames -= mine.exclusive;
  run.requested -= holding.requested;
  run.allocated -= holding.allocated;
  delist(own_process);
  family->current = NOBODY;
  run.events++;
  family->leaving = (u64)raw(SYS_getpid);
  raw(SYS_exit_group, 0);
  __builtin_unreachable();
}

/* Nobody of the family is left behind. */
static void end_all(long code) {
  for (u64 pid; (pid = next_listed());) raw(SYS_kill, pid, SIGKILL);
  while (raw(SYS_wait4, -1, NULL, WAIT_FOR_ALL, NULL) > 0) {
  }
  raw(SYS_exit_group, code);
  __builtin_unreachable();
}

void conclude_family(void) {
  if (own_process == NOBODY) end_all(0);
  family->concluded = 1;
  raw(SYS_exit_group, 0);
  __builtin_unreachable();
}

/* ------------------------------------------------------------------ the supervisor */

static void on_end(int signal) { end_all(SIGNAL_EXIT + signal); }

static void supervise(void) {
  struct sigaction action = {.sa_handler = on_end};
  struct rlimit none = {0, 0};
  sigaction(SIGTERM, &action, NULL);
  raw(SYS_setrlimit, RLIMIT_CORE, &none);
  own_process = NOBODY;
  meter = METER_TRAPPED; /* there are no forks without */
  for (;;) {
    int status = 0;
    long pid = raw(SYS_wait4, -1, &status, WAIT_FOR_ALL, NULL);
    if (pid == -EINTR) continue;
    if (pid < 0) end_all(3);
    if (status == 0 && family->leaving == (u64)pid) {
      family->leaving = 0;
      observe();
      pump(NOBODY);
      continue;
    }
    if (status == 0 && family->concluded) end_all(0);
    end_all(status & 127 ? SIGNAL_EXIT + (status & 127) : status >> 8 & 255);
  }
}

/* Returns in the first process of the trace. */
void family_begin(void) {
  family = reserve_shared(sizeof *family);
  family->current = NOBODY;
  if (!options.forks) return;
  counters_begin();
  family->supervisor = (u64)raw(SYS_getpid);
  long pid = fork();
  if (pid < 0) fail("the kernel refuses another process: ", why(errno));
  if (pid > 0) {
    enlist(0, (u64)pid);
    supervise();
  }
  end_with_supervisor();
  family->current = 0;
}
