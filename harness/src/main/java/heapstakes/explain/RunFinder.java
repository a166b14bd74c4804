package heapstakes.explain;

import heapstakes.allocator.Holding;
import java.util.List;

/** Finds the memory of equal blocks that an address lies in. */
final class RunFinder {
  private final List<Holding> runs;

  /**
   * @param holdings by address, upwards
   */
  RunFinder(List<Holding> holdings) {
    runs = holdings.stream().filter(h -> h.kind() == Holding.Kind.RUN).toList();
  }

  /** Those there are, by number. */
  List<Holding> runs() {
    return runs;
  }

  /** Number of the one that {@code address} lies in; -1: none. */
  int find(long address) {
    int low = 0;
    int high = runs.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).address() > address) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return high >= 0 && runs.get(high).contains(address) ? high : -1;
  }
}
