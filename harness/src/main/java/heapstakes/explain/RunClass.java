package heapstakes.explain;

import heapstakes.allocator.Holding;
import heapstakes.allocator.Holding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All memory that is cut into blocks of one size.
 *
 * @param name what the library calls such memory, e.g. slab
 * @param unit bytes of each block
 * @param runs how many there are
 * @param unusedRuns those without a live block
 * @param sparseRuns those with a live block of which at most half is asked for by such
 * @param sparseEmptyBytes empty bytes in those
 * @param room blocks that they have room for
 * @param live blocks
 * @param cached blocks that were freed and wait in caches
 * @param residentBytes of them
 * @param emptyBytes the part of those that no live block asked for
 */
public record RunClass(
    String name,
    long unit,
    int runs,
    int unusedRuns,
    int sparseRuns,
    long sparseEmptyBytes,
    long room,
    long live,
    long cached,
    long residentBytes,
    long emptyBytes) {

  /** Of a heap; the class with most empty bytes comes first. */
  static List<RunClass> of(HeapSnapshot heap, PageTally tally) {
    RunFinder cut = new RunFinder(heap.holdings());
    int count = cut.runs().size();
    long[] live = new long[count];
    long[] asked = new long[count];
    long[] cached = new long[count];
    for (HeldBlock block : heap.blocks()) {
      int run = cut.find(block.address());
      if (run >= 0) {
        live[run]++;
        asked[run] += tally.resident(block.address(), block.address() + block.size());
      }
    }
    for (Holding holding : heap.holdings()) {
      int run = holding.kind() == Kind.CACHED ? cut.find(holding.address()) : -1;
      if (run >= 0) {
        cached[run]++;
      }
    }
    Map<Long, RunClass> classes = new TreeMap<>();
    for (int run = 0; run < count; run++) {
      Holding memory = cut.runs().get(run);
      long resident = tally.resident(memory.address(), memory.end());
      boolean isSparse = live[run] > 0 && asked[run] * 2 <= resident;
      classes.merge(
          memory.unit(),
          new RunClass(
              memory.name(),
              memory.unit(),
              1,
              live[run] == 0 ? 1 : 0,
              isSparse ? 1 : 0,
              isSparse ? resident - asked[run] : 0,
              memory.bytes() / memory.unit(),
              live[run],
              cached[run],
              resident,
              resident - asked[run]),
          RunClass::plus);
    }
    List<RunClass> sorted = new ArrayList<>(classes.values());
    sorted.sort(Comparator.comparingLong(RunClass::emptyBytes).reversed());
    return sorted;
  }

  private RunClass plus(RunClass other) {
    return new RunClass(
        name,
        unit,
        runs + other.runs,
        unusedRuns + other.unusedRuns,
        sparseRuns + other.sparseRuns,
        sparseEmptyBytes + other.sparseEmptyBytes,
        room + other.room,
        live + other.live,
        cached + other.cached,
        residentBytes + other.residentBytes,
        emptyBytes + other.emptyBytes);
  }
}
