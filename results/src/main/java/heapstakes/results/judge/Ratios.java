package heapstakes.results.judge;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.apache.commons.statistics.descriptive.GeometricMean;

/**
 * A contestant's figures as multiples of another's, over workloads.
 *
 * @param mean geometric, above 0; infinite where one is
 * @param least of them
 * @param most of them
 * @param workloads how many, at least 1
 */
public record Ratios(double mean, double least, double most, int workloads) {
  /**
   * Of {@code ratios}, each above 0 and perhaps infinite.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Ratios of(List<Double> ratios) {
    if (ratios.isEmpty()) {
      throw new IllegalArgumentException("no mean of no ratio");
    }
    double[] all = ratios.stream().mapToDouble(ratio -> ratio).toArray();
    DoubleSummaryStatistics ends = ratios.stream().mapToDouble(r -> r).summaryStatistics();
    return new Ratios(
        GeometricMean.of(all).getAsDouble(), ends.getMin(), ends.getMax(), all.length);
  }
}
