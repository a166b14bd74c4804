package heapstakes.cell;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.managed.PoolProcess;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.meter.ProcessFootprint;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.setting.SettingException;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo.Touch;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A cell whose words have been looked up, ready to be metered.
 *
 * @param contestant who replays
 * @param machine on what; a contestant that takes real memory only has a process of its own
 * @param trace what is replayed
 * @param options how
 * @param sampleEvery as in {@link CellSpec}
 */
public record OpenCell(
    Contestant contestant, Machine machine, Trace trace, ReplayOptions options, long sampleEvery) {

  /**
   * Looks the words up.
   *
   * @param trace what the cell's workload names
   * @throws SettingException when a name, a key or a value is not known
   */
  public static OpenCell of(CellSpec spec, Trace trace) {
    return new OpenCell(
        Allocators.parse(spec.contestant()),
        Machine.parse(spec.memory()),
        trace,
        new ReplayOptions(spec.opNanos(), touch(spec.touch())),
        spec.sampleEvery());
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

  /**
   * Replays once, with somebody looking on; a real library is checked before.
   *
   * @throws heapstakes.trace.TraceException when the trace asks for what this contestant or machine
   *     cannot do, or is damaged
   * @throws heapstakes.driver.DriverException when no other process could load a real library
   * @throws InterruptedException when interrupted; nothing was measured then
   */
  public MeteredCell meter(FootprintObserver observer) throws InterruptedException {
    if (isPool()) {
      return metered(
          PoolProcess.measure(
              contestant, trace, options, DriverOptions.FOOTPRINT.silence(), observer));
    }
    return metered(
        contestant.can(Capability.ANY_MEMORY)
            ? FootprintMeter.measure(contestant, machine.metered(), trace, options, observer)
            : ProcessFootprint.measure(contestant, trace, options, sampleEvery, observer));
  }

  /**
   * Replays once on a real library that is not checked, in a process that tells more than its
   * footprint; that of a pool of Java's tells no more.
   *
   * @param reports what it tells {@code listener}, and with which patience
   * @throws heapstakes.driver.StartException when the library ended before the first event
   * @throws heapstakes.driver.DriverException when no other process could load it
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public MeteredCell listen(DriverOptions reports, DriverListener listener)
      throws InterruptedException {
    return metered(
        isPool()
            ? PoolProcess.measure(
                contestant, trace, options, reports.silence(), FootprintObserver.NONE)
            : ProcessFootprint.listen(contestant, trace, options, sampleEvery, reports, listener));
  }

  private boolean isPool() {
    return contestant.provider().javaPool().isPresent();
  }

  private MeteredCell metered(Footprint footprint) {
    LabelledContestant labelled = LabelledContestant.of(contestant);
    return new MeteredCell(labelled.row(trace.info(), machine.toString()), footprint);
  }
}
