package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Joins the parts of a sweep into the run directory that the sweep would have made in one piece, to
 * the byte but for {@code environment.json}.
 */
public final class SweepMerge {
  private final Path into;
  private final TreeMap<Integer, Part> parts = new TreeMap<>();

  private SweepMerge(Path into) {
    this.into = into;
  }

  private record Part(
      Path directory,
      SweepPart part,
      List<Cell> cells,
      Environment environment,
      Map<CellKey, List<TimelinePoint>> timelines,
      Journal journal) {
    static Part read(Path directory) {
      return new Part(
          directory,
          SweepPart.read(directory),
          CellsCsv.ofRun(directory),
          EnvironmentJson.read(directory.resolve(Environment.NAME)),
          TimelineCsv.points(directory),
          Journal.open(directory.resolve(Journal.NAME), UnaryOperator.identity()));
    }
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
    directories.forEach(directory -> merge.add(Part.read(directory)));
    merge.requireAll();
    return merge.write();
  }

  private void add(Part part) {
    if (!parts.isEmpty()) {
      requireAlike(parts.firstEntry().getValue(), part);
    }
    int share = part.part().share();
    if (part.cells().size() != share) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s has %d of its %d cells: it was not finished.%n"
                  + "  Go on with it: heapstakes sweep --resume --out %1$s",
              part.directory(),
              part.cells().size(),
              share));
    }
    Part other = parts.put(part.part().part(), part);
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

  private static void requireAlike(Part one, Part other) {
    require(one, other, "parts", one.part().parts(), other.part().parts());
    require(
        one,
        other,
        "a build of heapstakes",
        one.environment().heapstakesVersion(),
        other.environment().heapstakesVersion());
    other.environment().requireTracesOf(one.environment());
    require(one, other, "a plan", one.part().planSha256(), other.part().planSha256());
  }

  private static void require(Part one, Part other, String what, Object of, Object ofOther) {
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

  private int write() {
    Part first = parts.firstEntry().getValue();
    SweepPart any = first.part();
    List<Cell> ordered = new ArrayList<>();
    Map<CellKey, Part> from = new HashMap<>();
    for (int i = 0; i < any.cells(); i++) {
      Part part = Objects.requireNonNull(parts.get(i % any.parts() + 1));
      Cell cell = part.cells().get(i / any.parts());
      ordered.add(cell);
      from.put(cell.key(), part);
    }
    List<CellKey> keys = ordered.stream().map(Cell::key).toList();
    if (!SweepPart.digest(keys).equals(any.planSha256())) {
      throw new ResultException(
          "the cells of the parts are not those of the plan: a cells.csv was edited or damaged.\n"
              + "  Run that part again.");
    }
    try (RunDirectory directory = RunDirectory.create(into)) {
      SweepPart.of(1, 1, keys).write(into);
      EnvironmentJson.write(into.resolve(Environment.NAME), first.environment());
      for (Cell cell : ordered) {
        Part part = Objects.requireNonNull(from.get(cell.key()));
        part.journal()
            .last(cell.key(), Stage.FOOTPRINT)
            .ifPresent(entry ->
                directory.adopt(cell, entry, part.timelines().getOrDefault(cell.key(), List.of())));
      }
    }
    return ordered.size();
  }
}
