package heapstakes.sweep;

import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.meter.FootprintObserver;
import heapstakes.replay.Failures;
import heapstakes.results.Footprint;
import heapstakes.results.ResultException;
import heapstakes.trace.Trace;
import org.jspecify.annotations.Nullable;

/**
 * What came of a cell.
 *
 * @param footprint what was measured; null: nothing was
 * @param failure why it gave no figures; empty if it did
 */
public record CellResult(@Nullable Footprint footprint, String failure) {
  /**
   * Meters a cell; a fault of one model does not end the sweep of the others.
   *
   * @param trace what the cell's workload names
   * @throws InterruptedException when interrupted; nothing was measured then
   */
  public static CellResult measure(CellSpec spec, Trace trace) throws InterruptedException {
    try {
      Footprint footprint = CellRunner.run(spec, trace, FootprintObserver.NONE).footprint();
      boolean failed = footprint.outcome().status().isFailure();
      return new CellResult(footprint, failed ? footprint.outcome().detail() : "");
    } catch (ResultException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      return new CellResult(null, Failures.reason(e));
    }
  }
}
