package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.setting.Spec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was varied in a run: {@code jemalloc:dirty_decay_ms}, {@code ptmalloc2@version}, {@code
 * memory:ram}; what has but one value is no key.
 */
final class SweepKeys {
  /** Where a contestant or a machine does not say. */
  static final String DEFAULT = "default";

  private static final String VERSION = "@version";
  private static final String MEMORY = "memory:";
  private static final Pattern NUMBER = Pattern.compile("(-?[0-9]+(?:[.][0-9]+)?)([KMGT]?)");
  private static final String UNITS = "KMGT";

  /** Numbers and sizes, lowest first; what is left to itself comes first, other words last. */
  private static final Comparator<String> ORDER =
      Comparator.comparingInt(SweepKeys::kind)
          .thenComparingDouble(SweepKeys::size)
          .thenComparing(SweepKeys::padded);

  private final SequencedMap<String, List<String>> keys = new LinkedHashMap<>();

  /** Of rows whose contestants, machines and versions are to be compared. */
  SweepKeys(List<Cell> cells) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    List<SequencedMap<String, String>> given =
        cells.stream().map(cell -> given(cell.key())).toList();
    for (SequencedMap<String, String> own : given) {
      own.keySet().forEach(key -> all.computeIfAbsent(key, k -> new ArrayList<>()));
    }
    all.forEach((key, values) -> {
      cells.stream()
          .map(cell -> raw(cell.key(), key))
          .flatMap(Optional::stream)
          .distinct()
          .sorted(key.endsWith(VERSION) ? Comparator.comparing(SweepKeys::padded) : ORDER)
          .forEach(values::add);
      if (values.size() > 1) {
        keys.put(key, List.copyOf(values));
      }
    });
  }

  /** By name, each with its values in their order. */
  SequencedMap<String, List<String>> keys() {
    return keys;
  }

  /** The two with the most values, or as many as there are. */
  List<String> widest() {
    return keys.keySet().stream()
        .sorted(Comparator.comparingInt(key -> -keys.getOrDefault(key, List.of()).size()))
        .limit(2)
        .toList();
  }

  /** Which of the values of {@code key} a cell has; empty where the key is not its own. */
  Optional<Integer> position(Cell cell, String key) {
    return raw(cell.key(), key)
        .map(value -> keys.getOrDefault(key, List.of()).indexOf(value))
        .filter(at -> at >= 0);
  }

  /**
   * What else a cell is: its contestant without {@code key}, and what was varied of its machine.
   */
  String rest(Cell cell, String key) {
    CellKey of = cell.key();
    Spec head = Spec.head(of.allocator());
    String name = key.endsWith(VERSION) ? head.name() : of.allocator();
    TreeMap<String, String> settings = new TreeMap<>(Spec.pairs(of.settings()));
    settings.keySet().removeIf(setting -> key.equals(head.name() + ":" + setting));
    String machine =
        keys.keySet().stream()
            .filter(other -> other.startsWith(MEMORY) && !other.equals(key))
            .flatMap(other ->
                raw(of, other)
                    .map(value -> other.substring(MEMORY.length()) + "=" + value)
                    .stream())
            .collect(Collectors.joining(","));
    String all =
        settings.entrySet().stream()
            .map(pair -> pair.getKey() + "=" + pair.getValue())
            .collect(Collectors.joining(","));
    return name + (all.isEmpty() ? "" : ":" + all) + (machine.isEmpty() ? "" : ", " + machine);
  }

  private static SequencedMap<String, String> given(CellKey key) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    Spec head = Spec.head(key.allocator());
    head.version().ifPresent(version -> given.put(head.name() + VERSION, version));
    Spec.pairs(key.settings()).forEach((name, value) -> given.put(head.name() + ":" + name, value));
    Spec.pairs(Spec.settingsOf(key.memory()))
        .forEach((name, value) -> given.put(MEMORY + name, value));
    return given;
  }

  /** The value of a key that could be set; empty where it belongs to another library. */
  private static Optional<String> raw(CellKey key, String name) {
    String library = Spec.head(key.allocator()).name();
    boolean own =
        name.startsWith(MEMORY)
            ? key.memory().startsWith("simulated")
            : name.equals(library + VERSION) || name.startsWith(library + ":");
    return own ? Optional.of(given(key).getOrDefault(name, DEFAULT)) : Optional.empty();
  }

  private static int kind(String value) {
    return value.equals(DEFAULT) ? 0 : NUMBER.matcher(value).matches() ? 1 : 2;
  }

  private static double size(String value) {
    Matcher number = NUMBER.matcher(value);
    if (!number.matches()) {
      return 0;
    }
    String unit = number.group(2);
    double scale = unit.isEmpty() ? 1 : Math.pow(1024, 1 + UNITS.indexOf(unit));
    return Double.parseDouble(number.group(1)) * scale;
  }

  /** So that 2.10 comes behind 2.8; what is left to itself comes last. */
  private static String padded(String value) {
    return Pattern.compile("[0-9]+")
        .matcher(value)
        .replaceAll(digits ->
            digits.group().length() > 9
                ? digits.group()
                : String.format(Locale.ROOT, "%09d", Integer.parseInt(digits.group())));
  }
}
