package heapstakes.cell;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.meter.ProcessFootprint;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.setting.SettingException;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo.Touch;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

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
    Contestant contestant = Allocators.parse(spec.contestant());
    Machine machine = Machine.parse(spec.memory());
    ReplayOptions options = new ReplayOptions(spec.opNanos(), touch(spec.touch()));
    Footprint footprint =
        contestant.can(Capability.ANY_MEMORY)
            ? FootprintMeter.measure(contestant, machine.metered(), trace, options, observer)
            : ProcessFootprint.measure(contestant, trace, options, spec.sampleEvery(), observer);
    LabelledContestant labelled = LabelledContestant.of(contestant);
    return new MeteredCell(labelled.row(trace.info(), machine.toString()), footprint);
  }

  private static Optional<Touch> touch(String word) {
    if (word.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(Touch.values())
            .filter(touch -> touch.name().toLowerCase(Locale.ROOT).equals(word))
            .findFirst()
            .orElseThrow(() ->
                new SettingException(
                    String.format(Locale.ROOT, "touch '%s': it takes all, first, none", word))));
  }
}
