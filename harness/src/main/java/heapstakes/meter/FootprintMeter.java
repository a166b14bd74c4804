package heapstakes.meter;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.util.List;

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
   * @return with {@link Status#ABORTED} too where the allocator already aborts as it is opened
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
    return measure(contestant, observer.memory(machine).open(), trace, options, observer);
  }

  /** As above, in memory that was opened; it is closed at the end. */
  public static Footprint measure(
      Contestant contestant,
      AddressSpace space,
      Trace trace,
      ReplayOptions options,
      FootprintObserver observer) {
    ReplayHeap opened;
    try {
      opened = new ReplayHeap(contestant, space, trace.info());
    } catch (HeapCorruptedException e) {
      return Footprint.notMeasured(
          new Footprint.Outcome(Status.ABORTED, String.valueOf(e.getMessage()), 0, 0), List.of());
    }
    try (ReplayHeap heap = opened) {
      return new FootprintRun(heap, options, observer).run(trace);
    }
  }
}
