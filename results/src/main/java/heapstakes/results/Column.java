package heapstakes.results;

import static heapstakes.results.Column.Better.HIGHER;
import static heapstakes.results.Column.Better.LOWER;
import static heapstakes.results.Column.Better.NEITHER;
import static heapstakes.results.Column.Origin.KEY;
import static heapstakes.results.Column.Origin.METERED;
import static heapstakes.results.Column.Origin.WALL_CLOCK;
import static heapstakes.results.Column.Type.COUNT;
import static heapstakes.results.Column.Type.DECIMAL;
import static heapstakes.results.Column.Type.TEXT;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The columns of {@code cells.csv}, in the file's order. The unit is the end of the name. What was
 * not measured is empty, never 0. Terms are those of {@code heapstakes.allocator}.
 */
public enum Column {
  ALLOCATOR(TEXT, KEY, NEITHER, "name of the contestant"),
  SETTINGS(TEXT, KEY, NEITHER, "KEY=VALUE[,KEY=VALUE...] as given; empty for all defaults"),
  KIND(TEXT, KEY, NEITHER, "model, strategy (a model with settings), floor, native"),
  VERSION(TEXT, KEY, NEITHER, "version of the real or modelled library"),
  WORKLOAD(TEXT, KEY, NEITHER, "name of the workload with its parameters, or of the trace"),
  TRACE_SHA256(TEXT, KEY, NEITHER, "digest of the trace's events or of the generator's spec"),
  MEMORY(TEXT, KEY, NEITHER, "kind of memory with its settings: simulated, linux"),
  THREADS(COUNT, KEY, NEITHER, "threads of the trace"),
  STATUS(TEXT, KEY, NEITHER, "ok, or how the replay ended before the trace did"),
  OPS(COUNT, METERED, NEITHER, "operations of the trace that were replayed"),
  THROUGHPUT_OPS_PER_S(
      DECIMAL,
      WALL_CLOCK,
      HIGHER,
      "mean over the measured replays of all forks, all threads together"),
  THROUGHPUT_ERROR_OPS_PER_S(
      DECIMAL,
      WALL_CLOCK,
      NEITHER,
      "JMH's error: half of the 99.9 % confidence interval of that mean"),
  LATENCY_P50_NS(DECIMAL, WALL_CLOCK, LOWER, "percentile over the operations of all forks"),
  LATENCY_P90_NS(DECIMAL, WALL_CLOCK, LOWER, "percentile over the operations of all forks"),
  LATENCY_P99_NS(DECIMAL, WALL_CLOCK, LOWER, "percentile over the operations of all forks"),
  LATENCY_P99_9_NS(DECIMAL, WALL_CLOCK, LOWER, "percentile over the operations of all forks"),
  LATENCY_P99_99_NS(DECIMAL, WALL_CLOCK, LOWER, "percentile over the operations of all forks"),
  LATENCY_MAX_NS(DECIMAL, WALL_CLOCK, LOWER, "slowest operation of all forks"),
  MODELLED_NS_PER_OP(DECIMAL, METERED, LOWER, "modelled cost / operations"),
  MODELLED_P50_NS(DECIMAL, METERED, LOWER, "percentile of the modelled cost of an operation"),
  MODELLED_P90_NS(DECIMAL, METERED, LOWER, "percentile of the modelled cost of an operation"),
  MODELLED_P99_NS(DECIMAL, METERED, LOWER, "percentile of the modelled cost of an operation"),
  MODELLED_P99_9_NS(DECIMAL, METERED, LOWER, "percentile of the modelled cost of an operation"),
  MODELLED_P99_99_NS(DECIMAL, METERED, LOWER, "percentile of the modelled cost of an operation"),
  MODELLED_MAX_NS(DECIMAL, METERED, LOWER, "highest modelled cost of an operation"),
  PEAK_REQUESTED_BYTES(COUNT, METERED, NEITHER, "highest sum of the sizes of live blocks"),
  PEAK_ALLOCATED_BYTES(COUNT, METERED, LOWER, "highest sum of the usable sizes of live blocks"),
  PEAK_MAPPED_BYTES(COUNT, METERED, LOWER, "most address space mapped at a time"),
  PEAK_RESIDENT_BYTES(COUNT, METERED, LOWER, "most bytes of resident pages at a time"),
  END_REQUESTED_BYTES(COUNT, METERED, NEITHER, "requested when the work is done"),
  END_MAPPED_BYTES(COUNT, METERED, LOWER, "mapped when the work is done"),
  END_RESIDENT_BYTES(COUNT, METERED, LOWER, "resident when the work is done"),
  RETAINED_BYTES(COUNT, METERED, LOWER, "resident - requested when the work is done"),
  LAZY_FREE_BYTES(COUNT, METERED, NEITHER, "MADV_FREE'd and still resident at the end"),
  RETURNED_BRK_BYTES(COUNT, METERED, NEITHER, "resident bytes given up by lowering the break"),
  RETURNED_MUNMAP_BYTES(COUNT, METERED, NEITHER, "resident bytes given up by munmap"),
  RETURNED_DONTNEED_BYTES(COUNT, METERED, NEITHER, "resident bytes given up by MADV_DONTNEED"),
  RETURNED_FREE_BYTES(COUNT, METERED, NEITHER, "resident bytes promised by MADV_FREE"),
  RETURNED_SHARE(DECIMAL, METERED, HIGHER, "(peak - end resident) / peak resident"),
  TIME_TO_RETURN_HALF_NS(
      DECIMAL,
      METERED,
      LOWER,
      "virtual time from the last free until half of what was left resident is gone"),
  RESIDENT_BYTE_SECONDS(DECIMAL, METERED, LOWER, "footprint integral over virtual time"),
  INTERNAL_FRAGMENTATION(DECIMAL, METERED, LOWER, "1 - requested / allocated, at peak resident"),
  EXTERNAL_FRAGMENTATION(DECIMAL, METERED, LOWER, "1 - allocated / resident, at peak resident"),
  METADATA_BYTES(COUNT, METERED, LOWER, "memory that holds only bookkeeping"),
  MINOR_FAULTS(COUNT, METERED, LOWER, "page faults served without input or output"),
  SBRK_CALLS(COUNT, METERED, LOWER, "brk system calls"),
  MMAP_CALLS(COUNT, METERED, LOWER, "mmap system calls"),
  MUNMAP_CALLS(COUNT, METERED, LOWER, "munmap system calls"),
  MADVISE_CALLS(COUNT, METERED, LOWER, "madvise system calls"),
  MPROTECT_CALLS(COUNT, METERED, LOWER, "mprotect system calls"),
  MREMAP_CALLS(COUNT, METERED, LOWER, "mremap system calls");

  /** How a value is written. */
  public enum Type {
    /** Any text. */
    TEXT,
    /** A whole number. */
    COUNT,
    /** A number with a fraction, plain, never with an exponent. */
    DECIMAL
  }

  /** Where a value comes from. */
  public enum Origin {
    /** Names the row. */
    KEY,
    /** Differs from run to run. */
    WALL_CLOCK,
    /** Counted; on simulated memory the same on every machine. */
    METERED
  }

  /** Which of two values is preferred. */
  public enum Better {
    /** The smaller one. */
    LOWER,
    /** The larger one. */
    HIGHER,
    /** There is no preference. */
    NEITHER
  }

  private final Type type;
  private final Origin origin;
  private final Better better;
  private final String description;

  Column(Type type, Origin origin, Better better, String description) {
    this.type = type;
    this.origin = origin;
    this.better = better;
    this.description = description;
  }

  /** Name in the file's header. */
  public String header() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How its values are written. */
  public Type type() {
    return type;
  }

  /** Where its values come from. */
  public Origin origin() {
    return origin;
  }

  /** Which of two values is preferred. */
  public Better better() {
    return better;
  }

  /** Whether blocks that were never touched bring it below 0: they are not resident. */
  boolean mayBeNegative() {
    return this == RETAINED_BYTES || this == EXTERNAL_FRAGMENTATION;
  }

  /** What it means, one line. */
  public String description() {
    return description;
  }

  /** The column of that name in the header. */
  public static Optional<Column> of(String header) {
    return Arrays.stream(values()).filter(c -> c.header().equals(header)).findFirst();
  }
}
