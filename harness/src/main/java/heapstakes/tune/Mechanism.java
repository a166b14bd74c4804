package heapstakes.tune;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.table.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** How a setting does what it does, as far as the counters of both replays show it. */
public final class Mechanism {
  /** Whichever of them is set, glibc's thresholds stay as they are (malloc.c, no_dyn_threshold). */
  private static final Set<String> STOP_THE_DYNAMIC_THRESHOLD =
      Set.of("trim_threshold", "top_pad", "mmap_threshold", "mmap_max");

  /** Less than a hundredth more or less is no mechanism. */
  private static final double TELLING = 0.01;

  private Mechanism() {}

  /** What {@code other} does otherwise than {@code stock}, in words; empty where nothing shows. */
  public static Optional<String> of(Trial stock, Trial other) {
    List<String> parts = new ArrayList<>();
    mappings(stock, other).ifPresent(parts::add);
    for (Column column : Column.of(List.of(stock.cell(), other.cell()))) {
      column
          .returnWay()
          .filter(way -> differs(stock.cell(), other.cell(), column))
          .ifPresent(way ->
              parts.add(
                  String.format(
                      Locale.ROOT,
                      "%s given back by %s instead of %s",
                      Units.bytes(value(other.cell(), column)),
                      way,
                      Units.bytes(value(stock.cell(), column)))));
    }
    if (differs(stock.cell(), other.cell(), Column.METADATA_BYTES)) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%s of metadata instead of %s",
              Units.bytes(value(other.cell(), Column.METADATA_BYTES)),
              Units.bytes(value(stock.cell(), Column.METADATA_BYTES))));
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(parts.stream().collect(Collectors.joining("; ")));
  }

  /** More mappings than stock has where its threshold rises, or fewer. */
  private static Optional<String> mappings(Trial stock, Trial other) {
    if (!differs(stock.cell(), other.cell(), Column.MMAP_CALLS)) {
      return Optional.empty();
    }
    double before = value(stock.cell(), Column.MMAP_CALLS);
    double now = value(other.cell(), Column.MMAP_CALLS);
    boolean stopped =
        other.contestant().provider().name().equals("ptmalloc2")
            && other.contestant().settings().given().keySet().stream()
                .anyMatch(STOP_THE_DYNAMIC_THRESHOLD::contains);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s mmap calls instead of %s%s",
            Units.count(Math.round(now)),
            Units.count(Math.round(before)),
            stopped && now > before ? ", since it stops the dynamic threshold" : ""));
  }

  private static boolean differs(Cell stock, Cell other, Column column) {
    double before = value(stock, column);
    double now = value(other, column);
    return Math.abs(now - before) > TELLING * Math.max(before, now);
  }

  private static double value(Cell cell, Column column) {
    OptionalDouble number = cell.number(column);
    return number.orElse(0);
  }
}
