package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.cell.MeteredCell;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Forecast;
import heapstakes.results.Locality;
import heapstakes.results.csv.CsvRows;
import heapstakes.results.table.Units;
import heapstakes.trace.TraceInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The meters of one replay in the forms that {@code replay} prints. */
final class ReplayReport {
  private static final String PROMISE = "free";

  private final Contestant contestant;
  private final TraceInfo info;
  private final Footprint footprint;
  private final Cell cell;

  ReplayReport(Contestant contestant, TraceInfo info, MeteredCell metered) {
    this.contestant = contestant;
    this.info = info;
    footprint = metered.footprint();
    cell = metered.cell();
  }

  /** Header and row of {@code cells.csv}. */
  String csv() {
    StringBuilder text = new StringBuilder();
    try {
      List<Column> columns = Column.of(List.of(cell));
      CsvRows.header(text, columns.stream().map(Column::header).toList());
      CsvRows.row(text, columns.stream().map(cell::text).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Every column that was measured, and what has no column. */
  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    for (Column column : cell.columns()) {
      String text = cell.text(column);
      root.put(column.header(), column.type() == Column.Type.TEXT ? text : new BigDecimal(text));
    }
    if (!footprint.outcome().detail().isEmpty()) {
      root.put("detail", footprint.outcome().detail());
    }
    root.put("refused", footprint.outcome().refused());
    footprint.kernel().majorFaults().ifPresent(faults -> root.put("major_faults", faults));
    footprint.space().timeToReturn().ifPresent(time -> root.put("time_to_return", json(time)));
    root.put("counters", footprint.counters());
    if (!TraceCautions.of(info).isEmpty()) {
      root.put("cautions", TraceCautions.of(info));
    }
    return Json.text(root);
  }

  private static Map<String, Object> json(Footprint.TimeToReturn time) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("phase", time.phase());
    fields.put("left_bytes", time.leftBytes());
    time.halfNanos().ifPresent(nanos -> fields.put("half_ns", nanos));
    time.ninetyPercentNanos().ifPresent(nanos -> fields.put("ninety_percent_ns", nanos));
    return fields;
  }

  /** A page for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s on %s: %s of %s operations, %s%n",
            contestant,
            info.name(),
            Units.count(footprint.outcome().operations()),
            Units.count(info.operations()),
            footprint.outcome().status().word()));
    if (!footprint.outcome().detail().isEmpty()) {
      text.append("  ").append(footprint.outcome().detail()).append(System.lineSeparator());
    }
    text.append(String.format(Locale.ROOT, "%n  %-12s %12s %12s%n", "", "peak", "end"));
    footprint(text);
    text.append(System.lineSeparator());
    line(text, "retained", bytes(footprint.space().end().retainedBytes()));
    line(
        text,
        "lazily freed",
        bytes(footprint.space().lazyFreeBytes())
            + "; resident without it "
            + bytes(footprint.space().heldBytes()));
    if (footprint.hugePages().endBytes().isPresent()) {
      line(text, "huge pages", hugePages());
    }
    line(text, "returned", returned());
    line(text, "half back", halfBack());
    line(
        text,
        "fragmented",
        share(footprint.space().internalFragmentation())
            + " internal, "
            + share(footprint.space().externalFragmentation())
            + " external, at peak resident");
    line(text, "metadata", bytes(footprint.space().metadataBytes()));
    line(text, "arenas", arenas());
    line(text, "reallocs", reallocs());
    if (info.threads() > 1) {
      line(text, "handed over", handedOver());
    }
    footprint
        .kernel()
        .copiedOnWriteBytes()
        .ifPresent(bytes -> line(text, "after forks", Units.bytes(bytes) + " copied on write"));
    line(text, "system calls", calls());
    line(text, "minor faults", count(footprint.kernel().minorFaults()));
    line(text, "modelled", modelled());
    work(text);
    line(text, "refused", Units.count(footprint.outcome().refused()));
    TraceCautions.of(info).forEach(caution -> line(text, "caution", caution));
    return text.toString();
  }

  /** What was counted in replays of their own. */
  private void work(StringBuilder text) {
    footprint
        .forecast()
        .ifPresent(forecast -> {
          line(text, "one life", forecast(forecast.oneLife()));
          line(text, "steady", forecast(forecast.steady()));
        });
    footprint
        .locality()
        .ifPresent(locality -> {
          line(text, "touched", "one life: " + touched(locality.oneLife()));
          line(text, "", "steady: " + touched(locality.steady()));
        });
  }

  private void footprint(StringBuilder text) {
    bytes(
        text,
        "requested",
        footprint.space().peak().requestedBytes(),
        footprint.space().end().requestedBytes());
    bytes(
        text,
        "allocated",
        footprint.space().peak().allocatedBytes(),
        footprint.space().end().allocatedBytes());
    bytes(
        text,
        "mapped",
        footprint.space().peak().mappedBytes(),
        footprint.space().end().mappedBytes());
    bytes(
        text,
        "resident",
        footprint.space().peak().residentBytes(),
        footprint.space().end().residentBytes());
  }

  private static void bytes(StringBuilder text, String name, OptionalLong peak, OptionalLong end) {
    text.append(String.format(Locale.ROOT, "  %-12s %12s %12s%n", name, bytes(peak), bytes(end)));
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "  %-12s %s%n", name, value));
  }

  private static String bytes(OptionalLong value) {
    return value.isPresent() && value.getAsLong() >= 0 ? Units.bytes(value.getAsLong()) : "-";
  }

  private static String count(OptionalLong value) {
    return value.isPresent() ? Units.count(value.getAsLong()) : "-";
  }

  /** Shares and bytes below 0 come of blocks that were never touched, and say nothing. */
  private static String share(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() >= 0
        ? String.format(Locale.ROOT, "%.1f %%", 100 * value.getAsDouble())
        : "-";
  }

  private String returned() {
    String given =
        named(column -> column.returnWay().filter(way -> !way.equals(PROMISE)))
            .map(way -> bytes(cell.count(Column.returned(way))) + " by " + advised(way))
            .collect(Collectors.joining(", "));
    OptionalLong promised = cell.count(Column.returned(PROMISE));
    return given + "; " + bytes(promised) + " promised by MADV_FREE";
  }

  private static String advised(String way) {
    return way.equals("dontneed") ? "MADV_DONTNEED" : way;
  }

  /** The standard names and those that only this cell's kernel has. */
  private Stream<String> named(Function<Column, Optional<String>> name) {
    return Column.of(List.of(cell)).stream().map(name).flatMap(Optional::stream);
  }

  private String halfBack() {
    if (footprint.space().timeToReturn().isEmpty()) {
      return "-";
    }
    Footprint.TimeToReturn time = footprint.space().timeToReturn().get();
    String half =
        time.halfNanos().isPresent()
            ? "after " + Units.nanos(time.halfNanos().getAsLong())
            : "never";
    return String.format(
        Locale.ROOT,
        "%s, of the %s that were left behind the last free",
        half,
        Units.bytes(time.leftBytes()));
  }

  private String hugePages() {
    Footprint.HugePages huge = footprint.hugePages();
    String of = bytes(huge.peakBytes()) + " at their peak (" + share(footprint.hugeCoverage());
    String bloat = "; bloat " + bytes(huge.peakBloatBytes()) + ", at the end ";
    return of
        + " of peak resident), "
        + bytes(huge.endBytes())
        + " at the end"
        + (huge.endBloatBytes().isEmpty() ? "" : bloat + bytes(huge.endBloatBytes()))
        + (huge.collapses().isEmpty() ? "" : "; " + count(huge.collapses()) + " collapsed");
  }

  private String arenas() {
    Footprint.Arenas arenas = footprint.arenas();
    return arenas.count().isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT,
            "%s of %s together, the largest of %s",
            count(arenas.count()),
            bytes(arenas.bytes()),
            bytes(arenas.largestBytes()));
  }

  private String reallocs() {
    Footprint.Traffic traffic = footprint.traffic();
    return String.format(
        Locale.ROOT,
        "%s, %s moved (%s), %s copied",
        count(traffic.reallocs()),
        count(traffic.moved()),
        share(traffic.relocationRatio()),
        bytes(traffic.copiedBytes()));
  }

  private String handedOver() {
    Footprint.Traffic traffic = footprint.traffic();
    return String.format(
        Locale.ROOT,
        "%s blocks of %s freed by another thread than allocated them",
        count(traffic.crossThreadFrees()),
        bytes(traffic.crossThreadFreedBytes()));
  }

  private String calls() {
    return named(Column::callKind)
        .map(kind -> count(cell.count(Column.calls(kind))) + " " + kind)
        .collect(Collectors.joining(", "));
  }

  private static String forecast(Forecast.Parts parts) {
    return String.format(
        Locale.ROOT,
        "%s an operation of the library, foretold: path %s, cache %s, faults %s, system calls %s",
        Units.nanos(parts.total()),
        Units.nanos(parts.path()),
        Units.nanos(parts.cache()),
        Units.nanos(parts.faults()),
        Units.nanos(parts.systemCalls()));
  }

  private static String touched(Locality.Touched of) {
    return String.format(
        Locale.ROOT,
        "%.0f cache lines and %.0f pages in 1 000 operations, of the allocator's own %.0f and %.0f;"
            + " not in L1 %.0f, L2 %.0f, L3 %.0f; TLB %.0f, walked %.0f",
        of.lines(),
        of.pages(),
        of.ownLines(),
        of.ownPages(),
        of.l1Misses(),
        of.l2Misses(),
        of.l3Misses(),
        of.tlbMisses(),
        of.pageWalks());
  }

  private String modelled() {
    return footprint
        .modelled()
        .map(m ->
            String.format(
                Locale.ROOT,
                "%s an operation; p99 %s, p99.9 %s, max %s",
                Units.nanos(m.nanosPerOperation()),
                Units.nanos(m.percentiles().p99()),
                Units.nanos(m.percentiles().p999()),
                Units.nanos(m.percentiles().max())))
        .orElse("-");
  }
}
