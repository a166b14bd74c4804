package heapstakes.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
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
  /** System property: milliseconds for warm-up, for measurement, for a single replay. */
  static final String PROPERTY = "heapstakes.budget";

  /** System property: name of the file. */
  static final String FILE = "heapstakes.operations.file";

  private static final int WANTED_REPLAYS = 3;

  private final long warmupNanos;
  private final long measurementNanos;
  private final long replayNanos;
  private final List<Long> operations = new ArrayList<>();
  private boolean measuring;
  private boolean begun;
  private long phaseStart;
  private long replayStart;
  private int replays;

  /** The budget that this JVM was given; plenty where it was given none. */
  static Budget ofThisJvm() {
    String[] parts = System.getProperty(PROPERTY, "60000,60000,60000").split(",");
    return new Budget(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }

  private Budget(long warmupMillis, long measurementMillis, long replayMillis) {
    warmupNanos = warmupMillis * 1_000_000;
    measurementNanos = measurementMillis * 1_000_000;
    replayNanos = replayMillis * 1_000_000;
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

  private boolean isSpent() {
    long limit = measuring ? measurementNanos : warmupNanos;
    long spent = replayStart - phaseStart;
    // Three replays if they are not too slow, one at least.
    return replays >= WANTED_REPLAYS && spent > limit
        || replays >= 1 && spent > WANTED_REPLAYS * limit;
  }

  /** Whether this replay is the first that counts. */
  boolean isFirstMeasured() {
    return measuring && replays == 0;
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

  /** Writes the file. */
  void close() throws IOException {
    String file = System.getProperty(FILE);
    if (file != null) {
      Files.writeString(
          Path.of(file), operations.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
  }
}
