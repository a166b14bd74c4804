package heapstakes.bench;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.RealLibrary;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverReport;
import heapstakes.driver.MeteredLibrary;
import heapstakes.driver.NativeProcess;
import heapstakes.meter.FootprintMeter;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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
    return task.entrant().isNative() ? real(task) : model(task);
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

  private static Footprint real(RaceTask task) throws InterruptedException {
    Contestant contestant = task.entrant().contestant();
    RealLibrary library =
        contestant
            .provider()
            .library()
            .orElseThrow(() ->
                new AllocatorException(
                    String.format(
                            Locale.ROOT,
                            "%s comes inside of heapstakes: no other program can be run with it,",
                            contestant)
                        + " so its memory is not metered.\n  Install it to have that."));
    MeteredLibrary metered =
        new MeteredLibrary(contestant.toString(), library.file(), library.prefix());
    String form = contestant.provider().deployableForm(contestant.settings());
    long operations = task.course().trace().info().operations();
    DriverOptions options =
        DriverOptions.FOOTPRINT.but().sampleEvery(Math.max(1, operations / SAMPLES)).build();
    DriverReport report =
        new NativeProcess(metered, variables(form))
            .run(task.course().trace(), options, DriverListener.NONE);
    return report.footprint();
  }

  /** {@code NAME=VALUE NAME=VALUE}, as a shell takes it. */
  private static Map<String, String> variables(String form) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String word : form.isEmpty() ? new String[0] : form.split(" ")) {
      int equals = word.indexOf('=');
      variables.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return variables;
  }
}
