package heapstakes.setting;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A contestant, a workload or a kind of memory as users write it: {@code
 * NAME[@VERSION][:KEY=VALUE[,KEY=VALUE…]]}. Only the form is known here; which names, versions,
 * keys and values there are, whoever looks it up says. Equal whatever the order of the settings.
 *
 * @param name without colon or at sign, but for names that are not parsed, e.g. a library's file
 * @param version which of them; empty: the one that the bare name means
 * @param settings values by key, in the order of writing
 */
public record Spec(String name, Optional<String> version, SequencedMap<String, String> settings) {
  private static final char VERSION = '@';
  private static final char SETTINGS = ':';
  private static final String ENVIRONMENT = "env.";
  private static final String USAGE = "Write NAME[@VERSION][:KEY=VALUE[,KEY=VALUE...]].";

  /** Copies its settings. */
  public Spec {
    settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
  }

  /** The name alone, taken as it is. */
  public static Spec of(String name) {
    return new Spec(name, Optional.empty(), new LinkedHashMap<>());
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws SettingException when a setting is not KEY=VALUE, or given twice
   */
  public static Spec parse(String text) {
    Spec head = head(text);
    return new Spec(head.name, head.version, pairs(head.toString(), settingsOf(text), () -> USAGE));
  }

  /** Name and version of {@code text}, whatever follows them: for a look-up. */
  public static Spec head(String text) {
    int colon = text.indexOf(SETTINGS);
    String head = colon < 0 ? text : text.substring(0, colon);
    int at = head.indexOf(VERSION);
    return at < 0
        ? of(head)
        : new Spec(
            head.substring(0, at), Optional.of(head.substring(at + 1)), new LinkedHashMap<>());
  }

  /** What stands behind the first colon of {@code text}; empty where there is none. */
  public static String settingsOf(String text) {
    int colon = text.indexOf(SETTINGS);
    return colon < 0 ? "" : text.substring(colon + 1);
  }

  /**
   * Reads settings alone, {@code KEY=VALUE[,KEY=VALUE…]}.
   *
   * @throws SettingException when one is not KEY=VALUE, or given twice
   */
  public static SequencedMap<String, String> pairs(String text) {
    return pairs("", text, () -> "Write KEY=VALUE[,KEY=VALUE...].");
  }

  /** The name of the variable of the environment that {@code key} sets; empty: it sets none. */
  public static Optional<String> variable(String key) {
    return key.startsWith(ENVIRONMENT)
        ? Optional.of(key.substring(ENVIRONMENT.length()))
        : Optional.empty();
  }

  /**
   * Reads {@code KEY=VALUE[,KEY=VALUE…]}. A variable of the environment may hold commas, as {@code
   * env.MALLOC_CONF=narenas:1,thp:never}: what is no {@code KEY=VALUE} behind it belongs to it.
   *
   * @param owner of the settings, for errors
   * @param advice how to mend what is malformed
   */
  static SequencedMap<String, String> pairs(String owner, String text, Supplier<String> advice) {
    SequencedMap<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? List.<String>of() : List.of(text.split(",", -1))) {
      int equals = pair.indexOf('=');
      if (equals < 0 && !pairs.isEmpty() && variable(pairs.lastEntry().getKey()).isPresent()) {
        pairs.merge(pairs.lastEntry().getKey(), pair, (value, more) -> value + "," + more);
        continue;
      }
      if (equals < 1) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "'%s' in '%s' is not KEY=VALUE.\n  %s",
                pair,
                owner.isEmpty() ? text : owner + SETTINGS + text,
                advice.get()));
      }
      String key = pair.substring(0, equals);
      if (pairs.put(key, pair.substring(equals + 1)) != null) {
        throw new SettingException(
            String.format(Locale.ROOT, "%s: setting '%s' is given twice.", owner, key));
      }
    }
    return pairs;
  }

  /** Writes {@code KEY=VALUE[,KEY=VALUE…]}; empty for none. */
  static String text(SequencedMap<String, String> pairs) {
    return pairs.entrySet().stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .collect(Collectors.joining(","));
  }

  /** The same with {@code key} set: where it stands, else as the last. */
  public Spec with(String key, String value) {
    SequencedMap<String, String> changed = new LinkedHashMap<>(settings);
    changed.put(key, value);
    return new Spec(name, version, changed);
  }

  /** The same with {@code key} not set. */
  public Spec without(String key) {
    SequencedMap<String, String> changed = new LinkedHashMap<>(settings);
    changed.remove(key);
    return new Spec(name, version, changed);
  }

  /** The same with nothing set. */
  public Spec withoutSettings() {
    return new Spec(name, version, new LinkedHashMap<>());
  }

  /** {@code NAME[@VERSION][:KEY=VALUE[,KEY=VALUE…]]}. */
  @Override
  public String toString() {
    String head = version.map(v -> name + VERSION + v).orElse(name);
    return settings.isEmpty() ? head : head + SETTINGS + text(settings);
  }
}
