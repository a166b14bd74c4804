package heapstakes.cli;

import heapstakes.results.CellKey;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.TolerancesCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.gate.Comparison;
import heapstakes.results.gate.Finding;
import heapstakes.results.gate.GateJunit;
import heapstakes.results.gate.GateMarkdown;
import heapstakes.results.gate.GateRules;
import heapstakes.results.gate.GateText;
import heapstakes.results.gate.MachineNoise;
import heapstakes.results.gate.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heapstakes compare}: the regression gate between two runs. */
@Command(
    name = "compare",
    description = {
      "Judges run NEW by run BASE: what is counted exactly, what is timed by a rank test over"
          + " forks.",
      "Counted figures of simulated memory must be equal, or better; instructions (run"
          + " --instructions)",
      "may be 1 %% more; what NEW does not have of BASE fails. A timed figure has become worse",
      "when the U test of Mann and Whitney says so (p < 0.01, and low enough for a false discovery"
          + " rate",
      "of 5 %% over all figures that were tested) and it moved by at least 5 %%; that takes",
      "at least 5 forks in each run: run --forks 10 --relative-to native-glibc, which takes times"
          + " as",
      "multiples of that contestant's, so that a slow spell of the machine counts for nothing.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 nothing became worse or is missing, 1 something did, 2 no comparison is"
          + " possible.",
      "Examples:",
      "  heapstakes run -w my.hst.xz --memory simulated --out base   (then change, and --out new)",
      "  heapstakes compare base new --markdown summary.md --junit gate.xml",
      "  heapstakes compare base new --confirm",
      "  heapstakes compare base new --across settings,trace   (other settings, the program"
          + " recorded again)",
      "  heapstakes compare --calibrate run1 run2 run3 run4    (runs of one build)"
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BASE", description = "Run directory that is the measure.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private Path base;

  @Parameters(index = "1", paramLabel = "NEW", description = "Run directory that is judged.")
  @SuppressWarnings("NullAway.Init")
  private Path next;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "RUN",
      description = "More runs, for --calibrate.")
  private List<Path> more = List.of();

  @Option(
      names = "--calibrate",
      description =
          "All runs are of one build on one machine: find that machine's noise, and which bound"
              + " for times holds there.")
  private boolean calibrate;

  @Option(
      names = "--least-shift",
      paramLabel = "PERCENT",
      defaultValue = "5",
      description = "What a time has to move by (default ${DEFAULT-VALUE}).")
  private double leastShift = 100 * GateRules.LEAST_SHIFT;

  @Option(
      names = "--across",
      paramLabel = "WHAT",
      split = ",",
      description =
          "Compare cells that differ in this, where one is left on each side: settings (and version"
              + " of a contestant), trace (recorded again under the same name), or both. Of counted"
              + " figures peak, retained and the memory bill gate then, and others are shown.")
  private Set<GateRules.Across> across = EnumSet.noneOf(GateRules.Across.class);

  @Option(
      names = "--tolerance",
      paramLabel = "FILE",
      description = "CSV with the header column,relative: what a counted column may change by.")
  private @Nullable Path tolerance;

  @Option(
      names = "--confirm",
      description =
          "Measure timed figures that became worse once more, with this build, and believe them"
              + " only if they are worse again.")
  private boolean confirm;

  @Option(names = "--exact", description = "Counted figures that became better fail too.")
  private boolean exact;

  @Option(
      names = "--allow-missing",
      description = "Cells and figures of BASE that NEW does not have do not fail.")
  private boolean allowMissing;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Also as Markdown.")
  private @Nullable Path markdown;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Also as JUnit XML, a test case for each figure of each cell.")
  private @Nullable Path junit;

  @Override
  public Integer call() {
    requireTogether();
    if (calibrate) {
      return calibrate();
    }
    GateRules rules =
        new GateRules(
            tolerance == null ? Map.of() : TolerancesCsv.read(tolerance),
            exact,
            allowMissing,
            across,
            leastShift / 100);
    RunFiles measure = RunFiles.read(base);
    Comparison comparison = Comparison.of(measure, RunFiles.read(next), rules);
    if (confirm) {
      comparison = confirmed(comparison, rules);
    }
    System.out.print(GateText.of(comparison, Terminal.outputStyle()));
    write(markdown, GateMarkdown.of(comparison));
    write(junit, GateJunit.of(comparison));
    return comparison.passes() ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private void requireTogether() {
    if (!calibrate && !more.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%d runs: two are compared, and several calibrate.\n  Give two, or --calibrate.",
              more.size() + 2));
    }
    if (confirm && !across.isEmpty()) {
      throw new UsageException(
          "--confirm measures the same once more, and --across has two that differ.\n  Give one of"
              + " them.");
    }
    if (!(leastShift >= 0 && leastShift < Double.POSITIVE_INFINITY)) {
      throw new UsageException(
          String.format(Locale.ROOT, "--least-shift %s: it takes per cent from 0 on.", leastShift));
    }
  }

  private int calibrate() {
    List<RunFiles> runs =
        Stream.concat(Stream.of(base, next), more.stream()).map(RunFiles::read).toList();
    System.out.print(MachineNoise.of(runs).text(Terminal.outputStyle()));
    return ExitCode.OK;
  }

  private static void write(@Nullable Path file, String text) {
    if (file != null) {
      AtomicFile.write(file, writer -> writer.append(text));
    }
  }

  /** Measures again what became slower; its run is kept in a directory of its own inside NEW. */
  private Comparison confirmed(Comparison comparison, GateRules rules) {
    List<CellKey> doubtful =
        comparison.those(Finding::isDoubtful).stream().map(Finding::key).distinct().toList();
    if (doubtful.isEmpty()) {
      return comparison;
    }
    Environment environment =
        comparison
            .next()
            .environment()
            .orElseThrow(() ->
                new UsageException(
                    String.format(
                        Locale.ROOT,
                        "%s has no environment.json: it cannot be run again.\n"
                            + "  Leave --confirm away.",
                        next)));
    Path again = next.resolve("confirm");
    for (int i = 2; Files.exists(again); i++) {
      again = next.resolve("confirm-" + i);
    }
    SideRun.into(again, plan(environment, doubtful), Optional.of(environment));
    return comparison.confirmedBy(Comparison.of(comparison.base(), RunFiles.read(again), rules));
  }

  private Environment.Plan plan(Environment environment, List<CellKey> doubtful) {
    Environment.Plan before = environment.plan();
    List<String> workloads =
        environment.workloads().stream()
            .filter(workload ->
                doubtful.stream()
                    .anyMatch(key ->
                        key.workload().equals(workload.workload())
                            && key.trace().equals(workload.traceSha256())))
            .map(Environment.Workload::spec)
            .toList();
    return new Environment.Plan(
        doubtful.stream().map(CellKey::contestant).distinct().toList(),
        workloads,
        doubtful.stream().map(CellKey::memory).distinct().toList(),
        List.of(),
        before.profile(),
        before.forks(),
        before.relativeTo(),
        before.counts());
  }
}
