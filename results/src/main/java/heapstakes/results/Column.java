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

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A column of {@code cells.csv}. The unit is the end of the name. What was not measured is empty,
 * never 0. Terms are those of {@code heapstakes.allocator}.
 *
 * <p>A kind of system call, or a way of returning memory, that only some kernel has is a column as
 * soon as a cell has a value for it: {@code X_calls}, {@code returned_X_bytes}, behind the standard
 * ones. So are the parts of forecasts, and {@link Locality}.
 */
public final class Column implements Comparable<Column> {
  private static final List<Column> STANDARD = new ArrayList<>();

  public static final Column ALLOCATOR = text("allocator", "name of the contestant");
  public static final Column SETTINGS =
      text("settings", "KEY=VALUE[,KEY=VALUE...] as given; empty for all defaults");
  public static final Column KIND =
      text(
          "kind",
          "model, strategy (a model with settings), experiment (one that no library can be set to),"
              + " floor, native, managed (a pool of Java's own)");
  public static final Column VERSION = text("version", "version of the real or modelled library");
  public static final Column WORKLOAD =
      text("workload", "name of the workload with its parameters, or of the trace");
  public static final Column TRACE_SHA256 =
      text("trace_sha256", "digest of the trace's events or of the generator's spec");
  public static final Column MEMORY =
      text("memory", "kind of memory with its settings: simulated, linux");
  public static final Column THREADS =
      column("threads", COUNT, KEY, NEITHER, "threads of the trace");
  public static final Column STATUS =
      text("status", "ok, or how the replay ended before the trace did");
  public static final Column OPS =
      counted("ops", NEITHER, "operations of the trace that were replayed");
  public static final Column THROUGHPUT_OPS_PER_S =
      timed(
          "throughput_ops_per_s", HIGHER, "steady: that of steady_ns_per_op, all threads together");
  public static final Column THROUGHPUT_ERROR_OPS_PER_S =
      timed(
          "throughput_error_ops_per_s",
          NEITHER,
          "half of the 95 % interval of steady_ns_per_op, as a rate");
  public static final Column LATENCY_P50_NS =
      timed("latency_p50_ns", LOWER, "percentile over the operations of all forks");
  public static final Column LATENCY_P90_NS =
      timed("latency_p90_ns", LOWER, "percentile over the operations of all forks");
  public static final Column LATENCY_P99_NS =
      timed("latency_p99_ns", LOWER, "percentile over the operations of all forks");
  public static final Column LATENCY_P99_9_NS =
      timed("latency_p99_9_ns", LOWER, "percentile over the operations of all forks");
  public static final Column LATENCY_P99_99_NS =
      timed("latency_p99_99_ns", LOWER, "percentile over the operations of all forks");
  public static final Column LATENCY_MAX_NS =
      timed("latency_max_ns", LOWER, "slowest operation of all forks");
  public static final Column MODELLED_NS_PER_OP =
      computed("modelled_ns_per_op", LOWER, "modelled cost / operations");
  public static final Column MODELLED_P50_NS =
      computed("modelled_p50_ns", LOWER, "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P90_NS =
      computed("modelled_p90_ns", LOWER, "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P99_NS =
      computed("modelled_p99_ns", LOWER, "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P99_9_NS =
      computed("modelled_p99_9_ns", LOWER, "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P99_99_NS =
      computed("modelled_p99_99_ns", LOWER, "percentile of the modelled cost of an operation");
  public static final Column MODELLED_MAX_NS =
      computed("modelled_max_ns", LOWER, "highest modelled cost of an operation");
  public static final Column PEAK_REQUESTED_BYTES =
      counted("peak_requested_bytes", NEITHER, "highest sum of the sizes of live blocks");
  public static final Column PEAK_ALLOCATED_BYTES =
      counted("peak_allocated_bytes", LOWER, "highest sum of the usable sizes of live blocks");
  public static final Column PEAK_MAPPED_BYTES =
      counted("peak_mapped_bytes", LOWER, "most address space mapped at a time");
  public static final Column PEAK_RESIDENT_BYTES =
      counted("peak_resident_bytes", LOWER, "most bytes of resident pages at a time");
  public static final Column END_REQUESTED_BYTES =
      counted("end_requested_bytes", NEITHER, "requested when the work is done");
  public static final Column END_MAPPED_BYTES =
      counted("end_mapped_bytes", LOWER, "mapped when the work is done");
  public static final Column END_RESIDENT_BYTES =
      counted("end_resident_bytes", LOWER, "resident when the work is done");
  public static final Column RETAINED_BYTES =
      counted("retained_bytes", LOWER, "resident - requested when the work is done");
  public static final Column LAZY_FREE_BYTES =
      counted("lazy_free_bytes", NEITHER, "MADV_FREE'd and still resident at the end");
  public static final Column RETURNED_BRK_BYTES =
      counted("returned_brk_bytes", NEITHER, "resident bytes given up by lowering the break");
  public static final Column RETURNED_MUNMAP_BYTES =
      counted("returned_munmap_bytes", NEITHER, "resident bytes given up by munmap");
  public static final Column RETURNED_DONTNEED_BYTES =
      counted("returned_dontneed_bytes", NEITHER, "resident bytes given up by MADV_DONTNEED");
  public static final Column RETURNED_FREE_BYTES =
      counted("returned_free_bytes", NEITHER, "resident bytes promised by MADV_FREE");
  public static final Column RETURNED_SHARE =
      computed("returned_share", HIGHER, "(peak - end resident) / peak resident");
  public static final Column TIME_TO_RETURN_HALF_NS =
      computed(
          "time_to_return_half_ns",
          LOWER,
          "virtual time from the last free until half of what was left resident is gone");
  public static final Column RESIDENT_BYTE_SECONDS =
      computed("resident_byte_seconds", LOWER, "footprint integral over virtual time");
  public static final Column INTERNAL_FRAGMENTATION =
      computed("internal_fragmentation", LOWER, "1 - requested / allocated, at peak resident");
  public static final Column EXTERNAL_FRAGMENTATION =
      computed("external_fragmentation", LOWER, "1 - allocated / resident, at peak resident");
  public static final Column METADATA_BYTES =
      counted("metadata_bytes", LOWER, "memory that holds only bookkeeping");
  public static final Column MINOR_FAULTS =
      counted("minor_faults", LOWER, "page faults served without input or output");
  public static final Column SBRK_CALLS = counted("sbrk_calls", LOWER, "brk system calls");
  public static final Column MMAP_CALLS = counted("mmap_calls", LOWER, "mmap system calls");
  public static final Column MUNMAP_CALLS = counted("munmap_calls", LOWER, "munmap system calls");
  public static final Column MADVISE_CALLS =
      counted("madvise_calls", LOWER, "madvise system calls");
  public static final Column MPROTECT_CALLS =
      counted("mprotect_calls", LOWER, "mprotect system calls");
  public static final Column MREMAP_CALLS = counted("mremap_calls", LOWER, "mremap system calls");
  public static final Column TWIN_OF =
      text("twin_of", "NAME@VERSION[:KEY=VALUE...] of the real library that must do the same");
  public static final Column BADGE =
      text(
          "badge",
          "twin, real or managed (a pool of Java's own); else what it is known by: by reading, by"
              + " description");
  public static final Column END_HELD_BYTES =
      counted(
          "end_held_bytes",
          LOWER,
          "resident - lazily freed when the work is done: what the kernel cannot take back");

  public static final Column ONE_LIFE_NS_PER_OP =
      timed(
          "one_life_ns_per_op",
          LOWER,
          "fresh process, first replay, page faults included: lower quartile of the rounds");
  public static final Column ONE_LIFE_NS_PER_OP_LOW =
      timed("one_life_ns_per_op_low", NEITHER, "lower end of that quartile's 95 % interval");
  public static final Column ONE_LIFE_NS_PER_OP_HIGH =
      timed("one_life_ns_per_op_high", NEITHER, "upper end of that quartile's 95 % interval");
  public static final Column STEADY_NS_PER_OP =
      timed("steady_ns_per_op", LOWER, "the heap lives on: lower quartile of the rounds");
  public static final Column STEADY_NS_PER_OP_LOW =
      timed("steady_ns_per_op_low", NEITHER, "lower end of that quartile's 95 % interval");
  public static final Column STEADY_NS_PER_OP_HIGH =
      timed("steady_ns_per_op_high", NEITHER, "upper end of that quartile's 95 % interval");
  public static final Column FORECAST_ONE_LIFE_NS_PER_OP =
      computed("forecast_one_life_ns_per_op", LOWER, "one life of the library, by its twin's work");
  public static final Column FORECAST_STEADY_NS_PER_OP =
      computed(
          "forecast_steady_ns_per_op", LOWER, "steady time of the library, by its twin's work");
  public static final Column REALLOCS =
      counted("reallocs", NEITHER, "of live blocks that were answered with a block");
  public static final Column MOVED_REALLOCS =
      counted("moved_reallocs", LOWER, "those that were answered with another address");
  public static final Column RELOCATION_RATIO =
      computed("relocation_ratio", LOWER, "moved reallocs / reallocs");
  public static final Column COPIED_BYTES =
      counted("copied_bytes", LOWER, "of moved blocks; what mremap moves is not copied");
  public static final Column CROSS_THREAD_FREES =
      counted("cross_thread_frees", NEITHER, "of blocks that another thread had allocated");
  public static final Column CROSS_THREAD_FREED_BYTES =
      counted("cross_thread_freed_bytes", NEITHER, "that these blocks were last asked for");
  public static final Column ARENAS =
      counted("arenas", NEITHER, "arenas at the end, where the allocator tells");
  public static final Column ARENA_BYTES =
      counted("arena_bytes", NEITHER, "address space that they have, all together");
  public static final Column LARGEST_ARENA_BYTES =
      counted("largest_arena_bytes", NEITHER, "address space of the largest of them");
  public static final Column COPIED_ON_WRITE_BYTES =
      counted("copied_on_write_bytes", LOWER, "pages that were copied after forks");
  public static final Column PEAK_ANON_HUGE_BYTES =
      counted("peak_anon_huge_bytes", NEITHER, "most resident bytes in huge pages at a time");
  public static final Column END_ANON_HUGE_BYTES =
      counted("end_anon_huge_bytes", NEITHER, "in huge pages when the work is done");
  public static final Column HUGE_COVERAGE =
      computed("huge_coverage", HIGHER, "peak in huge pages / peak resident");
  public static final Column PEAK_HUGE_BLOAT_BYTES =
      counted("peak_huge_bloat_bytes", LOWER, "most that only huge pages made resident");
  public static final Column END_HUGE_BLOAT_BYTES =
      counted("end_huge_bloat_bytes", LOWER, "that only huge pages keep resident at the end");
  public static final Column KHUGEPAGED_COLLAPSES =
      counted("khugepaged_collapses", NEITHER, "ranges of 2 MiB that khugepaged made huge");

  /** Behind the standard ones, in runs that count them. */
  public static final Column INSTRUCTIONS_PER_OP = named("instructions_per_op");

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

  private final int position;
  private final String header;
  private final Type type;
  private final Origin origin;
  private final Better better;
  private final String description;

  private Column(
      int position, String header, Type type, Origin origin, Better better, String description) {
    this.position = position;
    this.header = header;
    this.type = type;
    this.origin = origin;
    this.better = better;
    this.description = description;
  }

  private static Column column(
      String header, Type type, Origin origin, Better better, String description) {
    Column column = new Column(STANDARD.size(), header, type, origin, better, description);
    STANDARD.add(column);
    return column;
  }

  private static Column text(String header, String description) {
    return column(header, TEXT, KEY, NEITHER, description);
  }

  private static Column counted(String header, Better better, String description) {
    return column(header, COUNT, METERED, better, description);
  }

  private static Column computed(String header, Better better, String description) {
    return column(header, DECIMAL, METERED, better, description);
  }

  private static Column timed(String header, Better better, String description) {
    return column(header, DECIMAL, WALL_CLOCK, better, description);
  }

  /** Those of every file, in its order. */
  public static List<Column> standard() {
    return Collections.unmodifiableList(STANDARD);
  }

  /** Those of a file of {@code cells}: the standard ones, then what else one of them has. */
  public static List<Column> of(Collection<Cell> cells) {
    SortedSet<Column> columns = new TreeSet<>(STANDARD);
    cells.forEach(cell -> columns.addAll(cell.columns()));
    return List.copyOf(columns);
  }

  /** The column of that name in the header; empty where there can be none. */
  public static Optional<Column> of(String header) {
    return STANDARD.stream()
        .filter(c -> c.header.equals(header))
        .findFirst()
        .or(() -> ColumnForm.columnOf(header));
  }

  /** One that stands behind the standard ones as soon as a cell has a value for it. */
  static Column metered(String header, Type type, Better better, String description) {
    return new Column(STANDARD.size(), header, type, METERED, better, description);
  }

  /**
   * How often a system call was made.
   *
   * @param kind its name: lower case, digits and underscores
   */
  public static Column calls(String kind) {
    return named(kind + "_calls");
  }

  /**
   * What went back to the kernel in one way.
   *
   * @param way its name: lower case, digits and underscores
   */
  public static Column returned(String way) {
    return named("returned_" + way + "_bytes");
  }

  /**
   * A part of a forecast, in ns an operation.
   *
   * @param time one_life or steady
   * @param part its name: lower case and underscores
   */
  public static Column forecast(String time, String part) {
    return named("forecast_" + time + "_" + part + "_ns_per_op");
  }

  static Column named(String header) {
    return of(header)
        .orElseThrow(() -> new IllegalArgumentException(header + " is no name of a column"));
  }

  /** The kind of system call that it counts, if it does. */
  public Optional<String> callKind() {
    return ColumnForm.CALLS.nameIn(header);
  }

  /** The way of returning memory whose bytes it has, if it has. */
  public Optional<String> returnWay() {
    return ColumnForm.RETURNED.nameIn(header);
  }

  /** Name in the file's header. */
  public String header() {
    return header;
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

  /** The file's order. */
  @Override
  public int compareTo(Column other) {
    int order = Integer.compare(position, other.position);
    return order == 0 ? header.compareTo(other.header) : order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Column column && header.equals(column.header);
  }

  @Override
  public int hashCode() {
    return header.hashCode();
  }

  /** Its {@link #header}. */
  @Override
  public String toString() {
    return header;
  }
}
