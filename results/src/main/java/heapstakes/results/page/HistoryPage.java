package heapstakes.results.page;

import heapstakes.results.Column;
import heapstakes.results.WorkloadNames;
import heapstakes.results.history.HistoryEntry;
import heapstakes.results.history.HistoryFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Figures from commit to commit: what changed, and a picture of each figure of a workload. */
final class HistoryPage {
  private static final int COMMIT_DIGITS = 9;
  private static final int MOST_CHANGES = 200;

  private final SequencedMap<HistoryEntry.Series, List<HistoryEntry>> series =
      new LinkedHashMap<>();
  private final List<String> steps;
  private final WorkloadNames names;
  private final Html html = new Html();

  /** What stands in one picture, but for the figure. */
  private record Course(String workload, String memory, int threads, String machine) {}

  private HistoryPage(List<HistoryEntry> entries) {
    for (HistoryEntry entry : entries) {
      series.computeIfAbsent(entry.series(), s -> new ArrayList<>()).add(entry);
    }
    this.steps = List.copyOf(new LinkedHashSet<>(entries.stream().map(HistoryPage::step).toList()));
    this.names = WorkloadNames.of(entries.stream().map(HistoryEntry::key));
  }

  /** The page's body. */
  static Html of(List<HistoryEntry> entries) {
    return new HistoryPage(entries).write();
  }

  /** A run: its commit, or where that is not known its date. */
  private static String step(HistoryEntry entry) {
    String commit =
        entry.commit().matches("[0-9a-f]{12,64}")
            ? entry.commit().substring(0, COMMIT_DIGITS)
            : entry.commit();
    return Stream.of(commit, day(entry)).filter(s -> !s.isEmpty()).findFirst().orElse("?");
  }

  private static String day(HistoryEntry entry) {
    return entry.date().replaceFirst("T.*", "");
  }

  private Html write() {
    html.open("nav").element("a", "Gallery", "href", Gallery.INDEX).close("nav");
    html.element("h1", "History");
    html.element(
        "p",
        String.format(
            Locale.ROOT,
            "%d commits or dates, oldest first. Simulated figures are the same on every machine;"
                + " others have a line for each machine.",
            steps.size()));
    changes();
    SequencedMap<Course, List<List<HistoryEntry>>> courses = new LinkedHashMap<>();
    series.forEach((of, entries) ->
        courses
            .computeIfAbsent(
                new Course(names.of(of.key()), of.key().memory(), of.key().threads(), of.machine()),
                c -> new ArrayList<>())
            .add(entries));
    courses.forEach(this::course);
    return html;
  }

  // ---------------------------------------------------------------------------------- changes

  private record Change(HistoryEntry before, HistoryEntry after, Column column) {}

  private void changes() {
    List<Change> changes = new ArrayList<>();
    series
        .values()
        .forEach(entries -> {
          for (int i = 1; i < entries.size(); i++) {
            changes(entries.get(i - 1), entries.get(i), changes);
          }
        });
    html.element("h2", "Counted figures that changed");
    if (changes.isEmpty()) {
      html.element("p", "None.");
      return;
    }
    changes.sort((a, b) -> Integer.compare(at(b.after), at(a.after)));
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Changes");
    html.open("table", "class", "versions").open("thead").open("tr");
    Stream.of("contestant", "workload", "commit", "figure", "before", "after")
        .forEach(name -> html.element("th", name, "scope", "col"));
    html.close("tr").close("thead").open("tbody");
    changes.stream().limit(MOST_CHANGES).forEach(this::row);
    html.close("tbody").close("table").close("div");
    if (changes.size() > MOST_CHANGES) {
      html.element("p", String.format(Locale.ROOT, "and %d more", changes.size() - MOST_CHANGES));
    }
  }

  private static void changes(HistoryEntry before, HistoryEntry after, List<Change> changes) {
    for (Column column : HistoryFile.columns()) {
      Double old = before.figures().get(column);
      Double young = after.figures().get(column);
      if (column.origin() == Column.Origin.METERED
          && after.key().memory().startsWith("simulated")
          && old != null
          && young != null
          && !old.equals(young)) {
        changes.add(new Change(before, after, column));
      }
    }
  }

  private void row(Change change) {
    double old = change.before.figures().getOrDefault(change.column, 0.0);
    double young = change.after.figures().getOrDefault(change.column, 0.0);
    CurveSvg.Axis axis = CurveSvg.Axis.of(change.column, Math.max(old, young));
    boolean higher = change.column.better() == Column.Better.HIGHER;
    html.open("tr").element("th", change.after.key().contestant(), "scope", "row");
    html.element("td", names.of(change.after.key()));
    html.element("td", step(change.after)).element("td", title(change.column));
    html.element("td", axis.text().apply(old)).open("td").text(axis.text().apply(young));
    html.element(
        "small",
        higher == young > old ? "better" : "worse",
        "class",
        higher == young > old ? "less" : "more");
    html.close("td").close("tr");
  }

  private int at(HistoryEntry entry) {
    return steps.indexOf(step(entry));
  }

  // --------------------------------------------------------------------------------- pictures

  private void course(Course course, List<List<HistoryEntry>> lines) {
    html.element(
        "h2",
        String.format(
            Locale.ROOT,
            "%s on %s, %d thread%s",
            course.workload,
            course.memory,
            course.threads,
            course.threads == 1 ? "" : "s"));
    if (!course.machine.isEmpty()) {
      html.element("p", course.machine, "class", "faint");
    }
    html.open("div", "class", "charts");
    HistoryFile.columns().forEach(column -> picture(course, column, lines));
    html.close("div");
  }

  private void picture(Course course, Column column, List<List<HistoryEntry>> lines) {
    List<CurveSvg.Curve> curves = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String colour = Palette.COLOURS.get(i % Palette.COLOURS.size());
      List<CurveSvg.Point> points = points(column, lines.get(i));
      if (!points.isEmpty()) {
        curves.add(new CurveSvg.Curve(lines.get(i).getFirst().key().contestant(), colour, points));
      }
    }
    if (curves.isEmpty()) {
      return;
    }
    double most =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(CurveSvg.Point::y)
            .max()
            .orElse(0);
    CurveSvg.Axis across =
        new CurveSvg.Axis(
            Math.max(1, steps.size() - 1),
            1000,
            1,
            at -> at < steps.size() ? steps.get((int) at) : "");
    html.open("figure").element("figcaption", title(column));
    html.raw(
        CurveSvg.of(
            title(column) + " of " + course.workload + ", commit by commit",
            across,
            CurveSvg.Axis.of(column, most),
            curves,
            List.of()));
    GalleryCurves.legend(curves, html);
    html.close("figure");
  }

  private List<CurveSvg.Point> points(Column column, List<HistoryEntry> entries) {
    List<CurveSvg.Point> points = new ArrayList<>();
    for (HistoryEntry entry : entries) {
      Double value = entry.figures().get(column);
      if (value != null) {
        String told = CurveSvg.Axis.of(column, value).text().apply(value);
        points.add(
            new CurveSvg.Point(
                at(entry), Math.max(0, value), step(entry) + " " + day(entry) + ": " + told));
      }
    }
    return points;
  }

  private static String title(Column column) {
    return column
        .header()
        .replaceFirst("_(bytes|ns)$", "")
        .replaceFirst("_ns_per_op$", " time")
        .replace('_', ' ');
  }
}
