package heapstakes.meter;

import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverOptions.Option;
import heapstakes.driver.DriverReport;
import heapstakes.driver.LibraryCheck;
import heapstakes.driver.Location;
import heapstakes.driver.NativeProcess;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import java.util.List;
import java.util.Optional;

/** Meters a real library in a process that holds nothing else. */
public final class ProcessFootprint {
  private ProcessFootprint() {}

  /**
   * Replays a trace once, having checked the library on it before.
   *
   * @param sampleEvery operations between two points of the curve; 0: so many that there are a
   *     thousand
   * @throws heapstakes.driver.DriverException when no other process could load the library
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public static Footprint measure(
      Contestant contestant,
      Trace trace,
      ReplayOptions options,
      long sampleEvery,
      FootprintObserver observer)
      throws InterruptedException {
    Optional<DriverReport.Failure> failure =
        new LibraryCheck(DriverOptions.CHECK).failure(contestant, trace);
    if (failure.isPresent()) {
      return NativeProcess.failed(List.of(), failure.get());
    }
    DriverOptions reports = DriverOptions.FOOTPRINT.with(Option.RESULTS, observer.wantsBlocks());
    return listen(contestant, trace, options, sampleEvery, reports, listener(observer));
  }

  /**
   * Replays a trace once, on a library that nobody has checked, for who wants to hear more.
   *
   * @param options these, and {@code sampleEvery}, go over what stands in {@code reports}
   * @param reports what the process tells {@code listener}, and with which patience
   * @throws heapstakes.driver.StartException when the library ended before the first event
   * @throws heapstakes.driver.DriverException as above
   * @throws InterruptedException as above
   */
  public static Footprint listen(
      Contestant contestant,
      Trace trace,
      ReplayOptions options,
      long sampleEvery,
      DriverOptions reports,
      DriverListener listener)
      throws InterruptedException {
    DriverOptions driver = reports.with(Option.OP_NANOS, options.opNanos());
    if (sampleEvery > 0) {
      driver = driver.with(Option.SAMPLE_EVERY, sampleEvery);
    }
    return NativeProcess.of(contestant)
        .run(trace, options.touch().map(driver::withTouch).orElse(driver), listener)
        .footprint();
  }

  private static DriverListener listener(FootprintObserver observer) {
    return new DriverListener() {
      @Override
      public void onResult(long operation, long address, long location, long breakOffset) {
        if (Location.kind(location) != Location.Kind.NONE) {
          observer.block(operation, address, Location.region(location).orElse(null));
        }
      }

      @Override
      public void onSample(heapstakes.driver.Sample sample) {
        observer.progress(sample.operation());
      }
    };
  }
}
