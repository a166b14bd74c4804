package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.bench.Profile;
import heapstakes.driver.MeteredLibrary;
import heapstakes.driver.NativeBuild;
import heapstakes.setting.Spec;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What {@code run} takes when it is not told. */
final class DefaultSet {
  private static final List<String> MODELS =
      List.of(
          "bump",
          "ptmalloc2",
          "ptmalloc2:trim_threshold=128K",
          "tcmalloc",
          "tcmalloc:aggressive_decommit=true",
          "jemalloc",
          "jemalloc:dirty_decay_ms=10000,muzzy_decay_ms=10000",
          "mimalloc");

  /** Footprints of models on the one, timing and real libraries on the other. */
  static final List<String> MEMORY = List.of("simulated", "linux");

  private static final List<String> WORKLOADS =
      List.of(
          "sqlite3",
          "jq",
          "server-churn",
          "four-byte-flood",
          "tlpi-free-and-sbrk",
          // The usual trickle would take 15 GB of an allocator that never reuses a block.
          "burst-then-idle:trickle=64K,pause_us=10000");

  /**
   * The flood and the server at their full length take too long a replay for a first look. A sixth
   * workload would take the run beyond 3 minutes.
   */
  private static final List<String> QUICK_WORKLOADS =
      WORKLOADS.stream()
          .filter(w -> !name(w).equals("burst-then-idle"))
          .map(DefaultSet::shortened)
          .toList();

  private DefaultSet() {}

  private static String shortened(String workload) {
    return switch (workload) {
      case "four-byte-flood" -> workload + ":n=1000000";
      case "server-churn" -> workload + ":operations=200000";
      default -> workload;
    };
  }

  /** Those of {@code contestants} that are not real libraries which cannot take part here. */
  static List<String> present(List<String> contestants) {
    List<String> missing =
        libraries().stream()
            .filter(library -> library.unavailable().isPresent() || withoutLibraries().isPresent())
            .map(AllocatorProvider::name)
            .toList();
    return contestants.stream()
        .filter(text -> !missing.contains(name(text)))
        .map(TwinsHere::of)
        .toList();
  }

  /** Why real libraries take no part here, and how to mend that; empty where they can. */
  static Optional<String> withoutLibraries() {
    return NativeBuild.ofDriver().unavailable();
  }

  /**
   * Models and strategies in the versions of what is installed, then every real library that is
   * here and has a twin; none where there is nothing to run them with, as nothing of them but a
   * time in this JVM could be had.
   */
  static List<String> contestants() {
    Stream<String> models =
        MODELS.stream()
            .filter(text -> Allocators.all().stream().anyMatch(p -> p.name().equals(name(text))))
            .map(TwinsHere::of);
    boolean canRun = withoutLibraries().isEmpty();
    Stream<String> found =
        libraries().stream()
            .filter(library -> canRun)
            .filter(library -> library.unavailable().isEmpty())
            .filter(Predicate.not(AllocatorProvider::needsAProcess)) // for programs of its own only
            .map(AllocatorProvider::name)
            .filter(DefaultSet::hasATwin); // more would take longer than a first look may
    return Stream.concat(models, found).toList();
  }

  /** Real libraries that would take part as programs have them, were they installed. */
  static List<AllocatorProvider> missing() {
    return libraries().stream()
        .filter(library -> library.unavailable().isPresent() || comesAlong(library))
        .filter(Predicate.not(AllocatorProvider::needsAProcess))
        .filter(library -> hasATwin(library.name()))
        .toList();
  }

  /** Whether it is the one inside of this program, which stands in for one that is installed. */
  private static boolean comesAlong(AllocatorProvider library) {
    return library.library().filter(own -> !own.replacesMalloc()).isPresent();
  }

  private static boolean hasATwin(String library) {
    return Allocators.all().stream()
        .anyMatch(
            model -> model.reference().filter(of -> of.library().equals(library)).isPresent());
  }

  /** Who means are given as multiples of: the malloc that most systems have, else its twin. */
  static List<String> baselines() {
    String library = MeteredLibrary.glibc().name();
    Stream<String> twins =
        Allocators.all().stream()
            .filter(model -> model.reference().filter(r -> r.library().equals(library)).isPresent())
            .map(AllocatorProvider::name);
    return Stream.concat(Stream.of(library), twins).toList();
  }

  private static List<AllocatorProvider> libraries() {
    return Allocators.all().stream().filter(provider -> provider.badge() == Badge.REAL).toList();
  }

  static List<String> workloads(Profile profile) {
    List<String> names = Workloads.all().stream().map(WorkloadProvider::name).toList();
    return (profile == Profile.QUICK ? QUICK_WORKLOADS : WORKLOADS)
        .stream().filter(text -> names.contains(name(text))).toList();
  }

  private static String name(String text) {
    return Spec.head(text).name();
  }
}
