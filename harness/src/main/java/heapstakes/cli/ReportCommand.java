package heapstakes.cli;

import heapstakes.results.Cell;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.page.ReportPage;
import heapstakes.results.table.ComparisonTable;
import heapstakes.results.table.PublishedTable;
import heapstakes.results.table.Style;
import heapstakes.results.table.Winners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
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
      "  heapstakes report my-run --format markdown -w jq -o table.md"
    })
final class ReportCommand implements Callable<Integer> {
  /** What a table is made for. */
  enum Format {
    /** Aligned text with the winners below. */
    TERMINAL,
    /** GitHub's Markdown. */
    MARKDOWN,
    /** LaTeX without packages. */
    LATEX
  }

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private Path run;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "terminal (the default), markdown or latex.")
  private Format format = Format.TERMINAL;

  @Option(
      names = {"-a", "--allocator"},
      paramLabel = "ALLOC",
      description = "Only this contestant, with its settings; again for more.")
  private List<String> allocators = new ArrayList<>();

  @Option(
      names = {"-w", "--workload"},
      paramLabel = "WORKLOAD",
      description = "Only this workload, as it stands in cells.csv; again for more.")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write there instead of to standard output.")
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

  @Override
  public Integer call() {
    if (html != null) {
      Path page = html.isEmpty() ? run.resolve(ReportPage.NAME) : Path.of(html);
      ReportPage.write(run, page);
      System.out.printf("%s%n", page);
      return ExitCode.OK;
    }
    List<Cell> cells = CellsCsv.ofRun(run).stream().filter(this::isWanted).toList();
    if (cells.isEmpty()) {
      throw new UsageException(
          "no row of %s is of %s.\n  Leave -a and -w away to see what there is."
              .formatted(
                  run.resolve(CellsCsv.NAME), allocators.isEmpty() ? workloads : allocators));
    }
    String text =
        switch (format) {
          case TERMINAL -> terminal(cells);
          case MARKDOWN -> PublishedTable.MARKDOWN.render(cells);
          case LATEX -> PublishedTable.LATEX.render(cells);
        };
    if (out == null) {
      System.out.print(text);
    } else {
      AtomicFile.write(out, writer -> writer.append(text));
    }
    return ExitCode.OK;
  }

  private boolean isWanted(Cell cell) {
    return (allocators.isEmpty() || allocators.contains(cell.key().contestant()))
        && (workloads.isEmpty() || workloads.contains(cell.key().workload()));
  }

  private String terminal(List<Cell> cells) {
    Style style = out == null ? Terminal.outputStyle() : Style.PLAIN;
    Path file = run.resolve(Environment.NAME);
    UnaryOperator<String> deployableForm =
        Files.exists(file) ? EnvironmentJson.read(file)::deployableForm : contestant -> "";
    return new ComparisonTable(style).render(cells, key -> List.of())
        + new Winners(style, deployableForm).render(cells);
  }
}
