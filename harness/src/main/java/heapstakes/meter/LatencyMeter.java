package heapstakes.meter;

import heapstakes.replay.Rounds;
import heapstakes.replay.ThreadView;
import heapstakes.results.Latency;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/**
 * Times each call of the allocator by itself, over as many replays of a trace as one likes. Replays
 * count from the mark {@code populated} on, if the trace has it.
 *
 * <p>Touching a new block is not part of its allocation. The clock costs some 20 to 50 ns a
 * reading; its median is taken off every duration and stated beside them.
 */
public final class LatencyMeter {
  private static final int CLOCK_PAIRS = 100_000;

  private final Rounds rounds;
  private final Map<Integer, LatencyRecorder> recorders = new ConcurrentHashMap<>(); // by thread

  /**
   * A meter that has timed nothing yet.
   *
   * @param rounds replays; stay the caller's to close
   */
  public LatencyMeter(Rounds rounds) {
    this.rounds = rounds;
  }

  /** Replays the trace once and times its operations. */
  public void replay() {
    replay(() -> () -> false);
  }

  /**
   * As above, until time is up.
   *
   * @param clock started when the heap is prepared; it is asked now and then whether to stop
   * @return operations carried out
   */
  public long replay(Supplier<BooleanSupplier> clock) {
    rounds.prepare();
    long operations = rounds.run(this::timed, clock.get());
    rounds.finish();
    return operations;
  }

  private ThreadView timed(int thread) {
    return new TimedThread(recorders.computeIfAbsent(thread, number -> new LatencyRecorder()));
  }

  /** Forgets what was timed: the warm-up is over. */
  public void reset() {
    recorders.values().forEach(LatencyRecorder::reset);
  }

  /** What was timed since the last {@link #reset}. */
  public Latency result() {
    LatencyRecorder all = new LatencyRecorder();
    recorders.values().forEach(all::add);
    long clock = clockNanos();
    return all.without(clock).result(clock);
  }

  /** Median of what the clock says between two readings with nothing between them, in ns. */
  public static long clockNanos() {
    Histogram histogram = new Histogram(Histograms.DIGITS);
    for (int i = 0; i < CLOCK_PAIRS; i++) {
      long start = System.nanoTime();
      histogram.recordValue(Math.max(0, System.nanoTime() - start));
    }
    return histogram.getValueAtPercentile(50);
  }

  /** All operations of several measurements, of forks for example; {@code parts} is not empty. */
  public static Latency merge(List<Latency> parts) {
    LatencyRecorder recorder = new LatencyRecorder();
    parts.forEach(part -> addTo(recorder, part.hlog()));
    long[] clocks = parts.stream().mapToLong(Latency::clockNanos).sorted().toArray();
    return recorder.result(clocks[clocks.length / 2]);
  }

  /** Reads a measurement back that went through a file. */
  public static Latency read(long clockNanos, String hlog) {
    LatencyRecorder recorder = new LatencyRecorder();
    addTo(recorder, hlog);
    return recorder.result(clockNanos);
  }

  private static void addTo(LatencyRecorder recorder, String hlog) {
    HistogramLogReader reader =
        new HistogramLogReader(new ByteArrayInputStream(hlog.getBytes(StandardCharsets.UTF_8)));
    for (EncodableHistogram next = reader.nextIntervalHistogram();
        next != null;
        next = reader.nextIntervalHistogram()) {
      recorder.add((Histogram) next);
    }
  }
}
