package heapstakes.bench;

import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.meter.FootprintObserver;
import heapstakes.results.Footprint;

/** Meters the memory of a cell of a run. */
final class Footprints {
  private static final int SAMPLES = 200;

  private Footprints() {}

  /**
   * Replays the trace once.
   *
   * @throws InterruptedException when interrupted; nothing was measured then
   */
  static Footprint measure(RaceTask task) throws InterruptedException {
    long operations = task.course().trace().info().operations();
    CellSpec spec =
        CellSpec.of(task.entrant().toString(), task.course().spec())
            .withMemory(task.memory())
            .withSampleEvery(Math.max(1, operations / SAMPLES));
    return CellRunner.run(spec, task.course().trace(), FootprintObserver.NONE).footprint();
  }
}
