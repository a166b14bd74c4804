package heapstakes.results;

import java.util.Optional;

/**
 * What one JVM of a timed cell measured. Replays of one JVM share its compiled code and its place
 * in memory, so that a fork, not a replay, is what can be compared with another.
 *
 * @param operationsPerSecond over all its replays, all threads together
 * @param replays that were measured, at least 1
 * @param latency of single operations
 * @param reference what another contestant measured that took turns with this one
 */
public record Fork(
    double operationsPerSecond, int replays, Percentiles latency, Optional<Fork> reference) {
  /** Of a contestant alone. */
  public Fork(double operationsPerSecond, int replays, Percentiles latency) {
    this(operationsPerSecond, replays, latency, Optional.empty());
  }

  public Fork {
    Checks.requireAscending("1", 1, "replays", replays);
    if (!(operationsPerSecond > 0) || Double.isInfinite(operationsPerSecond)) {
      throw new IllegalArgumentException("operations per second is " + operationsPerSecond);
    }
  }
}
