package heapstakes.meter;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.RealLibrary;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.Location;
import heapstakes.driver.MeteredLibrary;
import heapstakes.driver.NativeProcess;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Meters a real library in a process that holds nothing else. */
public final class ProcessFootprint {
  private static final int SAMPLES = 1000;

  private ProcessFootprint() {}

  /**
   * Replays a trace once.
   *
   * @throws AllocatorException when the library is none that another process could load
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public static Footprint measure(
      Contestant contestant, Trace trace, ReplayOptions options, FootprintObserver observer)
      throws InterruptedException {
    RealLibrary library =
        contestant
            .provider()
            .library()
            .orElseThrow(() ->
                new AllocatorException(
                    String.format(
                        Locale.ROOT,
                        """
                        %s comes inside of heapstakes: no process can be run with it alone.
                          Install the library, or name a file: native:/path/lib.so[,PREFIX]\
                        """,
                        contestant)));
    MeteredLibrary metered =
        new MeteredLibrary(contestant.toString(), library.file(), library.prefix());
    String form = contestant.provider().deployableForm(contestant.settings());
    return new NativeProcess(metered, variables(form))
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

  /** {@code NAME=VALUE NAME=VALUE}, as a shell takes it. */
  private static Map<String, String> variables(String form) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String word : form.split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        variables.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return variables;
  }
}
