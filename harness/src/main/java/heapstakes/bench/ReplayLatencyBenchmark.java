package heapstakes.bench;

import heapstakes.allocator.Allocators;
import heapstakes.meter.LatencyMeter;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.results.Latency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.IterationParams;

/**
 * Time of every single operation of a replay, by a clock that is read before and after each. One
 * allocator and one memory per fork. What JMH shows is the time of a whole such replay, clocks
 * included; the durations themselves go to the file named by the system property {@value #FILE}:
 * the cost of the clock in a line of its own, then an HdrHistogram log.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 15)
@Measurement(iterations = 15)
public class ReplayLatencyBenchmark {
  /** System property with the name of the file that the durations are written to. */
  static final String FILE = "heapstakes.latency.file";

  /** The contestant, {@code NAME[:KEY=VALUE…]}. */
  @Param("bump")
  public String allocator = "";

  /** A workload with its parameters, or a trace file. */
  @Param("sqlite3")
  public String workload = "";

  /** Kind of memory. */
  @Param("linux")
  public String memory = "";

  // JMH makes the object and sets the trial up before anything else is called.
  @SuppressWarnings("NullAway.Init")
  private LatencyMeter meter;

  private final Budget budget = Budget.ofThisJvm();
  private boolean takesPlace;

  /** Decodes the trace. */
  @Setup(Level.Trial)
  public void open() {
    meter =
        new LatencyMeter(
            Allocators.parse(allocator),
            Machine.parse(memory),
            TraceSource.open(workload),
            ReplayOptions.DEFAULT);
  }

  /** Forgets the warm-up before the first replay that counts. */
  @Setup(Level.Iteration)
  public void prepare(IterationParams iteration) {
    takesPlace = budget.begin(iteration);
    if (budget.isFirstMeasured()) {
      meter.reset();
    }
  }

  /** Replays; the result is the number of operations. */
  @Benchmark
  public long replay() {
    long operations = takesPlace ? meter.replay(budget.clock()) : 0;
    budget.end(operations);
    return operations;
  }

  /** Writes what was timed. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    String file = System.getProperty(FILE);
    if (file != null) {
      Latency latency = meter.result();
      Files.writeString(Path.of(file), latency.clockNanos() + "\n" + latency.hlog());
    }
    budget.close();
    meter.close();
  }
}
