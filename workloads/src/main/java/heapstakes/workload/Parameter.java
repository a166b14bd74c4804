package heapstakes.workload;

import java.util.List;

/**
 * A parameter of a workload.
 *
 * @param key name in {@code -w WORKLOAD:KEY=VALUE}
 * @param kind how values are written
 * @param defaultValue as a user would write it
 * @param min smallest number allowed
 * @param max largest number allowed
 * @param choices allowed words for {@link Kind#CHOICE}, the first is the default
 * @param description one line, with the unit
 */
public record Parameter(
    String key,
    Kind kind,
    String defaultValue,
    long min,
    long max,
    List<String> choices,
    String description) {
  /** How a value is written. */
  public enum Kind {
    /** A whole number. */
    NUMBER,
    /** Bytes, with K, M or G. */
    SIZE,
    /** One of a few words. */
    CHOICE,
    /** A path, or the default's word. */
    FILE
  }

  /** A whole number in [min, max]. */
  public static Parameter number(
      String key, String byDefault, long min, long max, String description) {
    return new Parameter(key, Kind.NUMBER, byDefault, min, max, List.of(), description);
  }

  /** A number of bytes in [min, max]. */
  public static Parameter size(
      String key, String byDefault, long min, long max, String description) {
    return new Parameter(key, Kind.SIZE, byDefault, min, max, List.of(), description);
  }

  /** A file, or the word that stands for what is built in. */
  public static Parameter file(String key, String byDefault, String description) {
    return new Parameter(key, Kind.FILE, byDefault, 0, 0, List.of(), description);
  }

  /** One of {@code choices}, the first of which is the default. */
  public static Parameter choice(String key, List<String> choices, String description) {
    return new Parameter(key, Kind.CHOICE, choices.getFirst(), 0, 0, choices, description);
  }
}
