package heapstakes.bench;

import heapstakes.allocator.Contestant;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.cell.OpenCell;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverOptions.Option;
import heapstakes.forecast.Forecaster;
import heapstakes.forecast.LocalityMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.Machine;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.results.environment.Environment;
import heapstakes.trace.Trace;

/** Meters the memory of a cell of a run. */
final class Footprints {
  private static final int SAMPLES = 200;

  private Footprints() {}

  /**
   * Replays the trace once.
   *
   * @param trace of the task's workload
   * @throws InterruptedException when interrupted; nothing was measured then
   */
  static Footprint measure(StageTask task, Trace trace, RunPlan plan) throws InterruptedException {
    return task.contestant().takesAnyMemory() ? model(task, trace, plan) : real(task, trace, plan);
  }

  private static Footprint model(StageTask task, Trace trace, RunPlan plan)
      throws InterruptedException {
    Footprint footprint = CellRunner.run(spec(task), trace, FootprintObserver.NONE).footprint();
    if (footprint.outcome().status() != Status.OK) {
      return footprint;
    }
    Contestant contestant = task.contestant().contestant();
    Footprint foretold =
        footprint.with(plan.costs().flatMap(costs -> new Forecaster(costs).of(contestant, trace)));
    return plan.counts().contains(Environment.Plan.LOCALITY)
        ? foretold.touching(LocalityMeter.of(contestant, Machine.parse(task.memory()), trace))
        : foretold;
  }

  private static CellSpec spec(StageTask task) {
    return CellSpec.of(task.contestant().toString(), task.workload().spec())
        .withMemory(task.memory());
  }

  /** The run has checked the library already, with its own limits of time. */
  private static Footprint real(StageTask task, Trace trace, RunPlan plan)
      throws InterruptedException {
    long operations = trace.info().operations();
    DriverOptions options =
        DriverOptions.FOOTPRINT.with(Option.SAMPLE_EVERY, Math.max(1, operations / SAMPLES));
    return OpenCell.of(spec(task), trace)
        .listen(plan.driverOptions(options), DriverListener.NONE)
        .footprint();
  }
}
