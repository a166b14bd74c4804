package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.TimelinePoint;
import heapstakes.results.environment.Origin;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.setting.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Contestants that may be ranked together: figures of one build on one machine, one trace, one
 * memory.
 *
 * @param course what they ran, where
 * @param families rows by library, versions side by side
 * @param results the same rows, to be judged
 * @param timelines of those rows that have one
 * @param runs they are of
 */
record GallerySection(
    Course course,
    SequencedMap<String, List<Standing>> families,
    WorkloadResults results,
    SequencedMap<CellKey, List<TimelinePoint>> timelines,
    List<GalleryRun> runs) {

  /** What makes figures comparable. */
  record Course(Origin origin, String workload, String trace, String memory, int threads) {
    static Course of(GalleryRun run, CellKey key) {
      return new Course(run.origin(), key.workload(), key.trace(), key.memory(), key.threads());
    }
  }

  /** A row and whose it is. */
  private record Entry(Cell cell, GalleryRun run) {}

  /**
   * Every section of {@code runs}, in their order. Of a cell that several runs of one origin have,
   * the last given one's figures stay.
   */
  static List<GallerySection> of(List<GalleryRun> runs) {
    SequencedMap<Course, SequencedMap<CellKey, Entry>> courses = new LinkedHashMap<>();
    for (GalleryRun run : runs) {
      for (Cell cell : run.cells()) {
        courses
            .computeIfAbsent(Course.of(run, cell.key()), c -> new LinkedHashMap<>())
            .put(cell.key(), new Entry(cell, run));
      }
    }
    List<GallerySection> sections = new ArrayList<>();
    courses.forEach((course, entries) -> sections.add(of(course, entries)));
    return sections;
  }

  private static GallerySection of(Course course, SequencedMap<CellKey, Entry> entries) {
    List<Cell> cells = entries.values().stream().map(Entry::cell).toList();
    WorkloadResults results = WorkloadResults.of(cells, key -> List.of()).getFirst();
    SequencedMap<String, List<Standing>> families = new LinkedHashMap<>();
    for (Standing standing : results.standings()) {
      families.computeIfAbsent(family(standing), f -> new ArrayList<>()).add(standing);
    }
    SequencedMap<CellKey, List<TimelinePoint>> timelines = new LinkedHashMap<>();
    entries.forEach((key, entry) ->
        Optional.ofNullable(entry.run().timelines().get(key))
            .ifPresent(points -> timelines.put(key, points)));
    List<GalleryRun> runs = entries.values().stream().map(Entry::run).distinct().toList();
    return new GallerySection(course, families, results, timelines, runs);
  }

  /** A real library stands with the versions of its twin. */
  private static String family(Standing standing) {
    Standing model = standing.twin();
    return Spec.head((model == null ? standing : model).cells().getFirst().key().allocator())
        .name();
  }

  /** The version before, of the same library with the same settings; null where there is none. */
  static @Nullable Standing before(List<Standing> family, Standing standing) {
    Standing before = null;
    for (Standing other : family) {
      if (other == standing) {
        return before;
      }
      if (settings(other).equals(settings(standing)) && other.isNative() == standing.isNative()) {
        before = other;
      }
    }
    return Objects.requireNonNull(before, "a standing of the family");
  }

  private static String settings(Standing standing) {
    return standing.cells().getFirst().key().settings();
  }
}
