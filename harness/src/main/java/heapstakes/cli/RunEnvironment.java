package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.Reference;
import heapstakes.allocator.ShellLine;
import heapstakes.bench.JmhVersion;
import heapstakes.bench.RunPlan;
import heapstakes.bench.TracedWorkload;
import heapstakes.cell.LabelledContestant;
import heapstakes.foreign.AddedLibraries;
import heapstakes.foreign.LibraryFile;
import heapstakes.meter.LatencyMeter;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.Environment.Library;
import heapstakes.results.environment.HostProbe;
import heapstakes.trace.TraceInfo;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes down what a run runs on. */
final class RunEnvironment {
  private RunEnvironment() {}

  static Environment of(RunPlan plan, Environment.Plan words, List<String> typed) {
    return of(
        plan.contestants(),
        plan.workloads().stream().map(RunEnvironment::workload).toList(),
        words,
        typed);
  }

  /** The same for who takes part in something that has no {@link RunPlan}. */
  static Environment of(
      List<LabelledContestant> contestants,
      List<Environment.Workload> workloads,
      Environment.Plan words,
      List<String> typed) {
    return new Environment(
        Environment.SCHEMA_VERSION,
        Version.text(),
        OffsetDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS).toString(),
        typed,
        words,
        new HostProbe().host(),
        HostProbe.jvm(),
        JmhVersion.text(),
        LatencyMeter.clockNanos(),
        contestants.stream().map(RunEnvironment::contestant).toList(),
        workloads,
        libraries(contestants)
            .map(f -> new Library(f.allocator(), f.version(), f.origin(), f.sha256()))
            .toList());
  }

  /** Those that this JVM has loaded, and those that only other processes load. */
  private static Stream<LibraryFile> libraries(List<LabelledContestant> contestants) {
    Stream<LibraryFile> added =
        contestants.stream()
            .map(contestant -> AddedLibraries.file(contestant.contestant().provider()))
            .flatMap(Optional::stream);
    return Stream.concat(LibraryFile.loaded().stream(), added).distinct();
  }

  private static Environment.Contestant contestant(LabelledContestant contestant) {
    return new Environment.Contestant(
        contestant.toString(),
        contestant.kind(),
        contestant.version(),
        deployableForm(contestant.contestant()));
  }

  /** How to run a real program with a contestant; empty where there is nothing to set. */
  static String deployableForm(Contestant contestant) {
    AllocatorProvider provider = contestant.provider();
    Optional<String> obstacle = provider.undeployable(contestant.settings());
    if (obstacle.isPresent()) {
      return "cannot be set: " + obstacle.get();
    }
    SequencedMap<String, String> variables = new LinkedHashMap<>();
    Optional<RealLibrary> library = library(provider);
    Optional<RealLibrary.Loader> loader = library.flatMap(RealLibrary::loader);
    if (loader.isEmpty()) {
      library.ifPresent(file -> variables.putAll(file.environment()));
    }
    variables.putAll(contestant.environment());
    return Stream.concat(
            Stream.of(ShellLine.of(variables)).filter(text -> !text.isEmpty()),
            loader.stream().map(own -> start(own, library.orElseThrow())))
        .collect(Collectors.joining(" "));
  }

  /** A command line up to the program, which that loader starts. */
  private static String start(RealLibrary.Loader loader, RealLibrary library) {
    Stream<String> preload =
        library.file().stream().flatMap(file -> Stream.of("--preload", file.toString()));
    return Stream.of(loader.words().stream(), preload, Stream.of("PROGRAM"))
        .flatMap(words -> words)
        .collect(Collectors.joining(" "));
  }

  /** The contestant itself, or the library that it is the twin of, if that is installed. */
  private static Optional<RealLibrary> library(AllocatorProvider provider) {
    return provider
        .library()
        .or(() ->
            provider
                .reference()
                .flatMap(RunEnvironment::installedOrAdded)
                .flatMap(AllocatorProvider::library));
  }

  private static Optional<AllocatorProvider> installedOrAdded(Reference reference) {
    return Allocators.all().stream()
        .filter(other -> other.name().equals(reference.library()))
        .flatMap(other -> Stream.of(other.at(reference.number()), other))
        .filter(other -> other.unavailable().isEmpty())
        .findFirst();
  }

  private static Environment.Workload workload(TracedWorkload workload) {
    return workload(workload.spec(), workload.trace().info());
  }

  /** A workload as it was given, and what it turned out to be. */
  static Environment.Workload workload(String spec, TraceInfo info) {
    return new Environment.Workload(
        info.name(), spec, info.sha256(), info.operations(), info.threads());
  }
}
