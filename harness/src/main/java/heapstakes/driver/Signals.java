package heapstakes.driver;

/** Signals that end a process, in words; numbers of Linux on x86-64 (signal(7)). */
final class Signals {
  private Signals() {}

  static String describe(int signal) {
    return switch (signal) {
      case 4 -> "illegal instruction (SIGILL)";
      case 6 -> "abort (SIGABRT)";
      case 7 -> "bus error (SIGBUS)";
      case 8 -> "arithmetic exception (SIGFPE)";
      case 9 -> "killed (SIGKILL): the machine ran out of memory, or somebody ended it";
      case 11 -> "segmentation fault (SIGSEGV)";
      case 31 -> "bad system call (SIGSYS)";
      default -> "signal " + signal;
    };
  }
}
