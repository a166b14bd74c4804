package heapstakes.forecast;

/**
 * What caches a processor has. Sizes are bytes and entries, one processor's share where several
 * have one together.
 *
 * @param l1Bytes data of the first level
 * @param l1Ways of a set
 * @param l2Bytes second level
 * @param l2Ways of a set
 * @param l3Bytes third level
 * @param l3Ways of a set
 * @param tlbEntries of the first level for data
 * @param tlbWays of a set
 * @param secondTlbEntries of the second
 * @param secondTlbWays of a set
 */
public record Caches(
    long l1Bytes,
    int l1Ways,
    long l2Bytes,
    int l2Ways,
    long l3Bytes,
    int l3Ways,
    int tlbEntries,
    int tlbWays,
    int secondTlbEntries,
    int secondTlbWays) {

  /** AMD Zen 3 with 32 MiB of third level, its first TLB in sets, which is quicker to simulate. */
  public static final Caches ZEN_3 =
      new Caches(32 << 10, 8, 512 << 10, 8, 32 << 20, 16, 64, 8, 2048, 8);

  /** Rejects what is no cache. */
  public Caches {
    long least = Math.min(Math.min(l1Bytes, l2Bytes), l3Bytes);
    int ways =
        Math.min(Math.min(l1Ways, l2Ways), Math.min(l3Ways, Math.min(tlbWays, secondTlbWays)));
    if (least < 1 || ways < 1 || Math.min(tlbEntries, secondTlbEntries) < 1) {
      throw new IllegalArgumentException("a cache of nothing: sizes and ways are at least 1");
    }
  }
}
