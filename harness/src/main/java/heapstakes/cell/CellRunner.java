package heapstakes.cell;

import heapstakes.meter.FootprintObserver;
import heapstakes.replay.TraceSource;
import heapstakes.setting.SettingException;
import heapstakes.trace.Trace;

/** Meters the memory of a cell: models in this JVM, real libraries in a process of their own. */
public final class CellRunner {
  private CellRunner() {}

  /**
   * Replays the cell's trace once.
   *
   * @throws SettingException when a name, a key or a value is not known
   * @throws heapstakes.trace.TraceException when there is no such workload or file, it is damaged,
   *     or it asks for what this contestant or machine cannot do
   * @throws heapstakes.driver.DriverException when no other process could load a real library
   * @throws InterruptedException when interrupted; nothing was measured then
   */
  public static MeteredCell run(CellSpec spec) throws InterruptedException {
    return run(spec, TraceSource.open(spec.workload()), FootprintObserver.NONE);
  }

  /**
   * As above, with somebody looking on.
   *
   * @param trace what the cell's workload names, for who has opened it already
   */
  public static MeteredCell run(CellSpec spec, Trace trace, FootprintObserver observer)
      throws InterruptedException {
    return OpenCell.of(spec, trace).meter(observer);
  }
}
