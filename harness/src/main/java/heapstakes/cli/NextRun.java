package heapstakes.cli;

import heapstakes.allocator.ShellLine;
import heapstakes.results.environment.Environment;
import java.util.ArrayList;
import java.util.List;

/** The command line of the run that is worth having after another one. */
final class NextRun {
  private NextRun() {}

  /** The first workload of {@code plan} with the same contestants and memory, and more forks. */
  static String longer(Environment.Plan plan) {
    List<String> words = new ArrayList<>(List.of("heapstakes", "run", "--profile", "standard"));
    if (!plan.contestants().equals(DefaultSet.contestants())) {
      plan.contestants().forEach(contestant -> words.addAll(List.of("-a", contestant)));
    }
    words.addAll(List.of("-w", plan.workloads().getFirst()));
    if (!plan.memory().equals(DefaultSet.MEMORY)) {
      plan.memory().forEach(memory -> words.addAll(List.of("--memory", memory)));
    }
    if (!plan.threads().isEmpty()) {
      List<String> threads = plan.threads().stream().map(String::valueOf).toList();
      words.addAll(List.of("--threads", String.join(",", threads)));
    }
    plan.relativeTo().ifPresent(reference -> words.addAll(List.of("--relative-to", reference)));
    return ShellLine.of(words);
  }
}
