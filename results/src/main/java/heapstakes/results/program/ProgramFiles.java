package heapstakes.results.program;

import heapstakes.results.Decimals;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CsvRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A contest as CSV: {@code runs.csv} has every run, {@code try.csv} a row a contestant. */
public final class ProgramFiles {
  /** Name of the file with every run. */
  public static final String RUNS = "runs.csv";

  /** Name of the file with every contestant. */
  public static final String SUMMARY = "try.csv";

  private final Path folder;

  /**
   * @param folder where they are written, which exists
   */
  public ProgramFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes both.
   *
   * @throws heapstakes.results.OutputException when one cannot be written
   */
  public void write(ProgramContest contest) {
    AtomicFile.write(
        folder.resolve(RUNS),
        out -> {
          CsvRows.header(out, runHeader());
          for (ProgramStanding standing : contest.standings()) {
            for (ProgramRun run : standing.runs()) {
              CsvRows.row(out, row(standing, run));
            }
          }
        });
    AtomicFile.write(
        folder.resolve(SUMMARY),
        out -> {
          CsvRows.header(out, summaryHeader());
          for (ProgramStanding standing : contest.standings()) {
            CsvRows.row(out, row(contest, standing));
          }
        });
  }

  private static List<String> runHeader() {
    List<String> names =
        new ArrayList<>(
            List.of(
                "contestant",
                "round",
                "place",
                "exit_code",
                "signal",
                "trouble",
                "output_sha256",
                "processes",
                "user_ns",
                "system_ns"));
    for (ProgramFigure figure : ProgramFigure.values()) {
      names.add(figure.header());
    }
    return names;
  }

  private static List<Object> row(ProgramStanding standing, ProgramRun run) {
    List<Object> row =
        new ArrayList<>(
            List.of(
                standing.contestant(),
                run.round(),
                run.place(),
                run.outcome().exitCode(),
                run.outcome().signal(),
                run.outcome().trouble(),
                run.outcome().outputSha256(),
                run.processes() == 0 ? "" : run.processes(),
                run.time().userNanos(),
                run.time().systemNanos()));
    for (ProgramFigure figure : ProgramFigure.values()) {
      OptionalLong value = figure.of(run);
      row.add(value.isPresent() ? value.getAsLong() : "");
    }
    return row;
  }

  private static List<String> summaryHeader() {
    List<String> names = new ArrayList<>(List.of("contestant", "runs", "fault"));
    for (ProgramFigure figure : ProgramFigure.values()) {
      names.add(figure.header());
      names.add(figure.header() + "_low");
      names.add(figure.header() + "_high");
      names.add(figure.header().replaceAll("_(ns|bytes)$", "") + "_ratio");
      names.add(figure.header().replaceAll("_(ns|bytes)$", "") + "_ratio_low");
      names.add(figure.header().replaceAll("_(ns|bytes)$", "") + "_ratio_high");
    }
    names.addAll(
        List.of(
            "foretold_peak_resident_bytes",
            "malloc_peak_resident_bytes",
            "malloc_end_resident_bytes",
            "command_line"));
    return names;
  }

  private static List<Object> row(ProgramContest contest, ProgramStanding standing) {
    List<Object> row =
        new ArrayList<>(
            List.of(
                standing.contestant(), standing.runs().size(), contest.fault(standing).orElse("")));
    for (ProgramFigure figure : ProgramFigure.values()) {
      add(row, standing.spread(figure));
      add(row, contest.ratio(standing, figure));
    }
    OptionalDouble foretold = contest.foretoldPeak(standing);
    row.add(foretold.isPresent() ? Decimals.plain(foretold.getAsDouble()) : "");
    row.add(standing.forecast().map(f -> (Object) f.peakBytes()).orElse(""));
    row.add(standing.forecast().map(f -> (Object) f.endBytes()).orElse(""));
    row.add(standing.commandLine());
    return row;
  }

  /** The ends of an interval are empty where there are too few runs for one. */
  private static void add(List<Object> row, Optional<Spread> spread) {
    row.add(spread.map(s -> Decimals.plain(s.median())).orElse(""));
    row.add(spread.filter(Spread::isSure).map(s -> Decimals.plain(s.low())).orElse(""));
    row.add(spread.filter(Spread::isSure).map(s -> Decimals.plain(s.high())).orElse(""));
  }
}
