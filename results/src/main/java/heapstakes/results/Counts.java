package heapstakes.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * Counts by the names of their kinds, which the kernel that counted them chose; what was not
 * measured is absent.
 *
 * @param byName in the kernel's order
 */
public record Counts(SequencedMap<String, Long> byName) {
  /** Nothing was measured. */
  public static final Counts NOT_MEASURED = new Counts(new LinkedHashMap<>());

  public Counts {
    byName.forEach(Checks::requireNotNegative);
    byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
  }

  /** The count of one kind; empty where it was not measured. */
  public OptionalLong of(String name) {
    Long count = byName.get(name);
    return count == null ? OptionalLong.empty() : OptionalLong.of(count);
  }

  /** Collects what was measured. */
  public static Counts of(Map<String, OptionalLong> measured) {
    SequencedMap<String, Long> byName = new LinkedHashMap<>();
    measured.forEach((name, count) -> count.ifPresent(n -> byName.put(name, n)));
    return new Counts(byName);
  }
}
