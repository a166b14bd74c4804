package heapstakes.results.table;

import heapstakes.results.CellKey;
import heapstakes.results.KernelWork;
import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import heapstakes.setting.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Memory of every contestant at each phase mark of a workload, and what the kernel did since the
 * mark before.
 */
public final class PhaseTable {
  /** More marks than that are for programs to read. */
  private static final int MOST_MARKS = 60;

  private final Style style;

  /** A table for what {@code style} describes. */
  public PhaseTable(Style style) {
    this.style = style;
  }

  /** A phase of a contestant: its mark, and the one before, or the start. */
  private record Phase(TimelinePoint mark, TimelinePoint before) {
    OptionalLong since(Function<KernelWork, OptionalLong> figure) {
      OptionalLong now = figure.apply(mark.kernel());
      OptionalLong then = figure.apply(before.kernel());
      return now.isPresent() && then.isPresent()
          ? OptionalLong.of(now.getAsLong() - then.getAsLong())
          : OptionalLong.empty();
    }

    boolean changesNothing() {
      return mark.use().mappedBytes().equals(before.use().mappedBytes())
          && mark.use().residentBytes().equals(before.use().residentBytes())
          && mark.lazyFreeBytes().equals(before.lazyFreeBytes())
          && since(KernelWork::calls).orElse(0) == 0
          && since(KernelWork::majorFaults).orElse(0) == 0;
    }
  }

  /** What stands in a column, and how it is written. */
  private record Figure(
      String group,
      String name,
      Function<Phase, OptionalLong> value,
      Function<Long, String> text) {}

  /**
   * The marks of all cells of one workload.
   *
   * @param timelines points in order, by cell
   * @return empty when there is no mark
   */
  public String render(SequencedMap<CellKey, List<TimelinePoint>> timelines) {
    SequencedMap<String, List<Phase>> phases = new LinkedHashMap<>();
    timelines.forEach((key, points) -> phases.putIfAbsent(key.contestant(), phases(points)));
    int most = phases.values().stream().mapToInt(List::size).max().orElse(0);
    if (most == 0) {
      return "";
    }
    List<Figure> figures = figures(phases).stream().filter(f -> isInteresting(f, phases)).toList();
    TextTable table = new TextTable(headings(figures));
    for (int i = 0; i < Math.min(most, MOST_MARKS); i++) {
      addPhase(table, figures, phases, i);
    }
    if (most > MOST_MARKS) {
      table.remark(
          String.format(Locale.ROOT, "%d more marks are in timeline.csv", most - MOST_MARKS));
    }
    return style.fit(table.render(style));
  }

  private static List<Phase> phases(List<TimelinePoint> points) {
    List<Phase> phases = new ArrayList<>();
    TimelinePoint before =
        new TimelinePoint(
            0,
            0,
            "",
            MemoryUse.of(0, 0, 0, 0),
            OptionalLong.of(0),
            OptionalLong.of(0),
            new KernelWork(OptionalLong.of(0), OptionalLong.of(0), OptionalLong.of(0)));
    for (TimelinePoint point : points) {
      if (!point.phase().isEmpty()) {
        phases.add(new Phase(point, before));
        before = point;
      }
    }
    return phases;
  }

  private static List<Figure> figures(SequencedMap<String, List<Phase>> phases) {
    long resident = largest(phases, p -> p.mark().use().residentBytes());
    // What is only reserved, 180 GiB by Scudo, would make the rest look like nothing.
    String unit =
        Units.unitFor(resident > 0 ? resident : largest(phases, p -> p.mark().use().mappedBytes()));
    String here = "memory at the mark, " + unit;
    String since = "kernel since the mark before";
    Function<Long, String> bytes = value -> Units.bytesIn(unit, value);
    return List.of(
        new Figure(here, "mapped", p -> p.mark().use().mappedBytes(), bytes),
        new Figure(here, "resident", p -> p.mark().use().residentBytes(), bytes),
        new Figure(here, "lazily freed", p -> p.mark().lazyFreeBytes(), bytes),
        new Figure(since, "calls", p -> p.since(KernelWork::calls), Units::count),
        new Figure(since, "modelled", p -> p.since(KernelWork::modelledNanos), Units::nanos),
        new Figure(since, "pages from swap", p -> p.since(KernelWork::majorFaults), Units::count));
  }

  private static long largest(
      SequencedMap<String, List<Phase>> phases, Function<Phase, OptionalLong> figure) {
    return all(phases).mapToLong(phase -> figure.apply(phase).orElse(0)).max().orElse(0);
  }

  /** Nobody needs a column of nothing but zeros. */
  private static boolean isInteresting(Figure figure, SequencedMap<String, List<Phase>> phases) {
    return all(phases).anyMatch(phase -> figure.value().apply(phase).orElse(0) != 0);
  }

  private static Stream<Phase> all(SequencedMap<String, List<Phase>> phases) {
    return phases.values().stream().flatMap(List::stream);
  }

  private static List<Heading> headings(List<Figure> figures) {
    return Stream.concat(
            Stream.of(Heading.texts("phase by phase")),
            figures.stream().map(f -> Heading.numbers(f.group(), f.name())))
        .toList();
  }

  private void addPhase(
      TextTable table, List<Figure> figures, SequencedMap<String, List<Phase>> phases, int i) {
    List<String> unchanged = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    TimelinePoint any =
        phases.values().stream()
            .filter(own -> own.size() > i)
            .findFirst()
            .orElseThrow()
            .get(i)
            .mark();
    table.remark(title(any));
    phases.forEach((contestant, own) -> {
      if (own.size() <= i) {
        missing.add(contestant);
      } else if (i > 0 && own.get(i).changesNothing()) {
        unchanged.add(contestant);
      } else {
        table.add(row(contestant, own.get(i), figures));
      }
    });
    remark(table, unchanged, phases.size(), "as before");
    remark(table, missing, phases.size(), "did not come here");
  }

  private String title(TimelinePoint mark) {
    OptionalLong requested = mark.use().requestedBytes();
    return style.bold(Printable.line(mark.phase()))
        + (requested.isPresent()
            ? style.dim("   requested " + Units.bytes(requested.getAsLong()))
            : "");
  }

  private static void remark(TextTable table, List<String> who, int all, String what) {
    if (!who.isEmpty()) {
      table.remark(
          String.format(
              Locale.ROOT, "  %s: %s", who.size() == all ? "all" : String.join(" · ", who), what));
    }
  }

  private static List<Entry> row(String contestant, Phase phase, List<Figure> figures) {
    List<Entry> row = new ArrayList<>();
    row.add(new Entry("  " + contestant, false));
    for (Figure figure : figures) {
      OptionalLong value = figure.value().apply(phase);
      row.add(
          value.isPresent()
              ? new Entry(figure.text().apply(value.getAsLong()), false)
              : Entry.EMPTY);
    }
    return row;
  }
}
