package heapstakes.bench;

import heapstakes.replay.TraceSource;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * What a trace costs before an allocator sees it: decoding the binary form into batches, opening it
 * (digest and validation included), and importing the text form. Secondary metric {@code events}:
 * events a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TraceDecodeBenchmark {
  /** A recorded workload. */
  @Param({"sqlite3", "jq"})
  public String recording = "";

  private HsbTrace trace;
  private Path folder;
  private Path text;
  private Path binary;

  /** For JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls open() first.
  public TraceDecodeBenchmark() {}

  /** Events that were handled. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Events of all invocations. */
    public long events;
  }

  /** Brings all three forms into the page cache. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = Files.createTempDirectory("heapstakes-bench");
    text = folder.resolve(recording + ".hst");
    binary = folder.resolve(recording + ".hsb");
    Trace recorded = TraceSource.open(recording);
    trace = (HsbTrace) recorded;
    Traces.importTo(trace.file().toString(), text);
    Traces.importTo(text.toString(), binary);
  }

  /** Removes the files. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    Files.deleteIfExists(text);
    Files.deleteIfExists(binary);
    Files.deleteIfExists(folder);
  }

  /** Walks the binary form, a batch at a time. */
  @Benchmark
  public long decode(Counters counters) {
    EventBatch batch = new EventBatch(0);
    long sum = 0;
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        sum += batch.slot[batch.to - 1] + batch.size[batch.to - 1];
        counters.events += batch.to - batch.from;
      }
    }
    return sum;
  }

  /** Opens the binary form as a run does: digest, then a pass of validation. */
  @Benchmark
  public HsbTrace openValidated(Counters counters) {
    HsbTrace opened = HsbTrace.validated(binary);
    counters.events += opened.info().events();
    return opened;
  }

  /** Imports the plain text form into the binary form, on the disk. */
  @Benchmark
  public Trace importText(Counters counters) {
    Trace imported = Traces.importTo(text.toString(), binary).trace();
    counters.events += imported.info().events();
    return imported;
  }
}
