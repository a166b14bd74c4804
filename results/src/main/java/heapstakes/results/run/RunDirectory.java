package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Fork;
import heapstakes.results.Latency;
import heapstakes.results.ResultException;
import heapstakes.results.Status;
import heapstakes.results.Throughput;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.TimelineCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The directory of a run. Every stage that is over is on disk before the next one starts: its files
 * first, then its line in the journal, so that a run killed at any moment goes on from there and
 * nothing is counted twice.
 */
public final class RunDirectory {
  private final Path path;
  private final Journal journal;
  private final JmhJson jmh;
  private final SequencedMap<CellKey, Cell> cells = new LinkedHashMap<>();

  private RunDirectory(Path path) {
    this.path = path;
    this.journal = Journal.open(path.resolve(Journal.NAME));
    this.jmh = new JmhJson(path);
  }

  /**
   * Starts a run.
   *
   * @param path missing or an empty directory
   * @throws ResultException when something is there already
   */
  public static RunDirectory create(Path path) {
    try {
      Files.createDirectories(path);
      try (var files = Files.list(path)) {
        if (files.findAny().isPresent()) {
          throw new ResultException(
              """
              %s is not empty.
                Give another --out, or go on with the run that is there: --out %s --resume\
              """
                  .formatted(path, path));
        }
      }
    } catch (IOException e) {
      throw new ResultException(
          "cannot make the directory %s: %s.\n  Give another one with --out."
              .formatted(path, e.getMessage()),
          e);
    }
    return new RunDirectory(path);
  }

  /**
   * Takes a run up again; what was half done when it ended is dropped.
   *
   * @throws ResultException when there is none
   */
  public static RunDirectory resume(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ResultException(
          "there is no run in %s.\n  Start one without --resume, or give its directory with --out."
              .formatted(path));
    }
    RunDirectory run = new RunDirectory(path);
    Path file = path.resolve(CellsCsv.NAME);
    if (Files.exists(file)) {
      CellsCsv.read(file).forEach(cell -> run.cells.put(cell.key(), cell));
    }
    TimelineCsv.in(path).retain(key -> run.isFinished(key, Stage.FOOTPRINT));
    LatencyCsv.in(path).retain(key -> run.isFinished(key, Stage.TIMING));
    ForksCsv.retain(path, key -> run.isFinished(key, Stage.TIMING));
    return run;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Every row so far, in order of their first stage. */
  public List<Cell> cells() {
    return List.copyOf(cells.values());
  }

  /** The row of {@code key}, if a stage of it is over. */
  public Optional<Cell> cell(CellKey key) {
    return Optional.ofNullable(cells.get(key));
  }

  /** Whether the stage is over and need not be run again; what failed is tried again. */
  public boolean isFinished(CellKey key, Stage stage) {
    return last(key, stage).filter(entry -> !entry.status().isFailure()).isPresent();
  }

  /** How the stage last ended. */
  public Optional<JournalEntry> last(CellKey key, Stage stage) {
    return journal.entries().reversed().stream()
        .filter(entry -> entry.stage() == stage && entry.key().equals(key))
        .findFirst();
  }

  /**
   * Keeps a footprint.
   *
   * @param row the key and what else is known of the cell
   */
  public void finish(Cell row, Footprint footprint) {
    TimelineCsv.append(path, row.key(), footprint.timeline());
    JournalEntry entry =
        new JournalEntry(row.key(), Stage.FOOTPRINT, footprint.status(), remark(footprint));
    keep(row, entry, cell -> Measurements.put(cell, footprint));
  }

  private static String remark(Footprint footprint) {
    if (!footprint.detail().isEmpty() || footprint.refused() == 0) {
      return footprint.detail();
    }
    return "%d operations were carried out, %d requests answered with NULL"
        .formatted(footprint.operations() - footprint.refused(), footprint.refused());
  }

  /**
   * Keeps times.
   *
   * @param row the key and what else is known of the cell
   * @param forks the JVMs that both come from, in order
   * @param footprint the row that has the memory of the same contestant and workload
   * @param jmhJson JMH's results in its own format
   * @param detail what should be known of them, complete text; may be empty
   */
  public void finish(
      Cell row,
      Throughput throughput,
      Latency latency,
      List<Fork> forks,
      Cell footprint,
      String jmhJson,
      String detail) {
    AtomicFile.write(histogramFile(row.key()), writer -> writer.append(latency.hlog()));
    LatencyCsv.append(path, row.key(), latency);
    ForksCsv.append(path, row.key(), forks);
    jmh.add(jmhJson, footprint);
    JournalEntry entry = new JournalEntry(row.key(), Stage.TIMING, Status.OK, detail);
    keep(
        row,
        entry,
        cell -> {
          Measurements.put(cell, throughput);
          Measurements.put(cell, latency);
        });
  }

  /**
   * Notes that a stage gave no figures.
   *
   * @param row the key and what else is known of the cell
   * @param status how it ended instead
   * @param detail why, complete text
   */
  public void fail(Cell row, Stage stage, Status status, String detail) {
    keep(row, new JournalEntry(row.key(), stage, status, detail), cell -> {});
  }

  /** The same for what failed. */
  public void fail(Cell row, Stage stage, String detail) {
    fail(row, stage, Status.FAILED, detail);
  }

  /** Where the histograms of a cell are: {@code *.hlog}. */
  public Path histogramFile(CellKey key) {
    return CellFiles.histograms(path, key);
  }

  /** Puts the figures into the row and the row into the file; the journal comes last. */
  private void keep(Cell row, JournalEntry entry, Consumer<Cell.Builder> measurements) {
    Cell known = cells.get(row.key());
    Cell.Builder builder = known == null ? row.toBuilder() : known.toBuilder().addAll(row);
    measurements.accept(builder);
    cells.put(row.key(), builder.text(Column.STATUS, worstStatus(entry).word()).build());
    CellsCsv.write(path.resolve(CellsCsv.NAME), cells.values());
    journal.add(entry);
  }

  private Status worstStatus(JournalEntry entry) {
    Status worst = entry.status();
    for (Stage stage : Stage.values()) {
      Status other =
          stage == entry.stage()
              ? worst
              : last(entry.key(), stage).map(JournalEntry::status).orElse(Status.OK);
      worst = other.compareTo(worst) > 0 ? other : worst;
    }
    return worst;
  }
}
