package heapstakes.setting;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Values for settings: those that were given, checked against their {@link Setting}, and the
 * defaults of the rest.
 */
public final class Settings {
  private final String owner;
  private final SequencedMap<String, Setting> known;
  private final SequencedMap<String, String> given;

  private Settings(
      String owner, SequencedMap<String, Setting> known, SequencedMap<String, String> given) {
    this.owner = owner;
    this.known = known;
    this.given = given;
  }

  /** Every default of {@code settings}. */
  public static Settings defaults(String owner, List<Setting> settings) {
    return parse(owner, settings, "");
  }

  /**
   * Reads {@code KEY=VALUE[,KEY=VALUE…]}.
   *
   * @param owner name of what is set, for errors
   * @param settings what it knows
   * @param text as on the command line after the colon; empty for all defaults
   * @throws SettingException naming the key, the value, the range and the nearest known key
   */
  public static Settings parse(String owner, List<Setting> settings, String text) {
    SequencedMap<String, Setting> known = byKey(settings);
    return of(owner, known, Spec.pairs(owner, text, () -> knownKeys(known)));
  }

  /**
   * Checks values by key.
   *
   * @param owner name of what is set, for errors
   * @param settings what it knows
   * @param given values as users write them
   * @throws SettingException naming the key, the value, the range and the nearest known key
   */
  public static Settings of(
      String owner, List<Setting> settings, SequencedMap<String, String> given) {
    return of(owner, byKey(settings), given);
  }

  private static Settings of(
      String owner, SequencedMap<String, Setting> known, SequencedMap<String, String> given) {
    given.forEach((key, value) -> check(owner, known, key, value));
    return new Settings(owner, known, new LinkedHashMap<>(given));
  }

  private static SequencedMap<String, Setting> byKey(List<Setting> settings) {
    SequencedMap<String, Setting> known = new LinkedHashMap<>();
    settings.forEach(s -> known.put(s.key(), s));
    return known;
  }

  private static void check(String owner, Map<String, Setting> known, String key, String value) {
    Setting setting = known.get(key);
    if (setting == null) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s has no setting '%s'.%s\n  %s",
              owner,
              key,
              Spelling.didYouMean(key, new ArrayList<>(known.keySet())),
              knownKeys(known)));
    }
    check(owner, setting, value);
  }

  private static String knownKeys(Map<String, Setting> known) {
    return known.isEmpty()
        ? "It takes no settings."
        : "Known: " + String.join(", ", known.keySet());
  }

  private static void check(String owner, Setting setting, String value) {
    boolean good =
        switch (setting.type()) {
          case SIZE -> inRange(setting, parseSize(value));
          case INTEGER -> inRange(setting, parseDecimal(value, 0));
          case DECIMAL -> inRange(setting, parseDecimal(value, 9));
          case BOOLEAN, CHOICE -> setting.choices().contains(value);
          case TEXT -> !value.isBlank();
        };
    if (!good) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: value '%s' of setting '%s' is not allowed.%s\n  Allowed: %s (default %s): %s.",
              owner,
              value,
              setting.key(),
              Spelling.didYouMean(value, setting.choices()),
              setting.range(),
              setting.defaultValue(),
              setting.description()));
    }
  }

  private static boolean inRange(Setting setting, @Nullable BigDecimal value) {
    return value != null
        && value.compareTo(BigDecimal.valueOf(setting.min())) >= 0
        && value.compareTo(BigDecimal.valueOf(setting.max())) <= 0;
  }

  private static @Nullable BigDecimal parseDecimal(String text, int maxScale) {
    if (!text.matches("-?[0-9]{1,19}(\\.[0-9]{1,9})?")) {
      return null;
    }
    BigDecimal value = new BigDecimal(text);
    return value.stripTrailingZeros().scale() > maxScale ? null : value;
  }

  private static @Nullable BigDecimal parseSize(String text) {
    int shift = text.isEmpty() ? 0 : 10 * ("KMG".indexOf(text.charAt(text.length() - 1)) + 1);
    BigDecimal number = parseDecimal(shift == 0 ? text : text.substring(0, text.length() - 1), 0);
    return number == null ? null : number.multiply(BigDecimal.valueOf(1L << shift));
  }

  /**
   * The bytes that {@code text} says: a whole number, with K, M or G behind it (powers of 1024) or
   * without; empty where it says none.
   */
  public static OptionalLong size(String text) {
    BigDecimal size = parseSize(text);
    return size == null
            || size.signum() < 0
            || size.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? OptionalLong.empty()
        : OptionalLong.of(size.longValue());
  }

  /** {@code bytes} with the largest of K, M, G that divides it. */
  public static String formatSize(long bytes) {
    for (int unit = 3; unit > 0 && bytes != 0; unit--) {
      if (bytes % (1L << (10 * unit)) == 0) {
        return (bytes >> (10 * unit)) + String.valueOf("KMG".charAt(unit - 1));
      }
    }
    return Long.toString(bytes);
  }

  /** Whether the user gave {@code key}. */
  public boolean isGiven(String key) {
    setting(key);
    return given.containsKey(key);
  }

  /** Value of a {@link Setting.Type#SIZE} in bytes, or of a {@link Setting.Type#INTEGER}. */
  public long number(String key) {
    Setting setting = setting(key);
    String text = text(key);
    BigDecimal value =
        setting.type() == Setting.Type.SIZE ? parseSize(text) : parseDecimal(text, 0);
    if (value == null) {
      throw new IllegalStateException(key + " of " + owner + " is no whole number: " + text);
    }
    return value.longValueExact();
  }

  /** Value of a {@link Setting.Type#DECIMAL}. */
  public double decimal(String key) {
    return Double.parseDouble(text(key));
  }

  /** Value of a {@link Setting.Type#BOOLEAN}. */
  public boolean flag(String key) {
    return Boolean.parseBoolean(text(key));
  }

  /** The value as it was written, or the default. */
  public String text(String key) {
    Setting setting = setting(key);
    return given.getOrDefault(key, setting.defaultValue());
  }

  private Setting setting(String key) {
    Setting setting = known.get(key);
    if (setting == null) {
      throw new IllegalStateException(owner + " asks for a setting it does not list: " + key);
    }
    return setting;
  }

  /**
   * The same with {@code key} set, which the user has not given or is overruled in.
   *
   * @throws SettingException when {@code value} is not allowed
   */
  public Settings with(String key, String value) {
    check(owner, known, key, value);
    SequencedMap<String, String> more = new LinkedHashMap<>(given);
    more.put(key, value);
    return new Settings(owner, known, more);
  }

  /** What was given, in the order of writing. */
  public SequencedMap<String, String> given() {
    return Collections.unmodifiableSequencedMap(given);
  }

  /** What was given, {@code KEY=VALUE[,KEY=VALUE…]} in the order of writing; empty for defaults. */
  @Override
  public String toString() {
    return Spec.text(given);
  }
}
