package heapstakes.questions;

import heapstakes.allocator.Allocators;
import heapstakes.meter.FootprintMeter;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.results.TimelinePoint;
import heapstakes.trace.Trace;
import java.util.List;
import java.util.Optional;

/** What a contestant's memory was at the marks of a workload. */
record Answer(Footprint footprint) {
  /** On plain simulated memory. */
  static Answer of(String contestant, String workload) {
    return of(contestant, workload, "simulated");
  }

  static Answer of(String contestant, String workload, String memory) {
    return of(contestant, workload, memory, ReplayOptions.DEFAULT);
  }

  /** As the programs that the golden figures come of: their clock stood still. */
  static Answer withFrozenClock(String contestant, String workload) {
    return of(contestant, workload, "simulated", new ReplayOptions(0, Optional.empty()));
  }

  private static Answer of(
      String contestant, String workload, String memory, ReplayOptions options) {
    Trace trace = TraceSource.open(workload);
    return new Answer(
        FootprintMeter.measure(
            Allocators.parse(contestant), Machine.parse(memory), trace, options));
  }

  List<String> marks() {
    return footprint.timeline().stream()
        .map(TimelinePoint::phase)
        .filter(phase -> !phase.isEmpty())
        .toList();
  }

  private TimelinePoint at(String phase) {
    return footprint.timeline().stream()
        .filter(point -> point.phase().equals(phase))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no mark '" + phase + "' among " + marks()));
  }

  long mapped(String phase) {
    return at(phase).use().mappedBytes().orElseThrow();
  }

  long resident(String phase) {
    return at(phase).use().residentBytes().orElseThrow();
  }

  long requested(String phase) {
    return at(phase).use().requestedBytes().orElseThrow();
  }

  long lazyFree(String phase) {
    return at(phase).lazyFreeBytes().orElseThrow();
  }

  /** System calls up to the mark. */
  long calls(String phase) {
    return at(phase).kernel().calls().orElseThrow();
  }

  /** Pages read back from swap up to the mark. */
  long fromSwap(String phase) {
    return at(phase).kernel().majorFaults().orElseThrow();
  }

  /** Modelled cost up to the mark, in ns. */
  long cost(String phase) {
    return at(phase).kernel().modelledNanos().orElseThrow();
  }
}
