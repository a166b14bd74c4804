/*
 * The library's memory system calls. A seccomp filter turns each into SIGSYS; the handler looks at
 * what is about to be given up, issues the call itself from the one stretch of code that the filter
 * lets through, and keeps the books: how many calls of each kind, how many resident bytes went back
 * and by which way. Which ranges are the library's stands in ranges.c.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

u64 break_at_start, initial_break, program_break, freed_lazily, advised_huge;
int meter = METER_UNTRAPPED;
__thread int hosting;

static volatile int books_lock;

/* The only code whose system calls pass the filter. */
__asm__(
    ".text\n"
    ".globl heapstakes_gate_start, heapstakes_gate_end, raw6\n"
    ".hidden heapstakes_gate_start, heapstakes_gate_end, raw6\n"
    ".type raw6, %function\n"
    "heapstakes_gate_start:\n"
    "raw6:\n"
    SYSTEM_CALL
    "heapstakes_gate_end:\n");
extern const char heapstakes_gate_start[], heapstakes_gate_end[];

static int failed(long r) { return r < 0 && r > -4096; }

static void log_call(u32 kind, const long *a, long result, u64 pages) {
  if (!options.log_calls) return;
  u64 line[9] = {run.operation, kind, (u64)a[0], (u64)a[1], (u64)a[2], (u64)a[3],
                 (u64)a[4], (u64)result, pages};
  frame(FRAME_CALL, line, sizeof line);
}

static struct page_counts leaving; /* during one call */

/* Pages about to be given up; also the moment to look whether resident is at its peak. */
static u64 about_to_leave(u64 start, u64 end) {
  if (options.forks) observe_exactly();
  else observe();
  struct page_counts pages = owned_pages(start, end);
  leaving.present += pages.present;
  leaving.exclusive += pages.exclusive;
  return pages.present;
}

static void left(u32 way, u64 start, u64 end, u64 pages) {
  run.returned[way] += pages * PAGE;
  forget_pages(start, end);
  family_gave_up(leaving);
  observe();
}

/* As if the machine gave huge pages to everything: its own switch is for all processes. */
static void advise_huge(u64 start, u64 end) {
  if (!options.thp || start >= end) return;
  raw(SYS_madvise, start, end - start, MADV_HUGEPAGE);
  advised_huge = 1;
}

static long on_brk(const long *a, u64 *pages) {
  u64 wanted = (u64)a[0], old = program_break;
  if (wanted == 0) return raw(SYS_brk, 0);
  run.calls[CALL_SBRK]++;
  u64 from = page_up(wanted), to = page_up(old);
  int lowers = wanted < old && wanted >= initial_break && from < to;
  if (lowers) *pages = about_to_leave(from, to);
  u64 now = (u64)raw(SYS_brk, wanted);
  program_break = now;
  mapped_bytes += page_up(now) - to;
  advise_huge(to, page_up(now));
  if (lowers && now == wanted) left(WAY_BRK, from, to, *pages);
  return (long)now;
}

static long on_mmap(const long *a, u64 *pages) {
  u64 start = (u64)a[0], end = start + page_up((u64)a[1]);
  int fixed = (a[3] & MAP_FIXED) != 0 && (a[3] & MAP_FIXED_NOREPLACE) != MAP_FIXED_NOREPLACE;
  run.calls[CALL_MMAP]++;
  if (fixed) *pages = about_to_leave(start, end);
  long r = raw6(SYS_mmap, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (failed(r)) return r;
  if (fixed) {
    remove_range(start, end);
    forget_heaps(start, end);
    left(WAY_MUNMAP, start, end, *pages);
  }
  if (a[3] & MAP_ANONYMOUS) {
    add_range((u64)r, (u64)r + page_up((u64)a[1]));
    advise_huge((u64)r, (u64)r + page_up((u64)a[1]));
  }
  return r;
}

static long on_munmap(const long *a, u64 *pages) {
  u64 start = (u64)a[0], end = start + page_up((u64)a[1]);
  run.calls[CALL_MUNMAP]++;
  *pages = about_to_leave(start, end);
  long r = raw(SYS_munmap, a[0], a[1]);
  if (failed(r)) return r;
  remove_range(start, end);
  forget_heaps(start, end);
  left(WAY_MUNMAP, start, end, *pages);
  return r;
}

static long on_mremap(const long *a, u64 *pages) {
  u64 start = (u64)a[0], old = page_up((u64)a[1]), new = page_up((u64)a[2]);
  run.calls[CALL_MREMAP]++;
  if (new < old) *pages = about_to_leave(start + new, start + old);
  u64 there = a[3] & MREMAP_FIXED ? about_to_leave((u64)a[4], (u64)a[4] + new) : 0;
  long r = raw(SYS_mremap, a[0], a[1], a[2], a[3], a[4]);
  if (failed(r)) return r;
  remove_range(start, start + old);
  remove_range((u64)r, (u64)r + new);
  add_range((u64)r, (u64)r + new);
  if ((u64)r != start) forget_pages(start, start + old);
  if (new < old || there > 0) left(WAY_MUNMAP, start + new, start + old, *pages + there);
  *pages += there;
  return r;
}

static long on_madvise(const long *a, u64 *pages) {
  u64 start = (u64)a[0], end = start + page_up((u64)a[1]);
  run.calls[CALL_MADVISE]++;
  advised_huge |= a[2] == MADV_HUGEPAGE;
  if (a[2] == MADV_DONTNEED) {
    *pages = about_to_leave(start, end);
  } else if (a[2] == MADV_FREE) {
    observe();
    *pages = lazy_free_bytes() / PAGE; /* pages that are lazy already do not count again */
  }
  long r = raw(SYS_madvise, a[0], a[1], a[2]);
  if (a[2] == MADV_DONTNEED && !failed(r)) {
    left(WAY_DONTNEED, start, end, *pages);
  } else if (a[2] == MADV_FREE) {
    freed_lazily = 1;
    u64 after = lazy_free_bytes() / PAGE;
    *pages = after > *pages ? after - *pages : 0;
    run.returned[WAY_FREE] += *pages * PAGE;
  }
  return r;
}

/* The call's kind, or CALLS for one that is none of memory's. */
static u32 kind_of(long number) {
  switch (number) {
    case SYS_brk: return CALL_SBRK;
    case SYS_mmap: return CALL_MMAP;
    case SYS_munmap: return CALL_MUNMAP;
    case SYS_mremap: return CALL_MREMAP;
    case SYS_madvise: return CALL_MADVISE;
    case SYS_mprotect: return CALL_MPROTECT;
    default: return CALLS;
  }
}

static long carry_out(u32 kind, const long *a, u64 *pages) {
  long r;
  switch (kind) {
    case CALL_SBRK: return on_brk(a, pages);
    case CALL_MMAP: return on_mmap(a, pages);
    case CALL_MUNMAP: return on_munmap(a, pages);
    case CALL_MREMAP: return on_mremap(a, pages);
    case CALL_MADVISE: return on_madvise(a, pages);
    default:
      run.calls[CALL_MPROTECT]++;
      r = raw(SYS_mprotect, a[0], a[1], a[2]);
      if (!failed(r) && owned((u64)a[0])) note_heap((u64)a[0], a[2] & PROT_WRITE);
      return r;
  }
}

static int is_fork(long number) {
#ifdef SYS_fork
  if (number == SYS_fork) return 1;
#endif
  return number == SYS_clone;
}

/* Whether this call is the one that fails with ENOMEM. brk(0) only asks, madvise does not fail. */
static int refuses(u32 kind, const long *a) {
  static u64 fallible;
  return kind != CALL_MADVISE && (kind != CALL_SBRK || a[0] != 0) && ++fallible == options.refuse;
}

static long dispatch(long number, const long *a) {
  u64 pages = 0;
  u32 kind = kind_of(number);
  long r;
  if (is_fork(number)) return clone_process(number, a);
  if (kind == CALLS) return raw6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  leaving = (struct page_counts){0, 0};
  /* glibc 2.31 would empty the stack of a thread that ends, though it was lent: it stays resident */
  if (kind == CALL_MADVISE && on_stack_of_ours((u64)a[0])) return 0;
  if (kind == CALL_MMAP && a[0] == 0 && (a[3] & MAP_STACK)) return lend_stack(a);
  if (kind == CALL_MPROTECT && on_stack_of_ours((u64)a[0])) return raw(SYS_mprotect, a[0], a[1], a[2]);
  if (refuses(kind, a)) {
    run.calls[kind]++;
    r = kind == CALL_SBRK ? (long)program_break : -ENOMEM; /* brk(2) answers where the break is */
  } else {
    r = carry_out(kind, a, &pages);
  }
  note_mapped();
  if (kind != CALL_SBRK || a[0] != 0) log_call(kind, a, r, pages);
  return r;
}

/* While the driver itself is at work, only what a library that is being opened maps is its own. */
static long dispatch_hosted(long number, const long *a) {
  u64 pages;
  if (number == SYS_brk && options.library) return on_brk(a, &pages);
  if (number == SYS_mmap && a[0] == 0 && (a[3] & MAP_STACK)) return lend_stack(a);
  long r = raw6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (number == SYS_mmap && !failed(r) && options.library && (a[3] & MAP_ANONYMOUS) &&
      !(a[3] & MAP_FIXED)) {
    run.calls[CALL_MMAP]++;
    add_range((u64)r, (u64)r + page_up((u64)a[1]));
  } else if (number == SYS_munmap && !failed(r)) {
    remove_range((u64)a[0], (u64)a[0] + page_up((u64)a[1]));
  }
  return r;
}

/* fork(3) of newer C libraries blocks all signals; but SIGSYS has to come. */
static long set_mask(u64 *mask, const long *a) {
  u64 old = *mask, set = a[1] ? *(u64 *)a[1] : 0;
  if (a[1] && a[0] == SIG_BLOCK) set |= old;
  else if (a[1] && a[0] == SIG_UNBLOCK) set = old & ~set;
  else if (a[1] && a[0] != SIG_SETMASK) return -EINVAL;
  if (a[1]) *mask = set & ~(1ul << (SIGSYS - 1));
  if (a[2]) *(u64 *)a[2] = old;
  return 0;
}

static void on_trap(int signal, siginfo_t *info, void *context) {
  (void)signal;
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
  long a[6] = CALL_ARGUMENTS(*machine);
  while (__atomic_exchange_n(&books_lock, 1, __ATOMIC_ACQUIRE)) raw(SYS_sched_yield);
  long result = info->si_syscall == SYS_rt_sigprocmask ? set_mask((u64 *)&((ucontext_t *)context)->uc_sigmask, a)
                : hosting ? dispatch_hosted(info->si_syscall, a) : dispatch(info->si_syscall, a);
  CALL_RESULT(*machine) = (__typeof__(CALL_RESULT(*machine)))result;
  __atomic_store_n(&books_lock, 0, __ATOMIC_RELEASE);
}

static void on_crash(int signal, siginfo_t *info, void *context) {
  (void)context;
  failure_record((u64)signal, signal == SIGABRT ? 0 : (u64)info->si_addr, "");
  report_flush();
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(signal, &standard, NULL);
  raw(SYS_tgkill, raw(SYS_getpid), raw(SYS_gettid), (long)signal);
}

void alternate_stack(void *base, size_t bytes) {
  stack_t stack = {.ss_sp = base, .ss_size = bytes};
  raw(SYS_sigaltstack, &stack, 0);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  if (sigaction(signal, &action, NULL) != 0) fail("sigaction failed", "");
}

static int filter(struct sock_filter *code, u32 length) {
  struct sock_fprog program = {(unsigned short)length, code};
  if (raw(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
  return raw(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field)
#define IF_EQ(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)

/* The end of a filter: seven instructions, which trap all that the gate does not call. */
#define TRAP_UNLESS_FROM_GATE \
  LOAD(offsetof(struct seccomp_data, instruction_pointer) + 4), \
      IF_EQ((u32)((u64)heapstakes_gate_start >> 32), 0, 4), \
      LOAD(offsetof(struct seccomp_data, instruction_pointer)), \
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (u32)(u64)heapstakes_gate_start, 0, 2), \
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (u32)(u64)heapstakes_gate_end, 1, 0), \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)

/* What the gate calls passes, and so does the start of a thread. */
static int filter_forks(void) {
  struct sock_filter code[] = {
      LOAD(offsetof(struct seccomp_data, nr)),
#ifdef SYS_fork
      IF_EQ(SYS_fork, 5, 0),
#endif
      IF_EQ(SYS_rt_sigprocmask, 4, 0),
      IF_EQ(SYS_clone, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      LOAD(offsetof(struct seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_VM, 5, 0),
      TRAP_UNLESS_FROM_GATE,
  };
  return filter(code, sizeof code / sizeof *code);
}

static int install_filter(void) {
  if (options.forks && !filter_forks()) return 0;
  struct sock_filter code[] = {
      LOAD(offsetof(struct seccomp_data, nr)),
      IF_EQ(SYS_brk, 6, 0),
      IF_EQ(SYS_mmap, 5, 0),
      IF_EQ(SYS_munmap, 4, 0),
      IF_EQ(SYS_mremap, 3, 0),
      IF_EQ(SYS_madvise, 2, 0),
      IF_EQ(SYS_mprotect, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      TRAP_UNLESS_FROM_GATE,
  };
  return filter(code, sizeof code / sizeof *code);
}

/*
 * Moves the break up to where it would be for the canonical program (linux-vm.md, section 1.1), as
 * far as its low 21 bits go: some libraries align to the absolute address.
 */
static void move_break(void) {
  const u64 canonical = 0x55555555a000ul, wheel = 2ul << 20;
  break_at_start = page_up((u64)raw(SYS_brk, 0));
  u64 wanted = break_at_start + (canonical - break_at_start) % wheel;
#ifndef __GLIBC__
  wanted = break_at_start; /* musl has used the break by now, and knows where it is */
#endif
  initial_break = program_break = (u64)raw(SYS_brk, wanted);
}

/* Before any constructor of any library has run. */
void calls_install(void) {
  ranges_open();
  move_break();
  handle(SIGSEGV, on_crash);
  handle(SIGBUS, on_crash);
  handle(SIGABRT, on_crash);
  handle(SIGFPE, on_crash);
  handle(SIGILL, on_crash);
  handle(SIGSYS, on_trap);
  if (options.trap && install_filter()) meter = METER_TRAPPED;
  if (options.forks && meter == METER_UNTRAPPED) {
    fail("this trace forks, which needs a kernel where a filter catches system calls", "");
  }
}
