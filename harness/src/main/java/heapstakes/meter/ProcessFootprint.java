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
    return NativeProcess.of(contestant)
        .run(trace, driverOptions(options, sampleEvery, observer), listener(observer))
        .footprint();
  }

  private static DriverOptions driverOptions(
      ReplayOptions options, long sampleEvery, FootprintObserver observer) {
    DriverOptions driver =
        DriverOptions.FOOTPRINT
            .with(Option.OP_NANOS, options.opNanos())
            .with(Option.RESULTS, observer.wantsBlocks());
    if (sampleEvery > 0) {
      driver = driver.with(Option.SAMPLE_EVERY, sampleEvery);
    }
    return options.touch().map(driver::withTouch).orElse(driver);
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
