package heapstakes.results;

import java.util.OptionalDouble;

/**
 * How fast a trace was replayed with nothing else going on.
 *
 * @param operations operations in the timed part of one replay
 * @param operationsPerSecond all threads together
 * @param errorOperationsPerSecond half the width of its interval of 95 %; empty where that has none
 */
public record Throughput(
    long operations, double operationsPerSecond, OptionalDouble errorOperationsPerSecond) {
  public Throughput {
    Checks.requireAscending("1", 1, "operations", operations);
    if (!(operationsPerSecond > 0) || Double.isInfinite(operationsPerSecond)) {
      throw new IllegalArgumentException("operations per second is " + operationsPerSecond);
    }
  }
}
