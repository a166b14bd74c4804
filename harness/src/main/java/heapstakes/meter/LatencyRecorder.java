package heapstakes.meter;

import heapstakes.results.Latency;
import heapstakes.results.OperationKind;
import heapstakes.results.Percentiles;
import heapstakes.trace.Op;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.HistogramLogWriter;

/** Durations by kind of operation; recording allocates nothing. */
final class LatencyRecorder {
  private static final long LONGEST = TimeUnit.HOURS.toNanos(1);
  private static final OperationKind[] KINDS = OperationKind.values();

  private final Histogram[] histograms = new Histogram[KINDS.length];

  LatencyRecorder() {
    for (OperationKind kind : KINDS) {
      Histogram histogram = new Histogram(LONGEST, Histograms.DIGITS);
      histogram.setTag(kind.word());
      histograms[kind.ordinal()] = histogram;
    }
  }

  /** An operation took {@code nanos}; what is longer than an hour counts as one. */
  void record(byte op, long nanos) {
    histograms[indexOf(op)].recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  /** So many operations took {@code nanos} each. */
  void record(byte op, long nanos, long count) {
    histograms[indexOf(op)].recordValueWithCount(Math.clamp(nanos, 0, LONGEST), count);
  }

  /**
   * The same, each duration less by {@code nanos}, which the clock itself took. What took no longer
   * than that counts as 1 ns: nothing takes none.
   */
  LatencyRecorder without(long nanos) {
    LatencyRecorder less = new LatencyRecorder();
    for (int i = 0; i < histograms.length; i++) {
      for (HistogramIterationValue value : histograms[i].recordedValues()) {
        less.histograms[i].recordValueWithCount(
            Math.max(1, value.getValueIteratedTo() - nanos),
            value.getCountAddedInThisIterationStep());
      }
    }
    return less;
  }

  /** {@link OperationKind} has the operations in the order of {@link Op}, without accesses. */
  private static int indexOf(byte op) {
    return op == Op.TRIM ? OperationKind.TRIM.ordinal() : op;
  }

  /** Adds the durations of {@code histogram}, whose tag says the kind. */
  void add(Histogram histogram) {
    OperationKind kind = OperationKind.of(histogram.getTag());
    histograms[kind.ordinal()].add(histogram);
  }

  /** Adds what {@code other} has recorded. */
  void add(LatencyRecorder other) {
    for (int i = 0; i < histograms.length; i++) {
      histograms[i].add(other.histograms[i]);
    }
  }

  /** Forgets everything. */
  void reset() {
    for (Histogram histogram : histograms) {
      String tag = histogram.getTag();
      histogram.reset();
      histogram.setTag(tag);
    }
  }

  /**
   * What was recorded.
   *
   * @throws IllegalStateException when that is nothing
   */
  Latency result(long clockNanos) {
    Histogram all = new Histogram(LONGEST, Histograms.DIGITS);
    Map<OperationKind, Percentiles> byKind = new EnumMap<>(OperationKind.class);
    for (OperationKind kind : KINDS) {
      Histogram histogram = histograms[kind.ordinal()];
      if (histogram.getTotalCount() > 0) {
        all.add(histogram);
        byKind.put(kind, Histograms.percentiles(histogram, histogram.getMaxValue()));
      }
    }
    if (byKind.isEmpty()) {
      throw new IllegalStateException("no operation was timed: the trace allocates nothing");
    }
    return new Latency(clockNanos, Histograms.percentiles(all, all.getMaxValue()), byKind, hlog());
  }

  private String hlog() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HistogramLogWriter writer = new HistogramLogWriter(bytes);
    writer.outputLogFormatVersion();
    writer.outputComment("[Durations in ns, the clock's own cost taken off.]");
    writer.outputLegend();
    for (Histogram histogram : histograms) {
      if (histogram.getTotalCount() > 0) {
        writer.outputIntervalHistogram(0, 0, histogram, 1);
      }
    }
    writer.close();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
