package heapstakes.model.jemalloc;

import java.util.Arrays;

/** How large every thread's cache is. */
final class CacheShape {
  /** Bytes allocated, or freed, after which the collector looks at one bin (§4: tcache_gc_incr). */
  static final long COLLECT_BYTES = 65_536;

  /** Operations between two of which it looks at one bin, where they are counted (§21.5). */
  static final int COLLECT_OPERATIONS = 228;

  private static final int ALL_CLASSES = 256; // whatever a byte can say

  // §4: tcache_nslots_small_min and _max, tcache_nslots_large; §3.2: the stacks
  private static final int MIN_SMALL = 20;
  private static final int MAX_SMALL = 200;
  private static final int LARGE = 20;
  private static final long SLOT_BYTES = 8;
  private static final long STACK_ENDS = 2;

  private final int[] capacities;
  private final int collectedClasses;
  private final long stackEnds;
  private final boolean countsLarge;
  private final CacheBin[] closedBins = new CacheBin[ALL_CLASSES];

  /**
   * @param version how it lays the stacks out
   */
  CacheShape(JemallocVersion version, JemallocSettings settings) {
    stackEnds = version.follows(JemallocRule.DISPLACED_STACKS) ? 0 : STACK_ENDS;
    countsLarge = !version.follows(JemallocRule.LARGE_UNCOUNTED);
    int largest = SizeClasses.indexOf(settings.tcacheMax());
    collectedClasses = largest + 1;
    capacities = new int[Math.max(largest + 1, SizeClasses.SMALL_COUNT)];
    for (int i = 0; i <= largest; i++) {
      capacities[i] = i < SizeClasses.SMALL_COUNT ? ofSmall(i) : LARGE;
    }
    Arrays.fill(closedBins, CacheBin.closed());
  }

  /** Twice the objects of a slab, an even number within bounds. */
  private static int ofSmall(int sizeClass) {
    return Math.clamp(2 * SizeClasses.regions(sizeClass), MIN_SMALL, MAX_SMALL);
  }

  /** Classes with a bin, which may have no room. */
  int classes() {
    return capacities.length;
  }

  /** Classes whose blocks are counted as cached. */
  int countedClasses() {
    return countsLarge ? capacities.length : SizeClasses.SMALL_COUNT;
  }

  /** Classes that the collector goes round. */
  int collectedClasses() {
    return collectedClasses;
  }

  /** Bytes of the stacks of all bins, as the library lays them out. */
  long stackBytes() {
    return SLOT_BYTES * (stackEnds + Arrays.stream(capacities).sum());
  }

  /** Bins of a thread without a cache. */
  CacheBin[] closedBins() {
    return closedBins;
  }

  /**
   * New empty bins.
   *
   * @param stacks address of the stacks: one behind the other, each filled from its end
   */
  CacheBin[] openBins(long stacks) {
    CacheBin[] bins = closedBins.clone();
    long end = stacks + SLOT_BYTES * stackEnds / 2; // one at either end
    for (int i = 0; i < capacities.length; i++) {
      end += SLOT_BYTES * capacities[i];
      if (capacities[i] > 0) {
        bins[i] = new CacheBin(i, capacities[i], end);
      }
    }
    return bins;
  }
}
