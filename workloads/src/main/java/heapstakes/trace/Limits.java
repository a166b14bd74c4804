package heapstakes.trace;

import java.util.Locale;

/**
 * What a trace may ask of the reader, so that a damaged or hostile file ends in an error and not in
 * an exhausted machine. Each is raised by {@code -Dheapstakes.trace.NAME=VALUE}.
 *
 * @param maxRatio decompressed bytes for each compressed one, once {@code freeBytes} are exceeded
 * @param freeBytes decompressed bytes that are let through whatever their ratio
 * @param maxLineBytes longest line of a text form
 * @param maxSlots highest slot + 1; slots must be dense besides: at most {@link #SPARSE_SLOTS} + 16
 *     for each operation so far
 * @param maxThreads most threads over the whole trace
 * @param maxPhases most distinct names of phase marks
 * @param maxSites most call sites
 * @param maxForkedSlots most slots in all live processes together
 */
public record Limits(
    long maxRatio,
    long freeBytes,
    int maxLineBytes,
    int maxSlots,
    int maxThreads,
    int maxPhases,
    int maxSites,
    long maxForkedSlots) {

  private static final String PREFIX = "heapstakes.trace.";

  /** Slots that a trace may leave unused. */
  static final int SPARSE_SLOTS = 1 << 16;

  /**
   * Largest sum of sizes: what is rounded up to pages or to usable sizes still fits into a long.
   */
  static final long MAX_SUM = 1L << 62;

  /** What the command line gives, or the defaults. */
  public static Limits current() {
    return new Limits(
        property("maxRatio", 1000),
        property("freeBytes", 1L << 30),
        (int) Math.min(property("maxLineBytes", 1 << 16), 1 << 28),
        (int) Math.min(property("maxSlots", 1 << 30), 1 << 30),
        (int) Math.min(property("maxThreads", 1 << 20), 1 << 24),
        (int) Math.min(property("maxPhases", 1 << 16), 1 << 16),
        (int) Math.min(property("maxSites", 1 << 20), 1 << 22),
        property("maxForkedSlots", 1 << 28));
  }

  /** Whether a trace of ours is read although nothing in its file shows a bit that flipped. */
  public static boolean acceptsUnchecked() {
    return Boolean.getBoolean(PREFIX + "acceptUnchecked");
  }

  /** How to raise the limit called {@code name}. */
  public static String raise(String name, long now) {
    return String.format(
        Locale.ROOT,
        "The limit is %d; if the trace is right, raise it with JAVA_TOOL_OPTIONS=%s%s=N.",
        now,
        "-D" + PREFIX,
        name);
  }

  private static long property(String name, long byDefault) {
    return Math.max(1, Long.getLong(PREFIX + name, byDefault));
  }
}
