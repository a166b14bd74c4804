package heapstakes.results;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Names that workloads are shown under: their own, and where several traces share one, with as much
 * of the trace's digest as tells them apart: {@code x@8683c3b1}.
 */
public final class WorkloadNames {
  private static final int LEAST_DIGITS = 8;

  private final Map<String, SortedSet<String>> traces = new LinkedHashMap<>();

  /** For what is shown together. */
  public static WorkloadNames of(Stream<CellKey> keys) {
    WorkloadNames names = new WorkloadNames();
    keys.forEach(key -> names.add(key.workload(), key.trace()));
    return names;
  }

  /** For what is shown together. */
  public static WorkloadNames ofCells(Collection<Cell> cells) {
    return of(cells.stream().map(Cell::key));
  }

  /**
   * Makes a workload known.
   *
   * @param trace its digest; empty where it is not known
   */
  public void add(String workload, String trace) {
    traces.computeIfAbsent(workload, name -> new TreeSet<>()).add(trace);
  }

  /** The name to show for the workload of {@code key}. */
  public String of(CellKey key) {
    return of(key.workload(), key.trace());
  }

  /** The name to show for {@code workload} with the digest {@code trace}. */
  public String of(String workload, String trace) {
    SortedSet<String> same = traces.getOrDefault(workload, new TreeSet<>());
    if (same.size() < 2 || trace.isEmpty()) {
      return workload;
    }
    int digits = LEAST_DIGITS;
    while (digits < trace.length() && shared(same, trace.substring(0, digits)) > 1) {
      digits++;
    }
    return workload + "@" + trace.substring(0, Math.min(digits, trace.length()));
  }

  private static long shared(SortedSet<String> all, String start) {
    return all.stream().filter(digest -> digest.startsWith(start)).count();
  }
}
