package heapstakes.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ImportsTest {
  @Test
  void aCycleIsFoundWithAllItsMembersAndNothingElse() {
    SequencedMap<String, SequencedSet<String>> imports = new TreeMap<>();
    imports.put("p.Lone", new TreeSet<>(Set.of("p.A")));
    imports.put("p.A", new TreeSet<>(Set.of("p.B")));
    imports.put("p.B", new TreeSet<>(Set.of("p.C", "p.Leaf")));
    imports.put("p.C", new TreeSet<>(Set.of("p.A")));
    imports.put("p.Leaf", new TreeSet<>());
    assertThat(Imports.cycles(imports)).containsExactly(List.of("p.A", "p.B", "p.C"));
  }
}
