package heapstakes.bench;

import heapstakes.allocator.Allocators;
import heapstakes.foreign.ParentDeath;
import heapstakes.meter.LatencyMeter;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.Rounds;
import heapstakes.replay.TraceSource;
import heapstakes.results.Latency;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
 * Time of a whole replay. One allocator and one memory per fork; the trace is decoded beforehand,
 * the heap lives on from replay to replay, what the trace leaves alive is freed outside the clock.
 * No clock is read inside the loop, but once in some thousand operations, to end a replay that
 * takes too long for its {@link Budget}.
 *
 * <p>When JMH has its figures, the same fork, warm as it is, replays on with a clock that is read
 * before and after every operation. Those durations go to the file named by the system property
 * {@value #LATENCY_FILE}.
 *
 * <p>Where the JVM is given a {@link ReferenceReplay}, that takes turns with the contestant,
 * outside JMH's clock.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 15)
@Measurement(iterations = 15)
public class ReplayBenchmark {
  /** System property with the name of the file that the durations are written to. */
  static final String LATENCY_FILE = "heapstakes.latency.file";

  /** System property with the digest of the trace that the run means; not set: any. */
  static final String TRACE = "heapstakes.trace.sha256";

  /** The contestant, {@code NAME[@VERSION][:KEY=VALUE…]}. */
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
  private Rounds rounds;

  @SuppressWarnings("NullAway.Init")
  private Optional<ReferenceReplay> reference;

  private final Budget budget = Budget.ofThisJvm();
  private BooleanSupplier clock = () -> false;
  private boolean takesPlace;
  private long operations;

  /** Decodes the trace. */
  @Setup(Level.Trial)
  public void open() {
    ParentDeath.follow(); // a library that hangs would outlive whoever is interested
    Machine machine = Machine.parse(memory);
    Trace trace = TraceSource.open(workload);
    requireSame(trace);
    rounds = Rounds.of(Allocators.parse(allocator), machine, trace, ReplayOptions.DEFAULT);
    reference = ReferenceReplay.ofThisJvm(machine, trace);
  }

  private void requireSame(Trace trace) {
    String expected = System.getProperty(TRACE);
    if (expected != null && !expected.equals(trace.info().sha256())) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s changed while the run was going on: its SHA-256 was %s and is %s",
              workload,
              expected,
              trace.info().sha256()));
    }
  }

  /** Fills the heap up to the mark {@code populated}. */
  @Setup(Level.Iteration)
  public void prepare(IterationParams iteration) {
    operations = 0;
    takesPlace = budget.begin(iteration);
    if (takesPlace) {
      reference.ifPresent(beside -> beside.replay(budget.clock(), budget.isMeasuring()));
      rounds.prepare();
    }
    clock = budget.clock();
  }

  /** Replays; the result is the number of operations. */
  @Benchmark
  public long replay() {
    operations = takesPlace ? rounds.run(clock) : 0;
    return operations;
  }

  /** Frees what is left. */
  @TearDown(Level.Iteration)
  public void finish() {
    budget.end(operations);
    if (takesPlace) {
      rounds.finish();
    }
  }

  /** Times single operations, where that is wanted, and gives the heap back. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    budget.close();
    String file = System.getProperty(LATENCY_FILE);
    if (file != null) {
      Files.writeString(Path.of(file), LatencyText.of(latency()));
      if (reference.isPresent()) {
        reference.get().write();
      }
    }
    reference.ifPresent(ReferenceReplay::close);
    rounds.close();
  }

  private Latency latency() {
    LatencyMeter meter = new LatencyMeter(rounds);
    List<LatencyMeter> meters =
        reference.map(beside -> List.of(beside.meter(), meter)).orElse(List.of(meter));
    budget.replayFor(budget.latencyWarmupNanos(), meters);
    meters.forEach(LatencyMeter::reset);
    budget.replayFor(budget.latencyNanos(), meters);
    return meter.result();
  }
}
