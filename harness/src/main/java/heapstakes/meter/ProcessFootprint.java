package heapstakes.meter;

import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
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
  private static final int SAMPLES = 1000;

  private ProcessFootprint() {}

  /**
   * Replays a trace once, having checked the library on it before.
   *
   * @throws DriverException when the library is none that another process could load
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public static Footprint measure(
      Contestant contestant, Trace trace, ReplayOptions options, FootprintObserver observer)
      throws InterruptedException {
    Optional<DriverReport.Failure> failure =
        new LibraryCheck(DriverOptions.CHECK).failure(contestant, trace);
    if (failure.isPresent()) {
      return NativeProcess.failed(List.of(), failure.get());
    }
    return NativeProcess.of(contestant)
        .run(trace, driverOptions(trace, options, observer), listener(observer))
        .footprint();
  }

  private static DriverOptions driverOptions(
      Trace trace, ReplayOptions options, FootprintObserver observer) {
    DriverOptions.Builder builder =
        DriverOptions.FOOTPRINT
            .but()
            .opNanos(options.opNanos())
            .sampleEvery(Math.max(1, Math.ceilDiv(trace.info().operations(), SAMPLES)))
            .results(observer.wantsBlocks())
            .aslr(!observer.wantsBlocks());
    options.touch().ifPresent(builder::touch);
    return builder.build();
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
