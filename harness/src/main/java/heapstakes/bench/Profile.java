package heapstakes.bench;

/** How much time a timed cell gets. */
public enum Profile {
  /** One fork, about a second: for a first look. */
  QUICK(1, 350, 350),
  /** Three forks, about ten seconds in all. */
  STANDARD(3, 1_000, 1_500),
  /** Ten forks, about a minute in all: for figures that are published. */
  THOROUGH(10, 2_000, 3_000);

  // What an operation takes about once the code is compiled; the first replays take several times
  // as long, so that a warm-up takes longer than its budget.
  private static final double NANOS_PER_OPERATION = 40;
  private static final int FEWEST = 3;
  private static final int MOST = 100;

  private final int forks;
  private final int warmupMillis;
  private final int measurementMillis;

  Profile(int forks, int warmupMillis, int measurementMillis) {
    this.forks = forks;
    this.warmupMillis = warmupMillis;
    this.measurementMillis = measurementMillis;
  }

  /** JVMs that a timed cell runs in, one after the other. */
  public int forks() {
    return forks;
  }

  /** Replays of {@code operations} before those that count. */
  int warmups(long operations) {
    return iterations(warmupMillis, operations);
  }

  /** Replays of {@code operations} that count. */
  int measurements(long operations) {
    return iterations(measurementMillis, operations);
  }

  private static int iterations(int millis, long operations) {
    double replayNanos = Math.max(1, operations) * NANOS_PER_OPERATION;
    return (int) Math.clamp(millis * 1e6 / replayNanos, FEWEST, MOST);
  }
}
