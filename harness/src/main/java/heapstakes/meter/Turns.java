package heapstakes.meter;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.results.Latency;
import heapstakes.timer.TimerProcess;
import heapstakes.timer.Turn;
import heapstakes.trace.Trace;
import java.time.Duration;

/**
 * A contestant that is timed in turns: lives of their own, a heap that lives on, and single
 * operations.
 */
public interface Turns extends AutoCloseable {
  /**
   * System property: with the value {@value #IN_THE_JVM} real libraries are called from the JVM as
   * twins are, which is what a twin's own code can be held against (ADR 0005).
   */
  String TIMER = "heapstakes.timer";

  /** Value of {@link #TIMER}. */
  String IN_THE_JVM = "jvm";

  /** What is to be said of a real library that is timed so. */
  String INSIDE =
      "timed inside the JVM, whose heap it shares, and not in a process of its own, so one life is"
          + " not known";

  /**
   * A real library in processes of its own where that can be had; what has no file, or where there
   * is no compiler, inside of this JVM, as models are.
   */
  static Turns of(Contestant contestant, Machine machine, Trace trace) {
    return inAProcess(contestant)
        ? new LibraryTurns(new TimerProcess(contestant, trace))
        : new ModelTurns(contestant, machine, trace);
  }

  /** Whether it is timed in processes of its own. */
  static boolean inAProcess(Contestant contestant) {
    return !contestant.can(Capability.ANY_MEMORY)
        && !IN_THE_JVM.equals(System.getProperty(TIMER))
        && TimerProcess.isPossible(contestant);
  }

  /**
   * The whole trace in a fresh process or address space; no operations where there is none to be
   * had.
   *
   * @param limit after which it is ended where it is
   * @param least short lives are repeated, each in a fresh one, until they took as long together;
   *     the fastest counts, as a life is the same each time but for what else the machine does
   */
  Turn life(Duration limit, Duration least);

  /**
   * The trace from the mark {@code populated} on, on a heap that lives on, after one replay that
   * does not count: it finds the caches full of others' data, and pages given back meanwhile.
   *
   * @param limit after which a replay is ended where it is
   * @param least replays are repeated until they took as long together
   */
  Turn steady(Duration limit, Duration least);

  /**
   * Single operations, each timed by itself, on the heap that lives on.
   *
   * @param limit after which a replay is ended where it is
   * @param warmup of what does not count
   * @param least of what does
   */
  Latency latency(Duration limit, Duration warmup, Duration least);

  @Override
  void close();
}
