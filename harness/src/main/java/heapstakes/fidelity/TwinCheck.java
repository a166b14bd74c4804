package heapstakes.fidelity;

import heapstakes.cell.OpenCell;
import heapstakes.driver.AvailableMemory;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverOptions.Option;
import heapstakes.driver.HugePagesHere;
import heapstakes.driver.NativeProcess;
import heapstakes.driver.StartException;
import heapstakes.results.Footprint;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Compares a twin with its library on a trace. */
public final class TwinCheck {
  private static final int CHECKPOINTS = 250;

  private TwinCheck() {}

  /** Why a trace cannot be replayed on a real library; empty if it can. */
  public static Optional<String> obstacle(TraceInfo info) {
    String reason = info.features().simulatedOnly();
    return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
  }

  /**
   * Replays the pair's trace on both.
   *
   * @param trace what the pair's workload names
   * @throws heapstakes.setting.SettingException when a name, a key or a value is not known
   * @throws heapstakes.driver.DriverException when there is no driver, or it cannot load the
   *     library
   * @throws ComparisonException when one side cannot be carried to its end; nobody is left waiting
   * @throws InterruptedException when interrupted; the library's process is gone by then
   */
  public static Agreement run(PairSpec pair, Trace trace) throws InterruptedException {
    return run(OpenCell.of(pair.twin(), trace), OpenCell.of(pair.library(), trace));
  }

  /** As above, of cells whose words have been looked up. */
  static Agreement run(OpenCell asked, OpenCell library) throws InterruptedException {
    Trace trace = asked.trace();
    long limit = AvailableMemory.bytes();
    OpenCell twin = limited(asked, limit);
    long refusedCall = twin.machine().settings().number(PairSpec.REFUSED_CALL);
    long countersEvery = Math.max(1, Math.ceilDiv(trace.info().operations(), CHECKPOINTS));
    long collapsed = collapsed(twin);
    TwinSide own = new TwinSide(countersEvery);
    TwinComparison comparison = new TwinComparison();
    CompletableFuture<LibraryStart> start = new CompletableFuture<>();
    LibrarySide real = new LibrarySide(start, stretch -> comparison.add(stretch, take(own)));
    FutureTask<Footprint> replay = new FutureTask<>(() -> own.replay(twin, start.get()));
    Thread thread = Thread.ofPlatform().daemon().name("twin").start(replay);
    String name = named(trace, refusedCall);
    try {
      Footprint report =
          footprint(
              library,
              options(countersEvery, twin.machine().settings()).with(Option.LIMIT, limit),
              real);
      start.complete(LibraryStart.UNKNOWN); // of no effect where it has told what it began with
      Stretch rest = take(own);
      if (!real.hasStarted()) {
        rest.calls.clear(); // nobody has told what the library called
      }
      comparison.add(real.rest(), rest);
      own.skipRest(); // a library that ended before its time leaves the twin waiting
      Footprint simulated = replay.get();
      collapsed = collapsed(twin) - collapsed;
      return agreement(name, trace, report, simulated, comparison, real, own, collapsed);
    } catch (ExecutionException e) {
      throw ComparisonException.of(name, "the twin", own.operations(), e.getCause());
    } catch (RuntimeException | Error e) {
      throw ComparisonException.of(name, "the library", real.operations(), e);
    } finally {
      thread.interrupt();
    }
  }

  /** A library is refused what the machine does not have, and so is the twin. */
  private static OpenCell limited(OpenCell twin, long limit) {
    return limit == 0
        ? twin
        : new OpenCell(
            twin.contestant(),
            twin.machine().with(PairSpec.DATA_LIMIT, Long.toString(limit)),
            twin.trace(),
            twin.options(),
            twin.sampleEvery());
  }

  private static long collapsed(OpenCell twin) {
    boolean hasPart = !twin.machine().settings().text(PairSpec.HUGE_PAGES).equals("never");
    return hasPart ? HugePagesHere.collapsed() : 0;
  }

  private static Footprint footprint(OpenCell library, DriverOptions reports, LibrarySide real)
      throws InterruptedException {
    try {
      return library.listen(reports, real).footprint();
    } catch (StartException e) {
      return NativeProcess.failed(List.of(), e.failure());
    }
  }

  private static DriverOptions options(long countersEvery, Settings machine) {
    return DriverOptions.FOOTPRINT
        .with(Option.RESULTS, true)
        .with(Option.LOG_CALLS, true)
        .with(Option.COUNTERS_EVERY, countersEvery)
        .with(Option.THP, machine.text(PairSpec.HUGE_PAGES).equals("always"))
        .with(Option.REFUSE, machine.number(PairSpec.REFUSED_CALL));
  }

  private static Stretch take(TwinSide own) {
    try {
      return own.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Stretch(0);
    }
  }

  private static String named(Trace trace, long refusedCall) {
    String name = trace.info().name();
    return refusedCall == 0
        ? name
        : String.format(Locale.ROOT, "%s, call %d refused", name, refusedCall);
  }

  private static Agreement agreement(
      String name,
      Trace trace,
      Footprint library,
      Footprint footprint,
      TwinComparison comparison,
      LibrarySide real,
      TwinSide own,
      long collapsed) {
    CounterComparison counters = new CounterComparison(real, own);
    CallComparison calls = comparison.calls();
    return new Agreement(
        name,
        library.outcome().operations(),
        comparison.addresses(),
        comparison.breaks(),
        comparison.placements(),
        counters.share(),
        ResidentError.of(library.timeline(), footprint.timeline()),
        new Agreement.Calls(calls.library(), calls.twin(), calls.difference()),
        comparison.first().map(first -> Context.of(trace, first)),
        counters.first(),
        ending(library.outcome(), footprint.outcome()),
        collapsed);
  }

  /** A trace may end before its time, on both sides at the same operation. */
  private static String ending(Footprint.Outcome library, Footprint.Outcome twin) {
    boolean alike =
        library.operations() == twin.operations()
            && (library.status().isFailure()
                ? twin.status().isFailure() // whose requests refused nobody has counted
                : library.status() == twin.status() && library.refused() == twin.refused());
    return alike
        ? ""
        : String.format(Locale.ROOT, "library: %s; twin: %s", end(library), end(twin));
  }

  private static String end(Footprint.Outcome side) {
    return String.format(
        Locale.ROOT,
        "%s behind %d operations, %d requests refused%s",
        side.status().word(),
        side.operations(),
        side.refused(),
        side.detail().isEmpty() ? "" : ": " + side.detail());
  }
}
