package heapstakes.forecast;

import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.trace.Trace;
import java.util.function.Consumer;

/**
 * What a twin does for a trace. What it does as its heap is opened is not in it: a library does
 * that before its program begins.
 *
 * @param life of its first replay
 * @param steady of a replay on a heap that lives on
 */
record TwinWork(CountedWork life, CountedWork steady) {
  private static final String SIMULATED = "simulated";

  /** Counts it: the same on every machine. */
  static TwinWork of(Contestant twin, Trace trace, Caches caches) {
    return of(twin, trace, caches, WorkMeter.NOBODY);
  }

  /** As above; {@code calls} is told of the work of each call of a heap that lives on. */
  static TwinWork of(Contestant twin, Trace trace, Caches caches, Consumer<long[]> calls) {
    try (WatchedReplay replay = new WatchedReplay(twin, Machine.parse(SIMULATED), trace, caches)) {
      CountedWork life = replay.life();
      replay.steady(WorkMeter.NOBODY); // what the first replay left behind later ones do not find
      return new TwinWork(life, replay.steady(calls));
    }
  }
}
