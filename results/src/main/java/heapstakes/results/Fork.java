package heapstakes.results;

/**
 * What one JVM of a timed cell measured. Replays of one JVM share its compiled code and its place
 * in memory, so that a fork, not a replay, is what can be compared with another.
 *
 * @param operationsPerSecond over all its replays, all threads together
 * @param replays that were measured, at least 1
 * @param latency of single operations
 */
public record Fork(double operationsPerSecond, int replays, Percentiles latency) {
  public Fork {
    Checks.requireAscending("1", 1, "replays", replays);
    if (!(operationsPerSecond > 0) || Double.isInfinite(operationsPerSecond)) {
      throw new IllegalArgumentException("operations per second is " + operationsPerSecond);
    }
  }
}
