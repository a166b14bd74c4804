package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.ShellLine;
import heapstakes.bench.JmhVersion;
import heapstakes.bench.RunPlan;
import heapstakes.bench.TracedWorkload;
import heapstakes.cell.LabelledContestant;
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

/** Writes down what a run runs on. */
final class RunEnvironment {
  private RunEnvironment() {}

  static Environment of(RunPlan plan, Environment.Plan words, List<String> typed) {
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
        plan.contestants().stream().map(RunEnvironment::contestant).toList(),
        plan.workloads().stream().map(RunEnvironment::workload).toList(),
        LibraryFile.loaded().stream()
            .map(f -> new Library(f.allocator(), f.version(), f.origin(), f.sha256()))
            .toList());
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
    library(provider).ifPresent(library -> variables.putAll(library.environment()));
    variables.putAll(contestant.environment());
    return ShellLine.of(variables);
  }

  /** The contestant itself, or the library that it is the twin of, if that is installed. */
  private static Optional<RealLibrary> library(AllocatorProvider provider) {
    return provider
        .library()
        .or(() ->
            provider
                .reference()
                .flatMap(reference ->
                    Allocators.all().stream()
                        .filter(other -> other.name().equals(reference.library()))
                        .filter(other -> other.unavailable().isEmpty())
                        .findFirst())
                .flatMap(AllocatorProvider::library));
  }

  private static Environment.Workload workload(TracedWorkload workload) {
    TraceInfo info = workload.trace().info();
    return new Environment.Workload(
        workload.name(), workload.spec(), info.sha256(), info.operations(), info.threads());
  }
}
