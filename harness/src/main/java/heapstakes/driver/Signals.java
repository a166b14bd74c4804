package heapstakes.driver;

/** Signals that end a process, in words; numbers of Linux on x86-64 (signal(7)). */
final class Signals {
  static final int SIGKILL = 9;

  /** The kernel's end of a process, by its own word. */
  static final String OOM = "killed by the kernel, which had no memory left for it";

  private Signals() {}

  static String describe(int signal) {
    return switch (signal) {
      case 4 -> "illegal instruction (SIGILL)";
      case 6 -> "abort (SIGABRT)";
      case 7 -> "bus error (SIGBUS)";
      case 8 -> "arithmetic exception (SIGFPE)";
      case 9 -> "killed (SIGKILL) by somebody: the kernel has ended nobody for want of memory";
      case 11 -> "segmentation fault (SIGSEGV)";
      case 31 -> "bad system call (SIGSYS)";
      default -> "signal " + signal;
    };
  }
}
