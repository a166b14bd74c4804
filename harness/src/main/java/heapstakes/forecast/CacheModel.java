package heapstakes.forecast;

/**
 * A small model of a processor's way to memory: three levels of cache, two of TLB, and hardware
 * that fetches the lines ahead of those just used. It answers where each access found its line.
 */
final class CacheModel {
  private static final int LINE_SHIFT = 6;
  private static final int PAGE_SHIFT = 12;
  private static final int LINES_A_PAGE = 1 << PAGE_SHIFT - LINE_SHIFT;
  private static final int STREAMS = 16;
  private static final int AHEAD = 2; // lines

  private final LruSets first;
  private final LruSets second;
  private final LruSets third;
  private final LruSets tlb;
  private final LruSets secondTlb;
  private final long[] streams = new long[STREAMS]; // last line of each
  private final long[] counts;
  private int oldestStream;

  /**
   * @param counts by {@link Feature#ordinal}, to be added to
   */
  CacheModel(Caches shape, long[] counts) {
    first = new LruSets(shape.l1Bytes() >> LINE_SHIFT, shape.l1Ways());
    second = new LruSets(shape.l2Bytes() >> LINE_SHIFT, shape.l2Ways());
    third = new LruSets(shape.l3Bytes() >> LINE_SHIFT, shape.l3Ways());
    tlb = new LruSets(shape.tlbEntries(), shape.tlbWays());
    secondTlb = new LruSets(shape.secondTlbEntries(), shape.secondTlbWays());
    this.counts = counts;
  }

  /** The kernel has cleared the page of {@code address}, whose lines are in its caches now. */
  void cleared(long address) {
    long line = address >>> PAGE_SHIFT << PAGE_SHIFT - LINE_SHIFT;
    for (int i = 0; i < LINES_A_PAGE; i++) {
      second.use(line + i);
      third.use(line + i);
    }
  }

  /** An access to {@code length} bytes, all in one page. */
  void access(long address, long length, boolean write) {
    translate(address >>> PAGE_SHIFT);
    long last = address + length - 1 >>> LINE_SHIFT;
    for (long line = address >>> LINE_SHIFT; line <= last; line++) {
      line(line, write);
    }
  }

  private void translate(long page) {
    if (!tlb.use(page)) {
      count(secondTlb.use(page) ? Feature.TLB_MISS : Feature.PAGE_WALK);
    }
  }

  private void line(long line, boolean write) {
    if (first.use(line)) {
      return;
    }
    boolean inSecond = second.use(line);
    boolean inThird = inSecond || third.use(line);
    if (isStreamed(line)) {
      count(Feature.STREAMED_LINE);
    } else if (write) {
      count(inThird ? Feature.STORE_MISS : Feature.STORE_TO_MEMORY);
    } else if (inSecond) {
      count(Feature.LOAD_FROM_L2);
    } else {
      count(inThird ? Feature.LOAD_FROM_L3 : Feature.LOAD_FROM_MEMORY);
    }
  }

  /** Whether the line follows, or comes before, one that a stream of misses has just had. */
  private boolean isStreamed(long line) {
    for (int i = 0; i < STREAMS; i++) {
      long distance = line - streams[i];
      if (-AHEAD <= distance && distance <= AHEAD) {
        streams[i] = line;
        return distance != 0; // the same line again is one that had to go
      }
    }
    streams[oldestStream] = line;
    oldestStream = (oldestStream + 1) % STREAMS;
    return false;
  }

  private void count(Feature feature) {
    counts[feature.ordinal()]++;
  }
}
