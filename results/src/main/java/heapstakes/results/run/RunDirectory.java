package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Latency;
import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import heapstakes.results.Status;
import heapstakes.results.Timing;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.OlderKeys;
import heapstakes.results.csv.RoundsCsv;
import heapstakes.results.csv.TimelineCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The directory of a run. Every stage that is over is on disk before the next one starts: its files
 * first, then its line in the journal, so that a run killed at any moment goes on from there and
 * nothing is counted twice.
 */
public final class RunDirectory implements AutoCloseable {
  private final Path path;
  private final RunLock lock;
  private final Journal journal;
  private final JmhJson jmh;
  private final CellRows cells;
  private final boolean timelines;

  private RunDirectory(Path path, RunLock lock, CellRows rows, boolean timelines) {
    this.path = path;
    this.timelines = timelines;
    this.lock = lock;
    this.cells = rows;
    this.journal =
        Journal.open(path.resolve(Journal.NAME), new OlderKeys(List.copyOf(rows.all()))::complete);
    this.jmh = new JmhJson(path);
  }

  /**
   * Starts a run.
   *
   * @param path missing or an empty directory
   * @throws ResultException when something is there already
   */
  public static RunDirectory create(Path path) {
    return create(path, true);
  }

  /**
   * The same.
   *
   * @param timelines whether memory over time is kept: some 200 KB a cell
   */
  public static RunDirectory create(Path path, boolean timelines) {
    try {
      Files.createDirectories(path);
      requireEmpty(path);
      RunLock lock = RunLock.take(path);
      try {
        requireEmpty(path); // another process may have been faster
        return new RunDirectory(path, lock, CellRows.none(path), timelines);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new OutputException(path, e);
    }
  }

  private static void requireEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      if (files.anyMatch(file -> !file.endsWith(RunLock.NAME))) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                """
                %s is not empty.
                  Give another --out, or go on with the run that is there: --out %s --resume\
                """,
                path,
                path));
      }
    }
  }

  /**
   * Takes a run up again; what was half done when it ended is dropped.
   *
   * @throws ResultException when there is none
   */
  public static RunDirectory resume(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "there is no run in %s.\n"
                  + "  Start one without --resume, or give its directory with --out.",
              path));
    }
    RunLock lock = RunLock.take(path);
    try {
      dropTemporaryFiles(path);
      RunDirectory run =
          new RunDirectory(path, lock, CellRows.of(path), SweepPart.keepsTimelines(path));
      run.dropWhatIsHalfDone();
      run.cells.write(); // rows may follow that have today's columns
      return run;
    } catch (IOException e) {
      lock.close();
      throw new OutputException(path, e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Nobody but a run that is dead can have left them. */
  private static void dropTemporaryFiles(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.filter(f -> f.toString().endsWith(AtomicFile.SUFFIX)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** A stage of which any file has lost its part is not finished, whatever the journal says. */
  private void dropWhatIsHalfDone() {
    Set<CellKey> withTimelines = TimelineCsv.in(path).keys();
    Set<CellKey> latencies = LatencyCsv.in(path).keys();
    Set<CellKey> forks = ForksCsv.keys(path);
    journal.retain(entry ->
        switch (entry.stage()) {
          case FOOTPRINT ->
              cells.get(entry.key()) != null
                  && (entry.status() != Status.OK
                      || (isMetered(entry.key())
                          && (!timelines || withTimelines.contains(entry.key()))));
          case TIMING ->
              cells.get(entry.key()) != null
                  && (entry.status() != Status.OK
                      || (isTimed(entry.key())
                          && latencies.contains(entry.key())
                          && forks.contains(entry.key())));
        });
    TimelineCsv.in(path).retain(key -> isFinished(key, Stage.FOOTPRINT));
    LatencyCsv.in(path).retain(key -> isFinished(key, Stage.TIMING));
    RoundsCsv.retain(path, key -> isFinished(key, Stage.TIMING));
    ForksCsv.retain(path, key -> isFinished(key, Stage.TIMING));
  }

  private boolean isMetered(CellKey key) {
    return cell(key).filter(row -> !row.text(Column.PEAK_REQUESTED_BYTES).isEmpty()).isPresent();
  }

  private boolean isTimed(CellKey key) {
    return Files.exists(CellFiles.histograms(path, key))
        && cell(key).filter(row -> !row.text(Column.THROUGHPUT_OPS_PER_S).isEmpty()).isPresent();
  }

  /** Lets go of the directory. */
  @Override
  public void close() {
    try {
      cells.close();
    } finally {
      lock.close();
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Every row so far, in order of their first stage. */
  public List<Cell> cells() {
    return List.copyOf(cells.all());
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
    return journal.last(key, stage);
  }

  /**
   * Keeps a footprint.
   *
   * @param row the key and what else is known of the cell
   */
  public void finish(Cell row, Footprint footprint) {
    if (timelines) {
      TimelineCsv.append(path, row.key(), footprint.timeline());
    }
    JournalEntry entry =
        new JournalEntry(
            row.key(), Stage.FOOTPRINT, footprint.outcome().status(), remark(footprint.outcome()));
    keep(row, entry, cell -> Measurements.put(cell, footprint));
  }

  private static String remark(Footprint.Outcome outcome) {
    if (!outcome.detail().isEmpty() || outcome.refused() == 0) {
      return outcome.detail();
    }
    return String.format(
        Locale.ROOT,
        "%d operations were carried out, %d requests answered with NULL",
        outcome.operations() - outcome.refused(),
        outcome.refused());
  }

  /**
   * Keeps times.
   *
   * @param row the key and what else is known of the cell
   * @param footprint the row that has the memory of the same contestant and workload
   * @param jmhJson JMH's results in its own format
   * @param detail what should be known of them, complete text; may be empty
   */
  public void finish(Cell row, Timing timing, Cell footprint, String jmhJson, String detail) {
    Latency latency = timing.latency();
    AtomicFile.write(histogramFile(row.key()), writer -> writer.append(latency.hlog()));
    LatencyCsv.append(path, row.key(), latency);
    RoundsCsv.append(path, row.key(), timing.times().rounds());
    ForksCsv.append(path, row.key(), timing.forks());
    jmh.add(jmhJson, footprint);
    JournalEntry entry = new JournalEntry(row.key(), Stage.TIMING, Status.OK, detail);
    keep(
        row,
        entry,
        cell -> {
          Measurements.put(cell, timing.throughput());
          Measurements.put(cell, timing.times());
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
    return CellFiles.histogramsToWrite(path, key);
  }

  /** Puts the figures into the row and the row into the file; the journal comes last. */
  private void keep(Cell row, JournalEntry entry, Consumer<Cell.Builder> measurements) {
    Cell known = cells.get(row.key());
    Cell.Builder builder = known == null ? row.toBuilder() : known.toBuilder().addAll(row);
    measurements.accept(builder);
    Cell filled = builder.text(Column.STATUS, worstStatus(entry).word()).build();
    cells.put(filled);
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
