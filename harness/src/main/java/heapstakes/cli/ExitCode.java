package heapstakes.cli;

import heapstakes.results.Status;

/** Exit codes of every command. */
final class ExitCode {
  static final int OK = 0;

  /** A gate or a check failed. */
  static final int CHECK_FAILED = 1;

  /** The command line, a setting or a file that the user gave is wrong. */
  static final int USAGE = 2;

  /** A cell of a run failed; the others are there. */
  static final int CELL_FAILED = 3;

  /**
   * A replay was ended by the kernel for want of memory, the simulated kernel's or the real one.
   */
  static final int OOM_KILLED = 4;

  /** An output could not be written: no room, no permission, no such directory. */
  static final int OUTPUT = 5;

  /** Interrupted; what was finished is kept. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** Of a single replay that ended so. */
  static int of(Status status) {
    return switch (status) {
      case OK -> OK;
      case OOM_KILLED -> OOM_KILLED;
      case FAILED, ABORTED, BROKEN -> CELL_FAILED;
    };
  }
}
