package heapstakes.cli;

import heapstakes.driver.MeteredLibrary;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.WorkloadNames;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.history.HistoryFile;
import heapstakes.results.judge.Objective;
import heapstakes.results.page.ChartFiles;
import heapstakes.results.page.ReportPage;
import heapstakes.results.table.Choice;
import heapstakes.results.table.ComparisonTable;
import heapstakes.results.table.Filter;
import heapstakes.results.table.PublishedTable;
import heapstakes.results.table.RecommendationText;
import heapstakes.results.table.Style;
import heapstakes.results.table.SwitchText;
import heapstakes.results.table.TableCsv;
import heapstakes.setting.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heapstakes report}: a run's tables again, made from its CSV files alone. */
@Command(
    name = "report",
    description = {
      "Tables of a run, made again from its cells.csv: for the terminal, an issue or a paper.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  heapstakes report results/runs/20261120-120000",
      "  heapstakes report my-run --format markdown -w jq -o table.md",
      "  heapstakes report my-run --columns Mops/s,peak --sort peak --baseline native-glibc",
      "  heapstakes report my-run --where 'retained<8M' --where kind=native",
      "  heapstakes report my-run --html",
      "  heapstakes report my-run --history history.jsonl --commit 1f2e3d4"
    })
final class ReportCommand implements Callable<Integer> {
  /** What a table is made for. */
  enum Format {
    /** Aligned text with the winners below. */
    TERMINAL,
    /** GitHub's Markdown. */
    MARKDOWN,
    /** LaTeX without packages. */
    LATEX,
    /** RFC 4180 for a spreadsheet. */
    CSV
  }

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private Path run;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "terminal (the default), markdown, latex or csv.")
  private Format format = Format.TERMINAL;

  @Option(
      names = {"-a", "--allocator"},
      paramLabel = "ALLOC",
      description = "Only this contestant, with its settings; again for more.")
  private List<String> allocators = new ArrayList<>();

  @Option(
      names = {"-w", "--workload"},
      paramLabel = "WORKLOAD",
      description = "Only this workload, as cells.csv or a table names it; again for more.")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description =
          "Only what satisfies COLUMN < <= = != >= > VALUE, e.g. 'retained<4M' or status=ok; again"
              + " for more.")
  private List<String> conditions = new ArrayList<>();

  @Option(
      names = "--columns",
      paramLabel = "NAME",
      split = ",",
      description =
          "Columns to show, as a table's head or cells.csv names them, e.g. Mops/s,peak,retained.")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--sort",
      paramLabel = "NAME[:desc]",
      description = "Order of the rows: by this column, lowest first, or highest first.")
  private String sort = "";

  @Option(
      names = "--baseline",
      paramLabel = "ALLOC",
      description = "Give every figure as a multiple of this contestant's.")
  private String baseline = "";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write there instead of to standard output; with --html the page.")
  private @Nullable Path out;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Write the run as one page with charts, which needs no network; without a name it is "
              + ReportPage.NAME
              + " in the run directory.")
  private @Nullable String html;

  @Option(
      names = "--png",
      paramLabel = "DIR",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Write charts as PNG, for each workload, of what was varied and over all workloads; without"
              + " a name the directory is charts in that "
              + "of the run.")
  private @Nullable String png;

  @Option(
      names = "--over",
      paramLabel = "KEY",
      split = ",",
      description =
          "With --png: draw a curve over this setting, version or machine, or a heat map over two,"
              + " e.g. jemalloc:dirty_decay_ms,memory:ram; by default the two with most values.")
  private List<String> over = new ArrayList<>();

  @Option(
      names = "--objective",
      paramLabel = "WORD",
      defaultValue = "retained",
      completionCandidates = ObjectiveWords.class,
      description = "What --over draws (default ${DEFAULT-VALUE}).")
  private String objective = "";

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Add the run's figures to this file, a line of JSON a cell; gallery --history draws it.")
  private @Nullable Path history;

  @Option(
      names = "--commit",
      paramLabel = "ID",
      description = "What the figures are of, for --history.")
  private String commit = "";

  @Override
  public Integer call() {
    if (history != null) {
      System.out.printf(
          Locale.ROOT,
          "%d lines added to %s%n",
          HistoryFile.append(run, history, commit),
          Printable.line(history.toString()));
    } else if (html == null && png == null) {
      return tables();
    }
    if (html != null) {
      Path page = page(html);
      ReportPage.write(run, page);
      show(page);
    }
    if (png != null) {
      Path charts = png.isEmpty() ? run.resolve("charts") : Path.of(png);
      ChartFiles.write(run, over, wanted(), charts).forEach(ReportCommand::show);
    }
    return ExitCode.OK;
  }

  private Objective wanted() {
    if (over.size() > 2) {
      throw new UsageException("--over takes one key for a curve, or two for a heat map.");
    }
    return Objective.of(objective)
        .orElseThrow(() ->
            new UsageException(
                String.format(
                    Locale.ROOT,
                    "--objective '%s' is not known; heapstakes tune --help has them.",
                    Printable.line(objective))));
  }

  private static void show(Path written) {
    System.out.println(Printable.line(written.toString()));
  }

  private Path page(String named) {
    if (out == null) {
      return named.isEmpty() ? run.resolve(ReportPage.NAME) : Path.of(named);
    }
    if (!named.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "the page has two names: --html %s and -o %s.\n  Give one.",
              named,
              out));
    }
    return out;
  }

  private int tables() {
    List<Cell> all = CellsCsv.ofRun(run);
    WorkloadNames names = WorkloadNames.ofCells(all);
    List<Cell> cells =
        Filter.apply(
            conditions.stream().map(Filter::of).toList(),
            all.stream().filter(cell -> isWanted(cell.key(), names)).toList());
    if (cells.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "no row of %s is what -a, -w and --where ask for: %s.\n  Leave them away to see what there is.",
              run.resolve(CellsCsv.NAME),
              Stream.of(allocators, workloads, conditions)
                  .flatMap(List::stream)
                  .collect(Collectors.joining(", "))));
    }
    Choice choice = Choice.of(columns, sort, baseline, cells).withUsual(DefaultSet.baselines());
    String text =
        switch (format) {
          case TERMINAL -> terminal(cells, choice);
          case MARKDOWN -> published(PublishedTable.MARKDOWN, cells, choice);
          case LATEX -> published(PublishedTable.LATEX, cells, choice);
          case CSV -> TableCsv.render(cells, choice);
        };
    if (out == null) {
      System.out.print(text);
    } else {
      AtomicFile.write(out, writer -> writer.append(text));
    }
    return ExitCode.OK;
  }

  private boolean isWanted(CellKey key, WorkloadNames names) {
    return (allocators.isEmpty() || allocators.contains(key.contestant()))
        && (workloads.isEmpty()
            || workloads.contains(key.workload())
            || workloads.contains(names.of(key)));
  }

  private String terminal(List<Cell> cells, Choice choice) {
    Style style = out == null ? Terminal.outputStyle() : Style.PLAIN;
    UnaryOperator<String> deployableForm =
        environment().<UnaryOperator<String>>map(of -> of::deployableForm).orElse(contestant -> "");
    ComparisonTable table = new ComparisonTable(style, choice);
    String cautions =
        cautions(cells).stream()
            .map(caution -> style.fit("caution   " + Printable.line(caution)) + "\n")
            .collect(Collectors.joining());
    return table.render(cells, key -> List.of())
        + table.overAll(cells)
        + (cautions.isEmpty() ? "" : cautions + "\n")
        + new RecommendationText(style, deployableForm).render(cells)
        + new SwitchText(style, deployableForm, MeteredLibrary.glibc().name()).render(cells);
  }

  private String published(PublishedTable form, List<Cell> cells, Choice choice) {
    return form.render(cells, choice)
        + cautions(cells).stream()
            .map(caution -> form.paragraph("Caution: " + caution))
            .collect(Collectors.joining());
  }

  /** What has to be known of the workloads of {@code cells} before one is advised by them. */
  private List<String> cautions(List<Cell> cells) {
    Set<String> traces = cells.stream().map(cell -> cell.key().trace()).collect(Collectors.toSet());
    return environment()
        .map(of -> of.cautions(workload -> traces.contains(workload.traceSha256())))
        .orElse(List.of());
  }

  private Optional<Environment> environment() {
    Path file = run.resolve(Environment.NAME);
    return Files.exists(file) ? Optional.of(EnvironmentJson.read(file)) : Optional.empty();
  }
}
