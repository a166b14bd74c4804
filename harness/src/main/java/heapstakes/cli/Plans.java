package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.bench.Profile;
import heapstakes.bench.RunPlan;
import heapstakes.bench.Suggestion;
import heapstakes.bench.TracedWorkload;
import heapstakes.bench.WorkloadPlan;
import heapstakes.cell.LabelledContestant;
import heapstakes.os.Machine;
import heapstakes.results.environment.Environment;
import heapstakes.setting.Spec;
import heapstakes.workload.Workloads;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/** Makes a plan of the words of a command line; everything is checked before anything runs. */
final class Plans {
  private static final String THREADS = "threads";

  private Plans() {}

  /**
   * What {@code words} mean. Where they name no contestants or no memory, each workload has what it
   * suggests.
   */
  static RunPlan of(Environment.Plan words) {
    Map<String, LabelledContestant> contestants = new HashMap<>();
    Profile profile = profile(words.profile());
    List<WorkloadPlan> plans =
        distinct(withThreads(words.workloads(), words.threads())).stream()
            .map(workload -> plan(workload, words, contestants))
            .toList();
    return new RunPlan(
        plans,
        profile,
        words.forks() == 0 ? profile.forks() : words.forks(),
        words.relativeTo().map(Plans::contestant).map(LabelledContestant::contestant),
        Optional.empty(),
        words.counts(),
        Optional.empty(),
        Optional.empty());
  }

  private static Profile profile(String word) {
    return Arrays.stream(Profile.values())
        .filter(profile -> profile.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                String.format(
                    Locale.ROOT,
                    "'%s' is no profile.\n  Give one with --profile: memory, quick, standard or"
                        + " thorough.",
                    word)));
  }

  private static WorkloadPlan plan(
      String workload, Environment.Plan words, Map<String, LabelledContestant> contestants) {
    Suggestion suggestion = Suggestion.of(workload);
    List<Machine> machines =
        memory(words.memory(), suggestion).stream().map(Machine::parse).toList();
    Optional<Machine> linux = only(machines, true);
    linux
        .flatMap(machine -> machine.provider().unavailable())
        .ifPresent(why -> {
          throw new UsageException("memory linux: " + why);
        });
    List<LabelledContestant> starters =
        distinct(contestants(words.contestants(), suggestion)).stream()
            .map(text -> contestants.computeIfAbsent(text, Plans::contestant))
            .filter(contestant -> linux.isPresent() || contestant.takesAnyMemory())
            .toList();
    if (starters.isEmpty()) {
      throw new UsageException(
          String.format(
                  Locale.ROOT,
                  "there is nothing to run on %s: real libraries need --memory linux, and it has"
                      + " %s.",
                  workload,
                  machines)
              + "\n  Give another --memory, or a model with -a.");
    }
    return new WorkloadPlan(
        TracedWorkload.of(workload), starters, only(machines, false), linux, timed(words));
  }

  private static WorkloadPlan.Timed timed(Environment.Plan words) {
    if (!profile(words.profile()).takesTimes()) {
      return WorkloadPlan.Timed.NOBODY;
    }
    return isNamed(words) ? WorkloadPlan.Timed.ALL : WorkloadPlan.Timed.LIBRARIES;
  }

  /** Whether the user has said who takes part. */
  private static boolean isNamed(Environment.Plan words) {
    return !words.contestants().isEmpty() && !words.contestants().equals(DefaultSet.contestants());
  }

  private static List<String> memory(List<String> given, Suggestion suggestion) {
    if (!given.isEmpty()) {
      return given;
    }
    return suggestion.memory().isEmpty() ? DefaultSet.MEMORY : suggestion.memory();
  }

  private static List<String> contestants(List<String> given, Suggestion suggestion) {
    if (!given.isEmpty()) {
      return given;
    }
    return suggestion.contestants().isEmpty()
        ? DefaultSet.contestants()
        : DefaultSet.present(suggestion.contestants());
  }

  private static LabelledContestant contestant(String text) {
    Contestant contestant = Allocators.parse(text);
    contestant.requireAvailable();
    return LabelledContestant.of(contestant);
  }

  private static List<String> distinct(List<String> texts) {
    SequencedSet<String> set = new LinkedHashSet<>(texts);
    return List.copyOf(set);
  }

  private static Optional<Machine> only(List<Machine> machines, boolean real) {
    List<Machine> kind = machines.stream().filter(m -> m.provider().isReal() == real).toList();
    if (kind.size() > 1) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "--memory %s and --memory %s: a run takes one of a kind.\n"
                  + "  Use two runs and compare them.",
              kind.get(0),
              kind.get(1)));
    }
    return kind.stream().findFirst();
  }

  /** Workloads that take a number of threads, once for each number. */
  private static List<String> withThreads(List<String> workloads, List<Integer> threads) {
    return workloads.stream()
        .flatMap(text ->
            threads.isEmpty() || !takesThreads(text)
                ? List.of(text).stream()
                : threads.stream()
                    .map(n -> Spec.parse(text).with(THREADS, Integer.toString(n)).toString()))
        .toList();
  }

  private static boolean takesThreads(String text) {
    String name = Spec.head(text).toString();
    return Workloads.all().stream()
        .filter(w -> w.name().equals(name))
        .filter(w -> !Spec.parse(text).settings().containsKey(THREADS))
        .flatMap(w -> w.parameters().stream())
        .anyMatch(p -> p.key().equals(THREADS));
  }
}
