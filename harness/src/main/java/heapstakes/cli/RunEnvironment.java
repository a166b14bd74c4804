package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.Reference;
import heapstakes.bench.JmhVersion;
import heapstakes.bench.RunPlan;
import heapstakes.bench.TracedWorkload;
import heapstakes.cell.LabelledContestant;
import heapstakes.forecast.CostFile;
import heapstakes.foreign.AddedLibraries;
import heapstakes.foreign.LibraryFile;
import heapstakes.foreign.NativeProvider;
import heapstakes.foreign.store.Packages;
import heapstakes.meter.LatencyMeter;
import heapstakes.program.Deployment;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.Environment.Library;
import heapstakes.results.environment.HostProbe;
import heapstakes.setting.Release;
import heapstakes.trace.TraceInfo;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
        typed,
        plan.costs().map(CostFile::used));
  }

  /** The same for who takes part in something that has no {@link RunPlan}. */
  static Environment of(
      List<LabelledContestant> contestants,
      List<Environment.Workload> workloads,
      Environment.Plan words,
      List<String> typed) {
    return of(contestants, workloads, words, typed, Optional.empty());
  }

  private static Environment of(
      List<LabelledContestant> contestants,
      List<Environment.Workload> workloads,
      Environment.Plan words,
      List<String> typed,
      Optional<Environment.CostsUsed> costs) {
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
            .toList(),
        costs);
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
    Optional<AllocatorProvider> real =
        real(provider).filter(one -> one.library().filter(RealLibrary::replacesMalloc).isPresent());
    Optional<RealLibrary> library = real.flatMap(AllocatorProvider::library);
    Deployment deployment = new Deployment(library, contestant.environment());
    String form = deployment.line(deployment.startsFiles() ? List.of("PROGRAM") : List.of());
    return Stream.of(
            real.isPresent() ? form : withPackage(provider, form),
            real.filter(one -> !form.isEmpty()).map(one -> otherVersion(provider, one)).orElse(""),
            ofTheMachine(contestant))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** Where the library is not here: the line that it will be, and the package to install. */
  private static String withPackage(AllocatorProvider provider, String form) {
    String name = provider.reference().map(Reference::library).orElse(provider.name());
    String modelled =
        provider.reference().map(of -> "; the model is of " + of.version()).orElse("");
    return NativeProvider.soname(name)
        .map(soname ->
            String.format(
                Locale.ROOT,
                "%s (%s%s)",
                ("LD_PRELOAD=" + soname + " " + form).strip(),
                install(name),
                modelled))
        .orElse(form);
  }

  private static String install(String library) {
    return Packages.here()
        .flatMap(packages -> packages.install(List.of(library)))
        .map(command -> "after: " + command)
        .orElse("once it is installed");
  }

  /** What was found of a model need not hold for another version of its library. */
  private static String otherVersion(AllocatorProvider model, AllocatorProvider library) {
    String version = library.lineage().version();
    return model
        .reference()
        .filter(of -> !Release.isOf(Lineage.number(version), of.number()))
        .map(of ->
            String.format(Locale.ROOT, "(%s is here; the model is of %s)", version, of.version()))
        .orElse("");
  }

  /** Settings that nobody gives the library: it finds them out, or was built so. */
  private static String ofTheMachine(Contestant contestant) {
    SequencedMap<String, String> given = new LinkedHashMap<>(contestant.settings().given());
    Reference reference = contestant.provider().reference().orElse(null);
    if (reference == null) {
      return "";
    }
    List<String> own =
        Stream.of(
                reference.processors().map(Reference.Processors::key),
                reference.seeds(),
                reference.build())
            .flatMap(Optional::stream)
            .filter(given::containsKey)
            .map(key -> key + "=" + given.get(key))
            .toList();
    return own.isEmpty()
        ? ""
        : "(" + String.join(", ", own) + ": as the library is built or finds out)";
  }

  /** The contestant itself, or the library that it is the twin of, if that is installed. */
  private static Optional<AllocatorProvider> real(AllocatorProvider provider) {
    return Optional.of(provider)
        .filter(own -> own.library().isPresent())
        .or(() -> provider.reference().flatMap(RunEnvironment::installedOrAdded));
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
        info.name(),
        spec,
        info.sha256(),
        info.operations(),
        info.threads(),
        TraceCautions.of(info));
  }
}
