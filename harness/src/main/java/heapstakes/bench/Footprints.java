package heapstakes.bench;

import heapstakes.driver.DriverListener;
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
  static Footprint measure(RaceTask task, RacePlan plan) throws InterruptedException {
    return task.entrant().isNative() ? real(task, plan) : model(task);
  }

  private static Footprint model(RaceTask task) {
    return FootprintMeter.measure(
        task.entrant().contestant(),
        metered(Machine.parse(task.memory())),
        task.course().trace(),
        ReplayOptions.DEFAULT);
  }

  /** Memory that must be told to keep books is told so, unless the user has decided. */
  private static Machine metered(Machine machine) {
    String key = "metered";
    boolean canBeTold = machine.provider().settings().stream().anyMatch(s -> s.key().equals(key));
    if (!canBeTold || machine.settings().isGiven(key)) {
      return machine;
    }
    String text = machine.toString();
    return Machine.parse(text + (text.indexOf(':') < 0 ? ":" : ",") + key + "=true");
  }

  private static Footprint real(RaceTask task, RacePlan plan) throws InterruptedException {
    long operations = task.course().trace().info().operations();
    DriverOptions options =
        DriverOptions.FOOTPRINT.but().sampleEvery(Math.max(1, operations / SAMPLES)).build();
    return NativeProcess.of(task.entrant().contestant())
        .run(task.course().trace(), plan.driverOptions(options), DriverListener.NONE)
        .footprint();
  }
}
