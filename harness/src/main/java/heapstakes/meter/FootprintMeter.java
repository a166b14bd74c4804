package heapstakes.meter;

import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;

/**
 * Meters the memory of one replay: a single, deterministic run. On simulated memory every figure is
 * exact at each operation; on real memory the mapped bytes and the system calls always are, peak
 * and end of resident if the memory is opened with {@code metered=true}, and the rest is left
 * empty.
 */
public final class FootprintMeter {
  private FootprintMeter() {}

  /**
   * Replays a trace once, in a fresh heap.
   *
   * @throws TraceException when the trace asks for what this contestant or machine cannot do, or is
   *     damaged
   */
  public static Footprint measure(
      Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    return measure(contestant, machine, trace, options, FootprintObserver.NONE);
  }

  /** As above, with somebody looking on. */
  public static Footprint measure(
      Contestant contestant,
      Machine machine,
      Trace trace,
      ReplayOptions options,
      FootprintObserver observer) {
    try (ReplayHeap heap = new ReplayHeap(contestant, machine, trace.info())) {
      return new FootprintRun(heap, options, observer).run(trace);
    }
  }
}
