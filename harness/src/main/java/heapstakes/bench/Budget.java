package heapstakes.bench;

import heapstakes.meter.LatencyMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * The time that a fork may take. JMH counts replays; how long one takes differs between contestants
 * by a factor of a thousand. So a fork is asked for as many replays as the fastest could do, leaves
 * out those for which there is no time left, and ends a replay that takes too long.
 *
 * <p>Which of the measured replays took place, and how many operations each of them had, goes to a
 * file: one number a replay, 0 for one that was left out.
 */
final class Budget {
  /**
   * System property: milliseconds for warm-up, for measurement, for a single replay, for the
   * replays that time operations.
   */
  static final String PROPERTY = "heapstakes.budget";

  /** System property: name of the file. */
  static final String FILE = "heapstakes.operations.file";

  private static final int WANTED_REPLAYS = 3;

  private final long warmupNanos;
  private final long measurementNanos;
  private final long replayNanos;
  private final long latencyNanos;
  private final List<Long> operations = new ArrayList<>();
  private boolean measuring;
  private boolean begun;
  private long phaseStart;
  private long replayStart;
  private int replays;

  /** The budget that this JVM was given; plenty where it was given none. */
  static Budget ofThisJvm() {
    String property = System.getProperty(PROPERTY, "60000,60000,60000,5000");
    return new Budget(Stream.of(property.split(",")).mapToLong(Long::parseLong).toArray());
  }

  private Budget(long[] millis) {
    warmupNanos = millis[0] * 1_000_000;
    measurementNanos = millis[1] * 1_000_000;
    replayNanos = millis[2] * 1_000_000;
    latencyNanos = millis[3] * 1_000_000;
  }

  /**
   * A replay is due.
   *
   * @return whether there is time for it
   */
  boolean begin(IterationParams iteration) {
    boolean measured = iteration.getType() == IterationType.MEASUREMENT;
    if (!begun || measured != measuring) {
      begun = true;
      measuring = measured;
      phaseStart = System.nanoTime();
      replays = 0;
    }
    replayStart = System.nanoTime();
    return !isSpent();
  }

  /** Whether the replay that was begun last counts. */
  boolean isMeasuring() {
    return measuring;
  }

  private boolean isSpent() {
    long limit = measuring ? measurementNanos : warmupNanos;
    long spent = replayStart - phaseStart;
    // Three replays if they are not too slow, one at least.
    return replays >= WANTED_REPLAYS && spent > limit
        || replays >= 1 && spent > WANTED_REPLAYS * limit;
  }

  /** Says when the current replay has taken too long. */
  BooleanSupplier clock() {
    replayStart = System.nanoTime();
    long deadline = replayStart + replayNanos;
    return () -> System.nanoTime() - deadline > 0;
  }

  /**
   * A replay is over, or was left out.
   *
   * @param carriedOut its operations; 0 if it was left out
   */
  void end(long carriedOut) {
    replays += carriedOut > 0 ? 1 : 0;
    if (measuring) {
      operations.add(carriedOut);
    }
  }

  /** Nanoseconds for the replays that time operations. */
  long latencyNanos() {
    return latencyNanos;
  }

  /** Nanoseconds for the replays before those, which compile their loop. */
  long latencyWarmupNanos() {
    return latencyNanos / 2;
  }

  /** Replays on each of {@code meters} in turn until {@code nanos} have passed, once at least. */
  void replayFor(long nanos, List<LatencyMeter> meters) {
    long start = System.nanoTime();
    do {
      meters.forEach(meter -> meter.replay(this::clock));
    } while (System.nanoTime() - start < nanos);
  }

  /** Writes the file. */
  void close() throws IOException {
    String file = System.getProperty(FILE);
    if (file != null) {
      Files.writeString(
          Path.of(file), operations.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
  }
}
