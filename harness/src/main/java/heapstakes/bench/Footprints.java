package heapstakes.bench;

import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions.Option;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.NativeProcess;
import heapstakes.meter.FootprintMeter;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;

/** Meters the memory of a cell: models in this JVM, real libraries in a process of their own. */
final class Footprints {
  private static final int SAMPLES = 200;

  private Footprints() {}

  /**
   * Replays the trace once.
   *
   * @throws InterruptedException when interrupted; nothing was measured then
   */
  static Footprint measure(RaceTask task) throws InterruptedException {
    return task.entrant().takesAnyMemory() ? model(task) : real(task);
  }

  private static Footprint model(RaceTask task) {
    return FootprintMeter.measure(
        task.entrant().contestant(),
        Machine.parse(task.memory()).metered(),
        task.course().trace(),
        ReplayOptions.DEFAULT);
  }

  private static Footprint real(RaceTask task) throws InterruptedException {
    long operations = task.course().trace().info().operations();
    DriverOptions options =
        DriverOptions.FOOTPRINT.with(Option.SAMPLE_EVERY, Math.max(1, operations / SAMPLES));
    return NativeProcess.of(task.entrant().contestant())
        .run(task.course().trace(), options, DriverListener.NONE)
        .footprint();
  }
}
