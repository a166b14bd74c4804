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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column of {@code cells.csv}. The unit is the end of the name. What was not measured is empty,
 * never 0. Terms are those of {@code heapstakes.allocator}.
 *
 * <p>A kind of system call, or a way of returning memory, that only some kernel has is a column as
 * soon as a cell has a value for it: {@code X_calls}, {@code returned_X_bytes}, behind the standard
 * ones.
 */
public final class Column implements Comparable<Column> {
  private static final List<Column> STANDARD = new ArrayList<>();
  private static final Pattern CALLS = Pattern.compile("([a-z][a-z0-9_]*)_calls");
  private static final Pattern RETURNED = Pattern.compile("returned_([a-z][a-z0-9_]*)_bytes");

  public static final Column ALLOCATOR =
      column("allocator", TEXT, KEY, NEITHER, "name of the contestant");
  public static final Column SETTINGS =
      column(
          "settings",
          TEXT,
          KEY,
          NEITHER,
          "KEY=VALUE[,KEY=VALUE...] as given; empty for all defaults");
  public static final Column KIND =
      column("kind", TEXT, KEY, NEITHER, "model, strategy (a model with settings), floor, native");
  public static final Column VERSION =
      column("version", TEXT, KEY, NEITHER, "version of the real or modelled library");
  public static final Column WORKLOAD =
      column(
          "workload",
          TEXT,
          KEY,
          NEITHER,
          "name of the workload with its parameters, or of the trace");
  public static final Column TRACE_SHA256 =
      column(
          "trace_sha256",
          TEXT,
          KEY,
          NEITHER,
          "digest of the trace's events or of the generator's spec");
  public static final Column MEMORY =
      column("memory", TEXT, KEY, NEITHER, "kind of memory with its settings: simulated, linux");
  public static final Column THREADS =
      column("threads", COUNT, KEY, NEITHER, "threads of the trace");
  public static final Column STATUS =
      column("status", TEXT, KEY, NEITHER, "ok, or how the replay ended before the trace did");
  public static final Column OPS =
      column("ops", COUNT, METERED, NEITHER, "operations of the trace that were replayed");
  public static final Column THROUGHPUT_OPS_PER_S =
      column(
          "throughput_ops_per_s",
          DECIMAL,
          WALL_CLOCK,
          HIGHER,
          "mean over the measured replays of all forks, all threads together");
  public static final Column THROUGHPUT_ERROR_OPS_PER_S =
      column(
          "throughput_error_ops_per_s",
          DECIMAL,
          WALL_CLOCK,
          NEITHER,
          "JMH's error: half of the 99.9 % confidence interval of that mean");
  public static final Column LATENCY_P50_NS =
      column(
          "latency_p50_ns",
          DECIMAL,
          WALL_CLOCK,
          LOWER,
          "percentile over the operations of all forks");
  public static final Column LATENCY_P90_NS =
      column(
          "latency_p90_ns",
          DECIMAL,
          WALL_CLOCK,
          LOWER,
          "percentile over the operations of all forks");
  public static final Column LATENCY_P99_NS =
      column(
          "latency_p99_ns",
          DECIMAL,
          WALL_CLOCK,
          LOWER,
          "percentile over the operations of all forks");
  public static final Column LATENCY_P99_9_NS =
      column(
          "latency_p99_9_ns",
          DECIMAL,
          WALL_CLOCK,
          LOWER,
          "percentile over the operations of all forks");
  public static final Column LATENCY_P99_99_NS =
      column(
          "latency_p99_99_ns",
          DECIMAL,
          WALL_CLOCK,
          LOWER,
          "percentile over the operations of all forks");
  public static final Column LATENCY_MAX_NS =
      column("latency_max_ns", DECIMAL, WALL_CLOCK, LOWER, "slowest operation of all forks");
  public static final Column MODELLED_NS_PER_OP =
      column("modelled_ns_per_op", DECIMAL, METERED, LOWER, "modelled cost / operations");
  public static final Column MODELLED_P50_NS =
      column(
          "modelled_p50_ns",
          DECIMAL,
          METERED,
          LOWER,
          "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P90_NS =
      column(
          "modelled_p90_ns",
          DECIMAL,
          METERED,
          LOWER,
          "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P99_NS =
      column(
          "modelled_p99_ns",
          DECIMAL,
          METERED,
          LOWER,
          "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P99_9_NS =
      column(
          "modelled_p99_9_ns",
          DECIMAL,
          METERED,
          LOWER,
          "percentile of the modelled cost of an operation");
  public static final Column MODELLED_P99_99_NS =
      column(
          "modelled_p99_99_ns",
          DECIMAL,
          METERED,
          LOWER,
          "percentile of the modelled cost of an operation");
  public static final Column MODELLED_MAX_NS =
      column("modelled_max_ns", DECIMAL, METERED, LOWER, "highest modelled cost of an operation");
  public static final Column PEAK_REQUESTED_BYTES =
      column(
          "peak_requested_bytes",
          COUNT,
          METERED,
          NEITHER,
          "highest sum of the sizes of live blocks");
  public static final Column PEAK_ALLOCATED_BYTES =
      column(
          "peak_allocated_bytes",
          COUNT,
          METERED,
          LOWER,
          "highest sum of the usable sizes of live blocks");
  public static final Column PEAK_MAPPED_BYTES =
      column("peak_mapped_bytes", COUNT, METERED, LOWER, "most address space mapped at a time");
  public static final Column PEAK_RESIDENT_BYTES =
      column(
          "peak_resident_bytes", COUNT, METERED, LOWER, "most bytes of resident pages at a time");
  public static final Column END_REQUESTED_BYTES =
      column("end_requested_bytes", COUNT, METERED, NEITHER, "requested when the work is done");
  public static final Column END_MAPPED_BYTES =
      column("end_mapped_bytes", COUNT, METERED, LOWER, "mapped when the work is done");
  public static final Column END_RESIDENT_BYTES =
      column("end_resident_bytes", COUNT, METERED, LOWER, "resident when the work is done");
  public static final Column RETAINED_BYTES =
      column("retained_bytes", COUNT, METERED, LOWER, "resident - requested when the work is done");
  public static final Column LAZY_FREE_BYTES =
      column(
          "lazy_free_bytes", COUNT, METERED, NEITHER, "MADV_FREE'd and still resident at the end");
  public static final Column RETURNED_BRK_BYTES =
      column(
          "returned_brk_bytes",
          COUNT,
          METERED,
          NEITHER,
          "resident bytes given up by lowering the break");
  public static final Column RETURNED_MUNMAP_BYTES =
      column("returned_munmap_bytes", COUNT, METERED, NEITHER, "resident bytes given up by munmap");
  public static final Column RETURNED_DONTNEED_BYTES =
      column(
          "returned_dontneed_bytes",
          COUNT,
          METERED,
          NEITHER,
          "resident bytes given up by MADV_DONTNEED");
  public static final Column RETURNED_FREE_BYTES =
      column(
          "returned_free_bytes", COUNT, METERED, NEITHER, "resident bytes promised by MADV_FREE");
  public static final Column RETURNED_SHARE =
      column("returned_share", DECIMAL, METERED, HIGHER, "(peak - end resident) / peak resident");
  public static final Column TIME_TO_RETURN_HALF_NS =
      column(
          "time_to_return_half_ns",
          DECIMAL,
          METERED,
          LOWER,
          "virtual time from the last free until half of what was left resident is gone");
  public static final Column RESIDENT_BYTE_SECONDS =
      column(
          "resident_byte_seconds", DECIMAL, METERED, LOWER, "footprint integral over virtual time");
  public static final Column INTERNAL_FRAGMENTATION =
      column(
          "internal_fragmentation",
          DECIMAL,
          METERED,
          LOWER,
          "1 - requested / allocated, at peak resident");
  public static final Column EXTERNAL_FRAGMENTATION =
      column(
          "external_fragmentation",
          DECIMAL,
          METERED,
          LOWER,
          "1 - allocated / resident, at peak resident");
  public static final Column METADATA_BYTES =
      column("metadata_bytes", COUNT, METERED, LOWER, "memory that holds only bookkeeping");
  public static final Column MINOR_FAULTS =
      column("minor_faults", COUNT, METERED, LOWER, "page faults served without input or output");
  public static final Column SBRK_CALLS =
      column("sbrk_calls", COUNT, METERED, LOWER, "brk system calls");
  public static final Column MMAP_CALLS =
      column("mmap_calls", COUNT, METERED, LOWER, "mmap system calls");
  public static final Column MUNMAP_CALLS =
      column("munmap_calls", COUNT, METERED, LOWER, "munmap system calls");
  public static final Column MADVISE_CALLS =
      column("madvise_calls", COUNT, METERED, LOWER, "madvise system calls");
  public static final Column MPROTECT_CALLS =
      column("mprotect_calls", COUNT, METERED, LOWER, "mprotect system calls");
  public static final Column MREMAP_CALLS =
      column("mremap_calls", COUNT, METERED, LOWER, "mremap system calls");

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
        .or(() -> generated(header, CALLS, LOWER, "%s system calls"))
        .or(() -> generated(header, RETURNED, NEITHER, "resident bytes given up by %s"));
  }

  private static Optional<Column> generated(
      String header, Pattern form, Better better, String description) {
    Matcher name = form.matcher(header);
    return name.matches()
        ? Optional.of(
            new Column(
                STANDARD.size(),
                header,
                COUNT,
                METERED,
                better,
                description.formatted(name.group(1))))
        : Optional.empty();
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

  private static Column named(String header) {
    return of(header)
        .orElseThrow(() -> new IllegalArgumentException(header + " is no name of a column"));
  }

  /** The kind of system call that it counts, if it does. */
  public Optional<String> callKind() {
    return name(CALLS);
  }

  /** The way of returning memory whose bytes it has, if it has. */
  public Optional<String> returnWay() {
    return name(RETURNED);
  }

  private Optional<String> name(Pattern form) {
    Matcher name = form.matcher(header);
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
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
