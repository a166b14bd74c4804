package heapstakes.forecast;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.OutOfMemoryKill;
import heapstakes.os.Machine;
import heapstakes.results.Locality;
import heapstakes.trace.Trace;
import java.util.Optional;

/**
 * Counts the cache lines and pages that a model's calls and the program's use of its blocks touch,
 * in replays of their own. It needs no prices, so every model has it.
 *
 * <p>Threads take turns on one processor's caches. Whatever a model keeps in Java objects leaves no
 * trace in memory and is not seen (ADR 19).
 */
public final class LocalityMeter {
  private static final String SIMULATED = "simulated";

  private LocalityMeter() {}

  /** Why it cannot be counted; empty where it can. */
  public static Optional<String> impossible(Contestant contestant, Machine machine, Trace trace) {
    if (!contestant.can(Capability.ANY_MEMORY)) {
      return Optional.of("accesses of a real library cannot be followed, take its twin");
    }
    if (!machine.provider().name().equals(SIMULATED)) {
      return Optional.of("only on simulated memory can accesses be followed");
    }
    return trace.info().features().forks() || trace.info().features().stopsAtNull()
        ? Optional.of(trace.info().name() + " forks, or ends when memory does")
        : Optional.empty();
  }

  /**
   * What {@code contestant} touches; empty where that is {@link #impossible}, or where a heap that
   * lives on does not come to the end of the trace.
   *
   * @throws heapstakes.trace.TraceException when the trace is damaged
   */
  public static Optional<Locality> of(Contestant contestant, Machine machine, Trace trace) {
    if (impossible(contestant, machine, trace).isPresent()) {
      return Optional.empty();
    }
    TouchBook book = new TouchBook(Caches.ZEN_3);
    try (WatchedReplay replay = new WatchedReplay(contestant, machine, trace, Caches.ZEN_3, book)) {
      replay.life();
      Locality.Touched life = book.touched();
      replay.steady(WorkMeter.NOBODY); // as in TwinWork
      replay.steady(WorkMeter.NOBODY);
      return Optional.of(new Locality(life, book.touched()));
    } catch (OutOfMemoryKill | HeapCorruptedException e) {
      return Optional.empty();
    }
  }
}
