package heapstakes.results.gate;

import heapstakes.results.CellKey;
import heapstakes.results.gate.GateRules.Across;
import heapstakes.setting.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Which cells of two runs belong together.
 *
 * @param same cells that both have
 * @param changed cells of the first run whose trace is another one in the second, or which differ
 *     in what the rules allow, where they have all else in common
 * @param missing cells that only the first has
 * @param added cells that only the second has
 */
record Pairs(
    Set<CellKey> same, Map<CellKey, CellKey> changed, List<CellKey> missing, List<CellKey> added) {
  static Pairs of(RunFiles base, RunFiles next, GateRules rules) {
    Set<CellKey> before = base.cells().keySet();
    Set<CellKey> after = next.cells().keySet();
    Set<CellKey> same = before.stream().filter(after::contains).collect(Collectors.toSet());
    List<CellKey> missing =
        new ArrayList<>(before.stream().filter(key -> !same.contains(key)).toList());
    List<CellKey> added =
        new ArrayList<>(after.stream().filter(key -> !same.contains(key)).toList());
    Map<CellKey, CellKey> changed = new LinkedHashMap<>();
    match(missing, added, changed, key -> key.withTrace(""));
    if (rules.across().contains(Across.SETTINGS)) {
      match(missing, added, changed, Pairs::unset);
      if (rules.across().contains(Across.TRACE)) {
        match(missing, added, changed, key -> unset(key).withTrace(""));
      }
    }
    return new Pairs(same, changed, missing, added);
  }

  private static CellKey unset(CellKey key) {
    String library = Spec.head(key.allocator()).name();
    return new CellKey(library, "", key.workload(), key.trace(), key.memory(), key.threads());
  }

  /** Takes out of both lists what has one partner in the other by its {@code form}. */
  private static void match(
      List<CellKey> missing,
      List<CellKey> added,
      Map<CellKey, CellKey> changed,
      UnaryOperator<CellKey> form) {
    Map<CellKey, List<CellKey>> before = byForm(missing, form);
    Map<CellKey, List<CellKey>> after = byForm(added, form);
    before.forEach((shape, keys) -> {
      List<CellKey> partners = after.getOrDefault(shape, List.of());
      if (keys.size() == 1 && partners.size() == 1) {
        changed.put(keys.getFirst(), partners.getFirst());
        missing.remove(keys.getFirst());
        added.remove(partners.getFirst());
      }
    });
  }

  private static Map<CellKey, List<CellKey>> byForm(
      List<CellKey> keys, UnaryOperator<CellKey> form) {
    return keys.stream()
        .collect(Collectors.groupingBy(form, LinkedHashMap::new, Collectors.toList()));
  }
}
