package heapstakes.results.page;

import heapstakes.results.ResultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Durations of all operations of a cell, percentile by percentile, from its histogram log. */
final class LatencyCurve {
  /** Points from one nine to the next. */
  private static final int POINTS_A_NINE = 6;

  private static final int MOST_NINES = 7;

  private LatencyCurve() {}

  /**
   * Points {@code [percentile, ns]} from 0 up to the slowest operation at 100; empty when there is
   * no file.
   *
   * @throws ResultException when the log cannot be read
   */
  static List<double[]> of(Path log) {
    List<double[]> points = new ArrayList<>();
    if (Files.exists(log)) {
      Histogram all = sum(log);
      double last = Math.log10(Math.max(1, all.getTotalCount()));
      for (int i = 0; i <= Math.min(last, MOST_NINES) * POINTS_A_NINE; i++) {
        double percentile = 100 - 100 * Math.pow(10, -(double) i / POINTS_A_NINE);
        points.add(new double[] {percentile, all.getValueAtPercentile(percentile)});
      }
      points.add(new double[] {100, all.getMaxValue()});
    }
    return points;
  }

  private static Histogram sum(Path log) {
    Histogram sum = new Histogram(3);
    sum.setAutoResize(true);
    try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
      for (EncodableHistogram next; (next = reader.nextIntervalHistogram()) != null; ) {
        sum.add((Histogram) next);
      }
    } catch (IOException | RuntimeException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s is no histogram log: %s.\n  Run the cell again, or remove the file.",
              log,
              e.getMessage()),
          e);
    }
    return sum;
  }
}
