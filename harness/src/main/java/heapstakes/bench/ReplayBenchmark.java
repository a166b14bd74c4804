package heapstakes.bench;

import heapstakes.allocator.Allocators;
import heapstakes.bench.TurnLine.Request;
import heapstakes.foreign.ParentDeath;
import heapstakes.meter.Turns;
import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import heapstakes.results.Latency;
import heapstakes.timer.Turn;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
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

/**
 * Time of a round: a life in a fresh process or address space, and replays on a heap that lives on.
 * One allocator and one memory per fork; the trace is decoded beforehand. Real libraries are timed
 * in processes of their own, which read their own clock; so are models, by the processor time of
 * their thread. JMH's own clock, which would count the way to a process, is not what is kept.
 *
 * <p>Where a run has started the fork, an iteration is a round, and the run says when ({@link
 * TurnLine}). When there are no more rounds, the same fork, warm as it is, times single operations.
 * Those durations go to the file named by the system property {@value #LATENCY_FILE}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
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

  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration SHORTEST = Duration.ofMillis(80);

  // JMH makes the object and sets the trial up before anything else is called.
  @SuppressWarnings("NullAway.Init")
  private Turns turns;

  private Optional<TurnLine> line = Optional.empty();
  private Request request = Request.END;
  private Turn life = Turn.NONE;
  private Turn steady = Turn.NONE;
  private boolean ended;

  /** Decodes the trace. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    ParentDeath.follow(); // a library that hangs would outlive whoever is interested
    Machine machine = Machine.parse(memory);
    Trace trace = TraceSource.open(workload);
    requireSame(trace);
    turns = Turns.of(Allocators.parse(allocator), machine, trace);
    line = TurnLine.ofThisJvm();
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

  /** Waits for this fork's turn, and lives a life. */
  @Setup(Level.Iteration)
  public void prepare() throws IOException {
    life = Turn.NONE;
    steady = Turn.NONE;
    if (line.isPresent() && !ended) {
      request = line.get().next();
      ended = request.kind() == TurnLine.Kind.END;
    } else if (line.isEmpty()) {
      request = new Request(TurnLine.Kind.ROUND, LONGEST, SHORTEST);
    }
    if (!ended && request.kind() == TurnLine.Kind.ROUND) {
      life = turns.life(Profile.lifeLimit(request.limit()), request.least()).whole();
    }
  }

  /** Replays on the heap that lives on; the result is the number of operations. */
  @Benchmark
  public long replay() {
    if (!ended) {
      steady = turns.steady(request.limit(), request.least().dividedBy(2));
    }
    return steady.operations();
  }

  /** Says what it came to. */
  @TearDown(Level.Iteration)
  public void finish() throws IOException {
    if (line.isPresent() && !ended) {
      line.get().answer(new TurnLine.Round(life, steady));
    }
  }

  /** Times single operations, where that is wanted, and gives the heap back. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    String file = System.getProperty(LATENCY_FILE);
    if (file != null && line.isPresent()) {
      while (!ended) { // as many rounds as JMH was told of, and more were not wanted
        ended = line.get().next().kind() == TurnLine.Kind.END;
      }
      Request wanted = line.get().next();
      Latency latency = turns.latency(wanted.limit(), wanted.least().dividedBy(2), wanted.least());
      Files.writeString(Path.of(file), LatencyText.of(latency));
      line.get().answer(TurnLine.Round.NONE);
    }
    turns.close();
  }
}
