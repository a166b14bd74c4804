package heapstakes.results.gate;

import heapstakes.results.CellKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which cells of two runs belong together.
 *
 * @param same cells that both have
 * @param changed cells of the first run whose trace is another one in the second, where they have
 *     all else in common
 * @param missing cells that only the first has
 * @param added cells that only the second has
 */
record Pairs(
    Set<CellKey> same, Map<CellKey, CellKey> changed, List<CellKey> missing, List<CellKey> added) {
  static Pairs of(RunFiles base, RunFiles next) {
    Set<CellKey> before = base.cells().keySet();
    Set<CellKey> after = next.cells().keySet();
    Set<CellKey> same = before.stream().filter(after::contains).collect(Collectors.toSet());
    List<CellKey> missing =
        new ArrayList<>(before.stream().filter(key -> !same.contains(key)).toList());
    List<CellKey> added =
        new ArrayList<>(after.stream().filter(key -> !same.contains(key)).toList());
    Map<CellKey, CellKey> changed = new LinkedHashMap<>();
    for (CellKey key : List.copyOf(missing)) {
      Optional<CellKey> other =
          added.stream().filter(k -> k.withTrace("").equals(key.withTrace(""))).findFirst();
      other.ifPresent(found -> {
        changed.put(key, found);
        missing.remove(key);
        added.remove(found);
      });
    }
    return new Pairs(same, changed, missing, added);
  }
}
