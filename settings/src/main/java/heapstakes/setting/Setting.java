package heapstakes.setting;

import java.util.List;

/**
 * One setting of an allocator or a machine: the real library's own option name, what values it
 * takes and what it means. Sizes may be written with K, M or G (powers of 1024).
 *
 * @param key the option's name
 * @param type how values are written
 * @param defaultValue the library's default, as a user would write it
 * @param min smallest number allowed, for {@link Type#SIZE}, {@link Type#INTEGER} and {@link
 *     Type#DECIMAL}
 * @param max largest number allowed
 * @param choices allowed words, for {@link Type#CHOICE}
 * @param description one line, with the unit
 */
public record Setting(
    String key,
    Type type,
    String defaultValue,
    long min,
    long max,
    List<String> choices,
    String description) {

  /** How a value is written. */
  public enum Type {
    /** Bytes, with K, M or G. */
    SIZE,
    /** A whole number. */
    INTEGER,
    /** A number with a fraction. */
    DECIMAL,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** One of a few words. */
    CHOICE,
    /** Any text without a comma: a file. */
    TEXT
  }

  /** A number of bytes in [min, max]. */
  public static Setting size(String key, String byDefault, long min, long max, String description) {
    return new Setting(key, Type.SIZE, byDefault, min, max, List.of(), description);
  }

  /** A whole number in [min, max]. */
  public static Setting integer(
      String key, String byDefault, long min, long max, String description) {
    return new Setting(key, Type.INTEGER, byDefault, min, max, List.of(), description);
  }

  /** A number with a fraction in [min, max]. */
  public static Setting decimal(
      String key, String byDefault, long min, long max, String description) {
    return new Setting(key, Type.DECIMAL, byDefault, min, max, List.of(), description);
  }

  /** True or false. */
  public static Setting flag(String key, boolean byDefault, String description) {
    return new Setting(
        key,
        Type.BOOLEAN,
        Boolean.toString(byDefault),
        0,
        1,
        List.of("true", "false"),
        description);
  }

  /** One of {@code choices}, the first of which is the default. */
  public static Setting choice(String key, List<String> choices, String description) {
    return new Setting(
        key, Type.CHOICE, choices.getFirst(), 0, 0, List.copyOf(choices), description);
  }

  /** Any text that is not empty and holds no comma. */
  public static Setting text(String key, String byDefault, String description) {
    return new Setting(key, Type.TEXT, byDefault, 0, 0, List.of(), description);
  }

  /** The same for an owner that has another default and a smallest number of its own. */
  public Setting with(String byDefault, long smallest, String meaning) {
    return new Setting(key, type, byDefault, smallest, max, choices, meaning);
  }

  /** What values are allowed, for an error or a listing, e.g. {@code 0 … 1G}. */
  public String range() {
    return switch (type) {
      case SIZE -> Settings.formatSize(min) + " … " + Settings.formatSize(max);
      case INTEGER, DECIMAL -> min + " … " + max;
      case BOOLEAN, CHOICE -> String.join(" | ", choices);
      case TEXT -> "any text without a comma";
    };
  }
}
