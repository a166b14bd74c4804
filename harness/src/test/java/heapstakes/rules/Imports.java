package heapstakes.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which top-level classes need one another in a circle, nested ones counted with theirs. */
final class Imports {
  private Imports() {}

  /** Who needs whom. */
  static SequencedMap<String, SequencedSet<String>> of(JavaClasses classes) {
    SequencedMap<String, SequencedSet<String>> imports = new TreeMap<>();
    for (JavaClass each : classes) {
      SequencedSet<String> targets =
          imports.computeIfAbsent(topLevel(each), name -> new TreeSet<>());
      each.getDirectDependenciesFromSelf().stream()
          .map(dependency -> topLevel(dependency.getTargetClass()))
          .filter(name -> name.startsWith("heapstakes."))
          .forEach(targets::add);
    }
    return imports;
  }

  private static String topLevel(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** The strongly connected components of more than one member, each sorted by name. */
  static List<List<String>> cycles(SequencedMap<String, SequencedSet<String>> imports) {
    Components components = new Components(imports);
    imports.keySet().forEach(components::visit);
    return components.found;
  }

  /** Tarjan's algorithm. */
  private static final class Components {
    final List<List<String>> found = new ArrayList<>();
    private final Map<String, SequencedSet<String>> edges;
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> low = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    Components(Map<String, SequencedSet<String>> edges) {
      this.edges = edges;
    }

    void visit(String node) {
      if (index.containsKey(node)) {
        return;
      }
      int mine = index.size();
      index.put(node, mine);
      low.put(node, mine);
      open.push(node);
      for (String next : edges.getOrDefault(node, new TreeSet<>())) {
        visit(next);
        if (open.contains(next)) {
          low.merge(node, low.get(next), Math::min);
        }
      }
      if (low.get(node) == mine) {
        close(node);
      }
    }

    private void close(String root) {
      List<String> members = new ArrayList<>();
      String member;
      do {
        member = open.pop();
        members.add(member);
      } while (!member.equals(root));
      if (members.size() > 1) {
        found.add(members.stream().sorted().toList());
      }
    }
  }
}
