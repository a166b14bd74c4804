package heapstakes.bench;

import java.util.Locale;

/** How much time a timed cell gets. */
public enum Profile {
  /** One fork, about two seconds: for a first look. */
  QUICK(1, 600, 300, 500, 200),
  /** Three forks, about 35 seconds in all. */
  STANDARD(3, 6_000, 2_000, 10_000, 1_500),
  /** Ten forks, about two minutes in all: for figures that are published. */
  THOROUGH(10, 4_000, 3_000, 60_000, 3_000);

  /** What an operation takes at least: nobody could use more replays than that allows. */
  private static final double LEAST_NANOS_PER_OPERATION = 6;

  private static final int FEWEST = 3;
  private static final int MOST = 300;

  private final int forks;
  private final int warmupMillis;
  private final int measurementMillis;
  private final int replayMillis;
  private final int latencyMillis;

  Profile(int forks, int warmupMillis, int measurementMillis, int replayMillis, int latencyMillis) {
    this.forks = forks;
    this.warmupMillis = warmupMillis;
    this.measurementMillis = measurementMillis;
    this.replayMillis = replayMillis;
    this.latencyMillis = latencyMillis;
  }

  /** JVMs that a timed cell runs in, one after the other. */
  public int forks() {
    return forks;
  }

  /** Seconds after which a replay is ended where it is. */
  double longestReplaySeconds() {
    return replayMillis / 1e3;
  }

  /**
   * As {@link Budget} takes it.
   *
   * @param contestants that take turns in a fork
   */
  String budget(int contestants) {
    return String.format(
        Locale.ROOT,
        "%d,%d,%d,%d",
        contestants * warmupMillis,
        contestants * measurementMillis,
        replayMillis,
        contestants * latencyMillis);
  }

  /** Milliseconds that the replays of a fork take at most, the longest of each phase run over. */
  long mostMillis(int contestants) {
    // Slow ones get three times as much for their fewest replays: Budget.
    long planned = FEWEST * (warmupMillis + measurementMillis) + 2L * latencyMillis;
    return contestants * (planned + 4L * replayMillis);
  }

  /** Most replays of {@code operations} before those that count. */
  int warmups(long operations) {
    return iterations(warmupMillis, operations);
  }

  /** Most replays of {@code operations} that count. */
  int measurements(long operations) {
    return iterations(measurementMillis, operations);
  }

  private static int iterations(int millis, long operations) {
    double replayNanos = Math.max(1, operations) * LEAST_NANOS_PER_OPERATION;
    return (int) Math.clamp(millis * 1e6 / replayNanos, FEWEST, MOST);
  }
}
