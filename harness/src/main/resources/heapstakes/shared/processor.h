/*
 * All that depends on the processor, and on what C libraries for it are called, in the programs of
 * ours: x86-64 and, untimed so far, arm64.
 */
#ifndef HEAPSTAKES_PROCESSOR_H
#define HEAPSTAKES_PROCESSOR_H

#include <features.h> /* says which C library it is */
#include <stdint.h>

#if defined(__x86_64__)

#define OLDEST_GLIBC "GLIBC_2.2.5"

/* A process's entry: start(stack, loader_end). */
#define ENTRY                 \
  "  xorl %ebp, %ebp\n"       \
  "  movq %rsp, %rdi\n"       \
  "  movq %rdx, %rsi\n"       \
  "  andq $-16, %rsp\n"       \
  "  call start\n"            \
  "  hlt\n"

/* long raw6(long number, long a, long b, long c, long d, long e, long f) */
#define SYSTEM_CALL           \
  "  movq %rdi, %rax\n"       \
  "  movq %rsi, %rdi\n"       \
  "  movq %rdx, %rsi\n"       \
  "  movq %rcx, %rdx\n"       \
  "  movq %r8, %r10\n"        \
  "  movq %r9, %r8\n"         \
  "  movq 8(%rsp), %r9\n"     \
  "  syscall\n"               \
  "  ret\n"

/* Where a system call that was caught has argument i, and where its result goes. */
#define CALL_ARGUMENTS(machine)                                                                  \
  {                                                                                              \
    (machine).gregs[REG_RDI], (machine).gregs[REG_RSI], (machine).gregs[REG_RDX],                \
        (machine).gregs[REG_R10], (machine).gregs[REG_R8], (machine).gregs[REG_R9]               \
  }
#define CALL_RESULT(machine) (machine).gregs[REG_RAX]

static inline void relax(void) { __builtin_ia32_pause(); }

/* The processor's clock. Nothing of what comes before is still under way, and nothing of what follows has begun. */
static inline uint64_t read_ticks_before(void) {
  uint32_t low, high;
  __asm__ volatile("lfence\n rdtsc\n lfence" : "=a"(low), "=d"(high) : : "memory");
  return (uint64_t)high << 32 | low;
}

static inline uint64_t read_ticks_after(void) {
  uint32_t low, high;
  __asm__ volatile("rdtscp\n lfence" : "=a"(low), "=d"(high) : : "rcx", "memory");
  return (uint64_t)high << 32 | low;
}

#elif defined(__aarch64__)

#define OLDEST_GLIBC "GLIBC_2.17"

#define ENTRY                 \
  "  mov x29, xzr\n"          \
  "  mov x30, xzr\n"          \
  "  mov x1, x0\n"            \
  "  mov x0, sp\n"            \
  "  bl start\n"              \
  "  brk #0\n"

#define SYSTEM_CALL           \
  "  mov x8, x0\n"            \
  "  mov x0, x1\n"            \
  "  mov x1, x2\n"            \
  "  mov x2, x3\n"            \
  "  mov x3, x4\n"            \
  "  mov x4, x5\n"            \
  "  mov x5, x6\n"            \
  "  svc #0\n"                \
  "  ret\n"

#define CALL_ARGUMENTS(machine)                                                                  \
  {                                                                                              \
    (long)(machine).regs[0], (long)(machine).regs[1], (long)(machine).regs[2],                   \
        (long)(machine).regs[3], (long)(machine).regs[4], (long)(machine).regs[5]                \
  }
#define CALL_RESULT(machine) (machine).regs[0]

static inline void relax(void) { __asm__ volatile("yield"); }

static inline uint64_t read_ticks_before(void) {
  uint64_t ticks;
  __asm__ volatile("isb\n mrs %0, cntvct_el0\n isb" : "=r"(ticks) : : "memory");
  return ticks;
}

static inline uint64_t read_ticks_after(void) { return read_ticks_before(); }

#else
#error "this processor is not known: describe it here"
#endif

/*
 * Versions of functions that every C library has: programs of ours run under older ones than they were
 * linked with. Newer ones moved from libpthread and libdl, and do the same.
 */
#ifdef __GLIBC__
#define OLD(name) __asm__(".symver " #name ", " #name "@" OLDEST_GLIBC)
OLD(__libc_start_main);
OLD(dladdr);
OLD(dlerror);
OLD(dlopen);
OLD(dlsym);
OLD(pthread_attr_setstack);
OLD(pthread_create);
OLD(pthread_join);
#endif

#endif
