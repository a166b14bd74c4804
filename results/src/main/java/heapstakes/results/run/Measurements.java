package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Forecast;
import heapstakes.results.Latency;
import heapstakes.results.Percentiles;
import heapstakes.results.Throughput;
import heapstakes.results.Times;
import java.util.OptionalLong;

/** Puts measurements into the columns of a row. */
public final class Measurements {
  private Measurements() {}

  /** Puts a footprint; its status is not among the columns set here. */
  public static void put(Cell.Builder row, Footprint footprint) {
    row.count(Column.OPS, footprint.outcome().operations());
    footprint
        .modelled()
        .ifPresent(modelled -> {
          row.decimal(Column.MODELLED_NS_PER_OP, modelled.nanosPerOperation());
          putModelled(row, modelled.percentiles());
        });
    footprint
        .forecast()
        .ifPresent(forecast -> {
          row.decimal(Column.FORECAST_ONE_LIFE_NS_PER_OP, forecast.oneLife().total())
              .decimal(Column.FORECAST_STEADY_NS_PER_OP, forecast.steady().total());
          putParts(row, "one_life", forecast.oneLife());
          putParts(row, "steady", forecast.steady());
        });
    footprint.locality().ifPresent(locality -> locality.byColumn().forEach(row::decimal));
    putMemory(row, footprint);
    putBlocks(row, footprint);
    putHugePages(row, footprint);
    putReturned(row, footprint);
    footprint
        .space()
        .residentByteSeconds()
        .ifPresent(v -> row.decimal(Column.RESIDENT_BYTE_SECONDS, v));
    footprint
        .space()
        .internalFragmentation()
        .ifPresent(v -> row.decimal(Column.INTERNAL_FRAGMENTATION, v));
    footprint
        .space()
        .externalFragmentation()
        .ifPresent(v -> row.decimal(Column.EXTERNAL_FRAGMENTATION, v));
    count(row, Column.METADATA_BYTES, footprint.space().metadataBytes());
    count(row, Column.COPIED_ON_WRITE_BYTES, footprint.kernel().copiedOnWriteBytes());
    count(row, Column.MINOR_FAULTS, footprint.kernel().minorFaults());
    footprint
        .kernel()
        .calls()
        .byName()
        .forEach((kind, count) -> row.count(Column.calls(kind), count));
  }

  private static void putParts(Cell.Builder row, String time, Forecast.Parts parts) {
    row.decimal(Column.forecast(time, "path"), parts.path())
        .decimal(Column.forecast(time, "cache"), parts.cache())
        .decimal(Column.forecast(time, "faults"), parts.faults())
        .decimal(Column.forecast(time, "system_calls"), parts.systemCalls());
  }

  private static void putModelled(Cell.Builder row, Percentiles of) {
    row.decimal(Column.MODELLED_P50_NS, of.p50())
        .decimal(Column.MODELLED_P90_NS, of.p90())
        .decimal(Column.MODELLED_P99_NS, of.p99())
        .decimal(Column.MODELLED_P99_9_NS, of.p999())
        .decimal(Column.MODELLED_P99_99_NS, of.p9999())
        .decimal(Column.MODELLED_MAX_NS, of.max());
  }

  private static void putMemory(Cell.Builder row, Footprint footprint) {
    count(row, Column.PEAK_REQUESTED_BYTES, footprint.space().peak().requestedBytes());
    count(row, Column.PEAK_ALLOCATED_BYTES, footprint.space().peak().allocatedBytes());
    count(row, Column.PEAK_MAPPED_BYTES, footprint.space().peak().mappedBytes());
    count(row, Column.PEAK_RESIDENT_BYTES, footprint.space().peak().residentBytes());
    count(row, Column.END_REQUESTED_BYTES, footprint.space().end().requestedBytes());
    count(row, Column.END_MAPPED_BYTES, footprint.space().end().mappedBytes());
    count(row, Column.END_RESIDENT_BYTES, footprint.space().end().residentBytes());
    count(row, Column.RETAINED_BYTES, footprint.space().end().retainedBytes());
    count(row, Column.LAZY_FREE_BYTES, footprint.space().lazyFreeBytes());
    count(row, Column.END_HELD_BYTES, footprint.space().heldBytes());
  }

  private static void putBlocks(Cell.Builder row, Footprint footprint) {
    Footprint.Traffic traffic = footprint.traffic();
    count(row, Column.REALLOCS, traffic.reallocs());
    count(row, Column.MOVED_REALLOCS, traffic.moved());
    traffic.relocationRatio().ifPresent(v -> row.decimal(Column.RELOCATION_RATIO, v));
    count(row, Column.COPIED_BYTES, traffic.copiedBytes());
    count(row, Column.CROSS_THREAD_FREES, traffic.crossThreadFrees());
    count(row, Column.CROSS_THREAD_FREED_BYTES, traffic.crossThreadFreedBytes());
    count(row, Column.ARENAS, footprint.arenas().count());
    count(row, Column.ARENA_BYTES, footprint.arenas().bytes());
    count(row, Column.LARGEST_ARENA_BYTES, footprint.arenas().largestBytes());
  }

  private static void putHugePages(Cell.Builder row, Footprint footprint) {
    Footprint.HugePages huge = footprint.hugePages();
    count(row, Column.PEAK_ANON_HUGE_BYTES, huge.peakBytes());
    count(row, Column.END_ANON_HUGE_BYTES, huge.endBytes());
    footprint.hugeCoverage().ifPresent(v -> row.decimal(Column.HUGE_COVERAGE, v));
    count(row, Column.PEAK_HUGE_BLOAT_BYTES, huge.peakBloatBytes());
    count(row, Column.END_HUGE_BLOAT_BYTES, huge.endBloatBytes());
    count(row, Column.KHUGEPAGED_COLLAPSES, huge.collapses());
  }

  private static void putReturned(Cell.Builder row, Footprint footprint) {
    footprint
        .kernel()
        .returned()
        .byName()
        .forEach((way, bytes) -> row.count(Column.returned(way), bytes));
    footprint.space().returnedShare().ifPresent(v -> row.decimal(Column.RETURNED_SHARE, v));
    footprint
        .space()
        .timeToReturn()
        .ifPresent(time ->
            time.halfNanos().ifPresent(nanos -> row.decimal(Column.TIME_TO_RETURN_HALF_NS, nanos)));
  }

  static void put(Cell.Builder row, Throughput throughput) {
    row.count(Column.OPS, throughput.operations())
        .decimal(Column.THROUGHPUT_OPS_PER_S, throughput.operationsPerSecond());
    throughput
        .errorOperationsPerSecond()
        .ifPresent(v -> row.decimal(Column.THROUGHPUT_ERROR_OPS_PER_S, v));
  }

  static void put(Cell.Builder row, Times times) {
    times
        .oneLife()
        .ifPresent(interval ->
            row.decimal(Column.ONE_LIFE_NS_PER_OP, interval.value())
                .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, interval.low())
                .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, interval.high()));
    times
        .steady()
        .ifPresent(interval ->
            row.decimal(Column.STEADY_NS_PER_OP, interval.value())
                .decimal(Column.STEADY_NS_PER_OP_LOW, interval.low())
                .decimal(Column.STEADY_NS_PER_OP_HIGH, interval.high()));
  }

  static void put(Cell.Builder row, Latency latency) {
    Percentiles of = latency.all();
    row.decimal(Column.LATENCY_P50_NS, of.p50())
        .decimal(Column.LATENCY_P90_NS, of.p90())
        .decimal(Column.LATENCY_P99_NS, of.p99())
        .decimal(Column.LATENCY_P99_9_NS, of.p999())
        .decimal(Column.LATENCY_P99_99_NS, of.p9999())
        .decimal(Column.LATENCY_MAX_NS, of.max());
  }

  private static void count(Cell.Builder row, Column column, OptionalLong value) {
    value.ifPresent(v -> row.count(column, v));
  }
}
