package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.ShellLine;
import heapstakes.bench.RunPlan.Omissions;
import heapstakes.bench.TracedWorkload;
import heapstakes.driver.MeteredLibrary;
import heapstakes.foreign.store.Packages;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Status;
import heapstakes.results.TimelinePoint;
import heapstakes.results.WorkloadNames;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.run.JournalEntry;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import heapstakes.results.table.Choice;
import heapstakes.results.table.ComparisonTable;
import heapstakes.results.table.PhaseTable;
import heapstakes.results.table.RecommendationText;
import heapstakes.results.table.Style;
import heapstakes.results.table.Units;
import heapstakes.results.table.VerdictText;
import heapstakes.setting.Printable;
import heapstakes.trace.TraceInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run says on standard output. */
final class RunReport {
  /** Phases are shown of so many workloads; beyond, they are in the run directory. */
  private static final int MOST_WITH_PHASES = 3;

  private final Style style;
  private final RunDirectory directory;
  private final Environment environment;
  private final List<AllocatorProvider> missing;

  /** What has been said in full; it is not said again at length in every row and table. */
  private final Set<String> said = new HashSet<>();

  private boolean saidOfModels;

  RunReport(
      Style style,
      RunDirectory directory,
      Environment environment,
      List<AllocatorProvider> missing) {
    this.style = style;
    this.directory = directory;
    this.environment = environment;
    this.missing = missing;
  }

  /** Machine, kernel, JDK and libraries; what is missing and how to have it. */
  String header() {
    Environment.Host host = environment.host();
    StringBuilder out = new StringBuilder();
    out.append(
        line(
            "machine",
            host.cpu(),
            host.cores() + (host.cores() == 1 ? " core" : " cores"),
            Units.bytes(host.memoryBytes()),
            host.kernel(),
            host.distribution()));
    out.append(
        line(
            "java",
            environment.jvm().version() + " " + environment.jvm().vendor(),
            "JMH " + environment.jmhVersion(),
            "clock " + Units.nanos(environment.clockCostNanos()) + " a reading"));
    String libraries =
        environment.contestants().stream()
            .filter(p -> p.kind().equals("native"))
            .map(Environment.Contestant::version)
            .distinct()
            .collect(Collectors.joining(" · "));
    out.append(line("libraries", libraries.isEmpty() ? "none takes part" : libraries));
    List<String> ignored = environment.jvm().tunablesOfTheUser();
    if (!libraries.isEmpty() && !ignored.isEmpty()) {
      out.append(
          line(
              "ignored",
              Printable.line(String.join(" ", ignored))
                  + ": libraries are set as NAME:KEY=VALUE, and not by the environment of a run"));
    }
    TwinsHere.unpaired(environment.contestants()).forEach(text -> out.append(line("twins", text)));
    return style.fit(out.append('\n').toString());
  }

  private String line(String title, String... parts) {
    return style.dim(String.format(Locale.ROOT, "%-10s", title))
        + Stream.of(parts).filter(p -> !p.isBlank()).collect(Collectors.joining(" · "))
        + "\n";
  }

  /** The table of one workload. */
  String table(TracedWorkload workload) {
    List<Cell> cells =
        directory.cells().stream().filter(cell -> isOf(workload, cell.key())).toList();
    WorkloadNames names = names();
    String table =
        new ComparisonTable(style).render(cells, names, this::remarks).stripTrailing()
            + "\n"
            + phases(workload);
    List<String> notes = new ArrayList<>(onlySimulated(workload, cells));
    String shown = names.of(workload.name(), workload.trace().info().sha256());
    if (!shown.equals(workload.name())) {
      notes.addFirst(String.format(Locale.ROOT, "%s is %s", shown, workload.spec()));
    }
    workload.simulatedOnly().ifPresent(why -> notes.add("not run on real memory: " + why));
    if (workload.simulatedOnly().isEmpty() && onlySimulated(workload, cells).isEmpty()) {
      workload.untimed().ifPresent(why -> notes.add("not timed: " + why));
    }
    TraceInfo info = workload.trace().info();
    notes.addAll(TraceCautions.of(info));
    notes.addAll(pools(cells));
    if (cells.stream().anyMatch(RunReport::isTimedLibrary)) {
      notes.addAll(ofAnotherLoader(cells));
      if (!saidOfModels && hasUntimedModels(cells)) {
        notes.add("models are timed beside real libraries where -a names them");
        saidOfModels = true;
      }
    }
    String said =
        notes.stream().map(note -> style.fit(style.dim(note)) + "\n").collect(Collectors.joining());
    return table.stripTrailing() + "\n" + said + "\n";
  }

  private static boolean isTimedLibrary(Cell cell) {
    return cell.text(Column.KIND).equals("native")
        && !cell.text(Column.THROUGHPUT_OPS_PER_S).isEmpty();
  }

  /** Libraries without times beside others that have some. */
  private static List<String> ofAnotherLoader(List<Cell> cells) {
    List<String> names =
        cells.stream()
            .filter(cell -> cell.text(Column.KIND).equals("native") && !isTimedLibrary(cell))
            .map(cell -> cell.key().contestant())
            .filter(name -> Allocators.parse(name).provider().needsAProcess())
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "not timed: %s, under a loader of %s own, which the timing JVM cannot take",
                String.join(", ", names),
                names.size() == 1 ? "its" : "their"));
  }

  /** Of pools of Java's own, which are not timed. */
  private static List<String> pools(List<Cell> cells) {
    List<String> names =
        cells.stream().filter(RunReport::isPool).map(cell -> cell.key().contestant()).toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "not timed: %s: a replay knows addresses; to find a buffer by its address is no"
                    + " work of a pool, and would be timed with it",
                String.join(", ", names)));
  }

  private static boolean isPool(Cell cell) {
    return cell.text(Column.KIND).equals("managed");
  }

  /** Beside real libraries, and nobody asked for them by name. */
  private static boolean hasUntimedModels(List<Cell> cells) {
    List<Cell> models =
        cells.stream()
            .filter(cell -> !cell.text(Column.KIND).equals("native") && !isPool(cell))
            .toList();
    return !models.isEmpty()
        && models.stream().allMatch(cell -> cell.text(Column.THROUGHPUT_OPS_PER_S).isEmpty());
  }

  private static boolean isOf(TracedWorkload workload, CellKey key) {
    return key.workload().equals(workload.name())
        && key.trace().equals(workload.trace().info().sha256());
  }

  /** Of everything that the run has and is to have. */
  private WorkloadNames names() {
    WorkloadNames names = WorkloadNames.ofCells(directory.cells());
    environment
        .workloads()
        .forEach(workload -> names.add(workload.workload(), workload.traceSha256()));
    return names;
  }

  /** What is left out where a question is about a machine that this one is not. */
  private static List<String> onlySimulated(TracedWorkload workload, List<Cell> cells) {
    List<String> memory = cells.stream().map(cell -> cell.key().memory()).distinct().toList();
    return memory.size() == 1
            && memory.getFirst().startsWith("simulated")
            && workload.simulatedOnly().isEmpty()
        ? List.of(
            String.format(
                Locale.ROOT,
                "on %s only: nothing is timed, real libraries sit out",
                memory.getFirst()))
        : List.of();
  }

  /** Memory at the marks of the workload, unless there are too many tables to read already. */
  private String phases(TracedWorkload workload) {
    if (environment.plan().workloads().size() > MOST_WITH_PHASES) {
      return "";
    }
    SequencedMap<CellKey, List<TimelinePoint>> timelines = new LinkedHashMap<>();
    TimelineCsv.points(directory.path())
        .forEach((key, points) -> {
          if (isOf(workload, key)) {
            timelines.put(key, points);
          }
        });
    return new PhaseTable(style).render(timelines);
  }

  private List<String> remarks(CellKey key) {
    List<String> remarks = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      directory
          .last(key, stage)
          .filter(entry -> !entry.detail().isEmpty())
          .map(this::remark)
          .ifPresent(remarks::add);
    }
    return remarks;
  }

  private String remark(JournalEntry entry) {
    String how = entry.status() == Status.OK ? "" : " " + entry.status().word().replace('_', ' ');
    String detail = entry.detail();
    int line = detail.indexOf('\n');
    String shown =
        line < 0 || said.add(detail)
            ? detail.replace("\n", "\n    ")
            : detail.substring(0, line) + " (more above)";
    return String.format(Locale.ROOT, "%s%s: %s", entry.stage().word(), how, shown);
  }

  /**
   * On one screen what a switch would gain, what there was no time for, where everything is, and
   * what to type next. Where no real library can be compared, who is best of the others.
   *
   * @param budget of the run
   */
  String closing(Omissions omissions, Optional<Duration> budget) {
    List<Cell> cells = directory.cells();
    String verdict =
        new VerdictText(style, environment::deployableForm, MeteredLibrary.glibc().name())
            .render(cells);
    String winners =
        verdict.isEmpty()
            ? new ComparisonTable(style, Choice.ALL.withUsual(DefaultSet.baselines()))
                    .overAll(cells)
                + new RecommendationText(style, environment::deployableForm).render(cells)
            : verdict;
    return winners
        + style.fit("\n" + failures() + leftOut(omissions, budget))
        + style.fit(line("results", shown(directory.path())))
        + style.fit(
            (verdict.isEmpty() ? "" : details()) + more() + attempt() + line("next", next()));
  }

  private String details() {
    return line(
        "details",
        String.format(
            Locale.ROOT,
            "heapstakes report %s   every library on each, means, models and settings",
            shown(directory.path())));
  }

  /** A replay is not the program: how to see that itself under the libraries that took part. */
  private String attempt() {
    String libraries =
        environment.contestants().stream()
            .filter(one -> one.kind().equals("native") && !one.deployableForm().isEmpty())
            .map(one -> " -a " + ShellLine.of(List.of(one.contestant())))
            .collect(Collectors.joining());
    return libraries.isEmpty()
        ? ""
        : line("try", "heapstakes try" + libraries + " -- COMMAND   the program itself under each");
  }

  /** What would add contestants, by the names of this distribution. */
  private String more() {
    boolean hasLibraries =
        environment.contestants().stream().anyMatch(one -> one.kind().equals("native"));
    String why =
        DefaultSet.withoutLibraries()
            .filter(unused -> !hasLibraries)
            .map(
                text -> line("libraries", "none takes part: " + text.replace("\n", "\n          ")))
            .orElse("");
    List<String> names = missing.stream().map(AllocatorProvider::name).toList();
    return names.isEmpty() ? why : why + packages(names);
  }

  private String packages(List<String> names) {
    return Packages.here()
        .flatMap(packages -> packages.install(names))
        .map(command -> line("more", command + "   adds " + String.join(", ", names)))
        .orElseGet(() ->
            line(
                "more",
                String.join(", ", names)
                    + " would take part if installed, or added: heapstakes library add FILE"));
  }

  private String leftOut(Omissions omissions, Optional<Duration> budget) {
    List<String> lines = new ArrayList<>();
    Stream.of(part("all of", omissions.workloads()), part("the times of", omissions.untimed()))
        .flatMap(Optional::stream)
        .reduce((some, more) -> some + " and " + more)
        .ifPresent(said ->
            lines.add(
                line(
                    "left out",
                    String.format(
                        Locale.ROOT,
                        "%s: no room in the %d s of --budget. Go on: heapstakes run --resume --out"
                            + " %s",
                        said,
                        budget.orElse(Duration.ZERO).toSeconds(),
                        shown(directory.path())))));
    part("rounds of", omissions.hurried())
        .ifPresent(said ->
            lines.add(
                line(
                    "few",
                    String.format(
                        Locale.ROOT,
                        "%s in the time there was; %d make an interval of 95 %%",
                        said,
                        Omissions.roundsWanted()))));
    return String.join("", lines);
  }

  private static Optional<String> part(String what, List<String> workloads) {
    return workloads.isEmpty()
        ? Optional.empty()
        : Optional.of(what + " " + Printable.line(String.join(", ", workloads)));
  }

  private String failures() {
    long failed =
        directory.cells().stream()
            .filter(c -> Status.of(c.text(Column.STATUS)).isFailure())
            .count();
    return failed == 0
        ? ""
        : line("failed", failed + (failed == 1 ? " cell, see above" : " cells, see above"));
  }

  private String next() {
    boolean failed = !failures().isEmpty();
    String path = shown(directory.path());
    if (failed) {
      return String.format(
          Locale.ROOT, "heapstakes run --resume --out %s   tries again what failed", path);
    }
    boolean timed =
        directory.cells().stream().anyMatch(c -> !c.text(Column.THROUGHPUT_OPS_PER_S).isEmpty());
    return timed && environment.plan().profile().equals("quick")
        ? String.format(
            Locale.ROOT, "%s   narrows the errors down", NextRun.longer(environment.plan()))
        : String.format(
            Locale.ROOT, "heapstakes report %s --format markdown   the same for an issue", path);
  }

  /** Relative where that is shorter. */
  private static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    Path known = absolute.startsWith(here) ? here.relativize(absolute) : absolute;
    return Printable.line(known.toString());
  }
}
