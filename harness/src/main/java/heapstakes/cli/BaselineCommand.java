package heapstakes.cli;

import heapstakes.results.OutputException;
import heapstakes.results.environment.Environment;
import heapstakes.results.gate.Baseline;
import heapstakes.results.gate.Comparison;
import heapstakes.results.gate.GateRules;
import heapstakes.results.gate.GateText;
import heapstakes.results.gate.RunFiles;
import heapstakes.setting.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heapstakes baseline}: figures kept with the sources, equal on every machine. */
@Command(
    name = "baseline",
    description = {
      "Counted figures of simulated memory that are kept with the sources.",
      "A change of them is either a fault or deserves a reason in the same commit.",
      ""
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "check|update")
final class BaselineCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run()
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say which: baseline check or baseline update");
  }

  /** Where baselines are by default. */
  private static Path home(@Nullable Path given) {
    return given == null
        ? Path.of(System.getProperty("heapstakes.home", "")).resolve("results").resolve("baselines")
        : given;
  }

  /** Measures {@code plan} anew and hands the figures to {@code use}. */
  private static <T> T measured(Environment.Plan plan, Function<RunFiles, T> use) {
    try {
      Path folder = Files.createTempDirectory("heapstakes-baseline");
      try {
        SideRun.into(folder, plan, Optional.empty());
        RunFiles run = RunFiles.read(folder);
        return use.apply(
            new RunFiles(Path.of("this build"), Optional.empty(), run.cells(), Map.of(), Map.of()));
      } finally {
        PathUtils.deleteDirectory(folder);
      }
    } catch (IOException e) {
      throw new OutputException(
          String.format(
              Locale.ROOT,
              "cannot use the folder for temporary files: %s.\n"
                  + "  Name another one: HEAPSTAKES_JAVA_OPTS=-Djava.io.tmpdir=DIR",
              e.getMessage()),
          e);
    }
  }

  @Command(
      name = "check",
      description = "Measures again; exit 1 if any figure differs, better or worse.",
      mixinStandardHelpOptions = true)
  int check(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              description = "Where the baseline is; by default results/baselines.")
          @Nullable Path dir) {
    Path directory = home(dir);
    Baseline baseline = Baseline.read(directory);
    RunFiles before = RunFiles.read(directory);
    Comparison comparison =
        measured(baseline.plan(), now -> Comparison.of(before, now, new GateRules(Map.of(), true)));
    System.out.print(GateText.of(comparison, Terminal.outputStyle()));
    boolean same = comparison.passes() && comparison.added().isEmpty();
    if (!same) {
      System.out.printf(
          Locale.ROOT, "If that is meant:  heapstakes baseline update --reason \"why\"%n");
    }
    return same ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  @Command(
      name = "update",
      description = "Measures again and keeps the figures, with the reason.",
      mixinStandardHelpOptions = true)
  int update(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              description = "Where the baseline is; by default results/baselines.")
          @Nullable Path dir,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              required = true,
              description = "Why the figures change.")
          String reason,
      @Option(
              names = {"-a", "--allocator"},
              paramLabel = "ALLOC",
              description = "Models to measure from now on; again for more.")
          @Nullable List<String> allocators,
      @Option(
              names = {"-w", "--workload"},
              paramLabel = "WORKLOAD",
              description = "Workloads or traces to measure from now on; again for more.")
          @Nullable List<String> workloads) {
    Path directory = home(dir);
    Optional<Baseline> before =
        Baseline.isIn(directory) ? Optional.of(Baseline.read(directory)) : Optional.empty();
    Environment.Plan plan =
        new Environment.Plan(
            chosen(allocators, before.map(b -> b.plan().contestants()), "-a"),
            chosen(workloads, before.map(b -> b.plan().workloads()), "-w"),
            List.of("simulated"),
            List.of(),
            "quick",
            0,
            Optional.empty());
    List<Baseline.Renewal> renewals =
        new ArrayList<>(before.map(Baseline::renewals).orElse(List.of()));
    Baseline renewed =
        new Baseline(plan, renewals)
            .renewed(new Baseline.Renewal(LocalDate.now(ZoneOffset.UTC).toString(), reason));
    return measured(
        plan,
        now -> {
          if (before.isPresent()) {
            Comparison comparison = Comparison.of(RunFiles.read(directory), now, GateRules.DEFAULT);
            System.out.print(GateText.of(comparison, Terminal.outputStyle()));
          }
          renewed.write(directory, now);
          System.out.printf(
              Locale.ROOT,
              "kept %d cells in %s%n",
              now.cells().size(),
              Printable.line(directory.toString()));
          return ExitCode.OK;
        });
  }

  private static List<String> chosen(
      @Nullable List<String> given, Optional<List<String>> before, String option) {
    if (given != null) {
      return given;
    }
    return before.orElseThrow(() ->
        new UsageException(
            String.format(
                Locale.ROOT,
                "there is no baseline yet: say what it is to measure.\n  Add %s, once or more.",
                option)));
  }
}
