package heapstakes.forecast;

import heapstakes.forecast.Feature.Part;
import java.util.Arrays;

/**
 * Counted work of a stretch of a replay.
 *
 * @param operations of the trace
 * @param counts by {@link Feature#ordinal}, none negative
 */
public record CountedWork(long operations, long[] counts) {
  /** Takes a copy of what is handed in. */
  public CountedWork {
    counts = Arrays.copyOf(counts, Feature.values().length);
  }

  /** How often. */
  public long count(Feature feature) {
    return counts[feature.ordinal()];
  }

  /** How often an operation, on average. */
  public double perOperation(Feature feature) {
    return (double) count(feature) / Math.max(1, operations);
  }

  /**
   * What a part takes, in ns an operation.
   *
   * @param prices ns by {@link Feature#ordinal}
   */
  public double nanos(Part part, double[] prices) {
    double sum = 0;
    for (Feature feature : Feature.values()) {
      sum += feature.part() == part ? perOperation(feature) * prices[feature.ordinal()] : 0;
    }
    return sum;
  }

  /** What all of it takes, in ns an operation. */
  public double nanos(double[] prices) {
    double sum = 0;
    for (Part part : Part.values()) {
      sum += nanos(part, prices);
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CountedWork work
        && operations == work.operations
        && Arrays.equals(counts, work.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(operations) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return operations + " operations: " + Arrays.toString(counts);
  }
}
