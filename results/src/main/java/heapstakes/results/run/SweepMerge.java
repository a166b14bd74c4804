package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Joins the parts of a sweep into the run directory that the sweep would have made in one piece, to
 * the byte but for {@code environment.json}. Parts may be larger than memory: of each a cell is
 * held at a time.
 */
public final class SweepMerge {
  private final Path into;
  private final TreeMap<Integer, SweepShare> parts = new TreeMap<>();
  private final SortedSet<Column> columns = new TreeSet<>(Column.standard());

  private SweepMerge(Path into) {
    this.into = into;
  }

  /**
   * Merges.
   *
   * @param directories of every part of one sweep, in any order
   * @param into missing or an empty directory
   * @return the number of cells
   * @throws ResultException when a part is missing, unfinished or of another sweep or build
   */
  public static int merge(List<Path> directories, Path into) {
    SweepMerge merge = new SweepMerge(into);
    directories.forEach(directory -> merge.add(SweepShare.read(directory)));
    merge.requireAll();
    merge.write();
    return merge.parts.firstEntry().getValue().part().cells();
  }

  private void add(SweepShare part) {
    if (!parts.isEmpty()) {
      requireAlike(parts.firstEntry().getValue(), part);
    }
    requireWhole(part);
    SweepShare other = parts.put(part.part().part(), part);
    if (other != null) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s and %s are both part %d of %d.%n  Give each part once.",
              other.directory(),
              part.directory(),
              part.part().part(),
              part.part().parts()));
    }
  }

  private void requireWhole(SweepShare part) {
    int cells = 0;
    try (CellsCsv.Walk walk = CellsCsv.walk(part.directory())) {
      for (Cell cell = walk.next(); cell != null; cell = walk.next()) {
        columns.addAll(cell.columns());
        cells++;
      }
    }
    int share = part.part().share();
    if (cells != share) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s has %d of its %d cells: it was not finished.%n"
                  + "  Go on with it: heapstakes sweep --resume --out %1$s",
              part.directory(),
              cells,
              share));
    }
  }

  private static void requireAlike(SweepShare one, SweepShare other) {
    require(one, other, "parts", one.part().parts(), other.part().parts());
    require(
        one,
        other,
        "a build of heapstakes",
        one.environment().heapstakesVersion(),
        other.environment().heapstakesVersion());
    other.environment().requireTracesOf(one.environment());
    require(one, other, "a plan", one.part().planSha256(), other.part().planSha256());
    require(
        one, other, "timelines (--no-timelines)", one.part().timelines(), other.part().timelines());
  }

  private static void require(
      SweepShare one, SweepShare other, String what, Object of, Object ofOther) {
    if (!of.equals(ofOther)) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s and %s are not parts of one sweep: the first has %s %s, the second %s.%n"
                  + "  Run all parts with the same build, the same options and the same traces.",
              one.directory(),
              other.directory(),
              what,
              of,
              ofOther));
    }
  }

  private void requireAll() {
    SweepPart any = parts.firstEntry().getValue().part();
    List<String> missing = new ArrayList<>();
    for (int i = 1; i <= any.parts(); i++) {
      if (!parts.containsKey(i)) {
        missing.add(i + "/" + any.parts());
      }
    }
    if (!missing.isEmpty()) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%d of %d parts are there; missing: --shard %s.%n  Run those too, then merge again.",
              parts.size(),
              any.parts(),
              String.join(", ", missing)));
    }
  }

  private void write() {
    SweepPart any = parts.firstEntry().getValue().part();
    Map<Integer, SweepShare.Late> late = new HashMap<>();
    parts.forEach((number, part) -> late.put(number, part.late()));
    SweepPart.Digest digest = new SweepPart.Digest();
    walk(late, false, kept -> digest.add(kept.cell().key()));
    if (!digest.text().equals(any.planSha256())) {
      throw new ResultException(
          "the cells of the parts are not those of the plan: a cells.csv was edited or damaged.\n"
              + "  Run that part again.");
    }
    try (RunDirectory directory = RunDirectory.create(into)) {
      boolean timelines = parts.values().stream().anyMatch(SweepShare::hasTimelines);
      List<Column> header = List.copyOf(columns);
      AtomicFile.write(
          into.resolve(Journal.NAME),
          journal ->
              rows(
                  timelines,
                  rows ->
                      AtomicFile.write(
                          into.resolve(CellsCsv.NAME),
                          cells -> {
                            CellsCsv.header(cells, header);
                            walk(
                                late,
                                timelines,
                                kept -> {
                                  CellsCsv.row(cells, header, kept.cell());
                                  TimelineCsv.in(into).rows(rows, kept.cell().key(), kept.rows());
                                  Journal.write(journal, kept.entry());
                                });
                          })));
      EnvironmentJson.write(
          into.resolve(Environment.NAME), parts.firstEntry().getValue().environment());
      new SweepPart(1, 1, any.cells(), any.planSha256(), any.timelines()).write(directory.path());
    }
  }

  /** Has {@code timeline.csv} written, if there is to be one. */
  private void rows(boolean timelines, AtomicFile.Content content) throws IOException {
    if (!timelines) {
      content.writeTo(Writer.nullWriter());
      return;
    }
    AtomicFile.write(
        into.resolve(TimelineCsv.NAME),
        writer -> {
          TimelineCsv.in(into).header(writer);
          content.writeTo(writer);
        });
  }

  /** What is done with a cell. */
  @FunctionalInterface
  private interface Use {
    void of(SweepShare.Kept kept) throws IOException;
  }

  /** Goes over all cells in the order of the plan, with one of each part in memory. */
  private void walk(Map<Integer, SweepShare.Late> late, boolean withTimelines, Use use) {
    SweepPart any = parts.firstEntry().getValue().part();
    List<SweepShare.Pass> passes = new ArrayList<>();
    try {
      parts.forEach((number, part) ->
          passes.add(part.new Pass(Objects.requireNonNull(late.get(number)), withTimelines)));
      for (int i = 0; i < any.cells(); i++) {
        use.of(Objects.requireNonNull(passes.get(i % any.parts()).next()));
      }
      passes.forEach(SweepShare.Pass::requireEnd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      passes.forEach(SweepShare.Pass::close);
    }
  }
}
