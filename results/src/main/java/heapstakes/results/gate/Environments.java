package heapstakes.results.gate;

import heapstakes.results.environment.Environment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What differs between the places of two runs and may show in times. */
final class Environments {
  private Environments() {}

  /** One line each: {@code kernel: 6.1 -> 6.2}; empty when times can be compared. */
  static List<String> differences(Optional<Environment> base, Optional<Environment> next) {
    if (base.isEmpty() || next.isEmpty()) {
      return List.of("environment.json: it is missing in one of the runs");
    }
    Map<String, String> before = facts(base.get());
    Map<String, String> after = facts(next.get());
    List<String> differences = new ArrayList<>();
    before.forEach((name, value) -> {
      String other = after.getOrDefault(name, "");
      if (!other.isEmpty() && !value.isEmpty() && !other.equals(value)) {
        differences.add(String.format(Locale.ROOT, "%s: %s → %s", name, value, other));
      }
    });
    return differences;
  }

  private static Map<String, String> facts(Environment of) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", of.host().cpu());
    facts.put("cores", Integer.toString(of.host().cores()));
    facts.put("kernel", of.host().kernel());
    facts.put("system", of.host().distribution());
    facts.put("huge pages", of.host().transparentHugePages());
    facts.put("governor", of.host().governor());
    facts.put("JVM", of.jvm().name() + " " + of.jvm().version());
    facts.put("JMH", of.jmhVersion());
    facts.put("profile", of.plan().profile());
    facts.put("times relative to", of.plan().relativeTo().orElse("nothing"));
    of.libraries().stream()
        .filter(library -> isTheMeasure(library.contestant(), of.plan()))
        .forEach(library -> facts.put("library of " + library.contestant(), library.sha256()));
    return facts;
  }

  /**
   * A library that the user names by its file is what changes, unless others are measured by it.
   */
  private static boolean isTheMeasure(String contestant, Environment.Plan plan) {
    return !contestant.startsWith("native:") || plan.relativeTo().equals(Optional.of(contestant));
  }
}
