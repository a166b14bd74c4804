package heapstakes.allocator.kit;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Naive oracle of what is live, a bit for every eight bytes: fast enough for a thousand million
 * operations, and of nobody's code but its own.
 */
public final class GranuleMap {
  private static final int GRANULE_SHIFT = 3;
  private static final int PART_SHIFT = 26;
  private static final int GRANULES_A_PART = 1 << (PART_SHIFT - GRANULE_SHIFT);
  private static final int NEAR = 64;

  private final Map<Long, long[]> parts = new HashMap<>();

  /** The parts that were asked for last, by the low bits of their keys: a heap has few. */
  private final long[] nearKeys = new long[NEAR];

  private final long[][] near = new long[NEAR][];

  /** Nothing is live. */
  public GranuleMap() {}

  /**
   * The {@code size} bytes at {@code address} become live.
   *
   * @throws AssertionError when some of them are
   */
  public void take(long address, long size) {
    flip(address, size, false);
  }

  /**
   * They are live no more.
   *
   * @throws AssertionError when some of them were not
   */
  public void give(long address, long size) {
    flip(address, size, true);
  }

  private void flip(long address, long size, boolean isLive) {
    long end = address + Math.max(1, size) - 1 >>> GRANULE_SHIFT;
    for (long granule = address >>> GRANULE_SHIFT; granule <= end; ) {
      int at = (int) (granule & (GRANULES_A_PART - 1));
      int count = (int) Math.min(Long.SIZE - (at & (Long.SIZE - 1)), end - granule + 1);
      long mask = (count == Long.SIZE ? -1L : (1L << count) - 1) << at;
      long[] bits = part(granule >>> (PART_SHIFT - GRANULE_SHIFT));
      int word = at >>> 6;
      if ((bits[word] & mask) != (isLive ? mask : 0)) {
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "of the %d bytes at 0x%x some %s",
                size,
                address,
                isLive ? "are not live" : "are live already"));
      }
      bits[word] ^= mask;
      granule += count;
    }
  }

  private long[] part(long key) {
    int at = (int) key & (NEAR - 1);
    long[] bits = near[at];
    if (bits == null || nearKeys[at] != key) {
      bits = parts.computeIfAbsent(key, k -> new long[GRANULES_A_PART / Long.SIZE]);
      near[at] = bits;
      nearKeys[at] = key;
    }
    return bits;
  }
}
