package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.bench.Entrant;
import heapstakes.os.Machine;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.run.Measurements;
import heapstakes.results.table.Units;
import heapstakes.trace.TraceInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.commons.csv.CSVFormat;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The meters of one replay in the forms that {@code replay} prints. */
final class ReplayReport {
  private final Contestant contestant;
  private final TraceInfo info;
  private final Footprint footprint;
  private final Cell cell;

  ReplayReport(Contestant contestant, TraceInfo info, Machine machine, Footprint footprint) {
    this.contestant = contestant;
    this.info = info;
    this.footprint = footprint;
    Entrant entrant = Entrant.of(contestant);
    Cell.Builder row =
        Cell.of(entrant.key(info, machine.toString()))
            .text(Column.KIND, entrant.kind())
            .text(Column.VERSION, entrant.version())
            .text(Column.STATUS, footprint.status().word());
    Measurements.put(row, footprint);
    cell = row.build();
  }

  /** Its row of {@code cells.csv}. */
  Cell cell() {
    return cell;
  }

  /** Header and row of {@code cells.csv}. */
  String csv() {
    StringBuilder text = new StringBuilder();
    try {
      CSVFormat.RFC4180.printRecord(
          text, Arrays.stream(Column.values()).map(Column::header).toArray());
      CSVFormat.RFC4180.printRecord(text, Arrays.stream(Column.values()).map(cell::text).toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Every column that was measured, and what has no column. */
  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    for (Column column : Column.values()) {
      String text = cell.text(column);
      if (!text.isEmpty()) {
        root.put(column.header(), column.type() == Column.Type.TEXT ? text : new BigDecimal(text));
      }
    }
    if (!footprint.detail().isEmpty()) {
      root.put("detail", footprint.detail());
    }
    root.put("refused", footprint.refused());
    footprint.majorFaults().ifPresent(faults -> root.put("major_faults", faults));
    footprint.timeToReturn().ifPresent(time -> root.put("time_to_return", json(time)));
    root.put("counters", footprint.counters());
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(root)
        + "\n";
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
        "%s on %s: %s of %s operations, %s%n"
            .formatted(
                contestant,
                info.name(),
                Units.count(footprint.operations()),
                Units.count(info.operations()),
                footprint.status().word()));
    if (!footprint.detail().isEmpty()) {
      text.append("  ").append(footprint.detail()).append(System.lineSeparator());
    }
    text.append("%n  %-12s %12s %12s%n".formatted("", "peak", "end"));
    bytes(text, "requested", footprint.peak().requestedBytes(), footprint.end().requestedBytes());
    bytes(text, "allocated", footprint.peak().allocatedBytes(), footprint.end().allocatedBytes());
    bytes(text, "mapped", footprint.peak().mappedBytes(), footprint.end().mappedBytes());
    bytes(text, "resident", footprint.peak().residentBytes(), footprint.end().residentBytes());
    text.append(System.lineSeparator());
    line(text, "retained", bytes(footprint.end().retainedBytes()));
    line(text, "lazily freed", bytes(footprint.lazyFreeBytes()));
    line(text, "returned", returned());
    line(text, "half back", halfBack());
    line(
        text,
        "fragmented",
        share(footprint.internalFragmentation())
            + " internal, "
            + share(footprint.externalFragmentation())
            + " external, at peak resident");
    line(text, "metadata", bytes(footprint.metadataBytes()));
    line(text, "system calls", calls());
    line(text, "minor faults", count(footprint.minorFaults()));
    line(text, "modelled", modelled());
    line(text, "refused", Units.count(footprint.refused()));
    return text.toString();
  }

  private static void bytes(StringBuilder text, String name, OptionalLong peak, OptionalLong end) {
    text.append("  %-12s %12s %12s%n".formatted(name, bytes(peak), bytes(end)));
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-12s %s%n".formatted(name, value));
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
    Footprint.Returned by = footprint.returned();
    return "%s by brk, %s by munmap, %s by MADV_DONTNEED; %s promised by MADV_FREE"
        .formatted(
            bytes(by.brkBytes()),
            bytes(by.munmapBytes()),
            bytes(by.dontneedBytes()),
            bytes(by.freeBytes()));
  }

  private String halfBack() {
    if (footprint.timeToReturn().isEmpty()) {
      return "-";
    }
    Footprint.TimeToReturn time = footprint.timeToReturn().get();
    String half =
        time.halfNanos().isPresent()
            ? "after " + Units.nanos(time.halfNanos().getAsLong())
            : "never";
    return "%s, of the %s that were left behind the last free"
        .formatted(half, Units.bytes(time.leftBytes()));
  }

  private String calls() {
    Footprint.Calls by = footprint.calls();
    return "%s sbrk, %s mmap, %s munmap, %s madvise, %s mprotect, %s mremap"
        .formatted(
            count(by.sbrk()),
            count(by.mmap()),
            count(by.munmap()),
            count(by.madvise()),
            count(by.mprotect()),
            count(by.mremap()));
  }

  private String modelled() {
    return footprint
        .modelled()
        .map(m ->
            "%s an operation; p99 %s, p99.9 %s, max %s"
                .formatted(
                    Units.nanos(m.nanosPerOperation()),
                    Units.nanos(m.percentiles().p99()),
                    Units.nanos(m.percentiles().p999()),
                    Units.nanos(m.percentiles().max())))
        .orElse("-");
  }
}
