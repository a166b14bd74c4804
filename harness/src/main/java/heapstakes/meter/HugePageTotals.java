package heapstakes.meter;

import static heapstakes.meter.KernelTotals.measured;
import static heapstakes.meter.KernelTotals.sum;

import heapstakes.os.VmStatistics;
import heapstakes.results.Footprint;
import java.util.function.ToLongFunction;

/** Huge pages over all processes: -1 where one of them does not measure them. */
final class HugePageTotals {
  private long peak;
  private long peakBloat;
  private long collapses;

  /** A process exits, or the replay ends. */
  void add(VmStatistics process) {
    peak = process.peakAnonHugeBytes() < 0 ? -1 : highest(peak, process.peakAnonHugeBytes());
    peakBloat =
        process.peakHugeBloatBytes() < 0 ? -1 : highest(peakBloat, process.peakHugeBloatBytes());
    collapses = sum(collapses, process.collapses());
  }

  private static long highest(long some, long more) {
    return some < 0 ? -1 : Math.max(some, more);
  }

  /**
   * As a footprint takes it, once all are added.
   *
   * @param atEnd sums a figure over the processes that are alive at the end; -1 if there was none
   */
  Footprint.HugePages result(ToLongFunction<ToLongFunction<VmStatistics>> atEnd) {
    long end = atEnd.applyAsLong(VmStatistics::anonHugeBytes);
    long endBloat = atEnd.applyAsLong(VmStatistics::hugeBloatBytes);
    return new Footprint.HugePages(
        measured(highest(peak, end)),
        measured(end),
        measured(highest(peakBloat, endBloat)),
        measured(endBloat),
        measured(collapses));
  }
}
