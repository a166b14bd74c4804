package heapstakes.forecast;

import heapstakes.results.Locality;

/**
 * Counts the lines and pages of a stretch of a replay, and which of them the caches did not hold.
 * The kernel's and the replay's own accesses are not among them.
 */
final class TouchBook implements Touches {
  private static final int LINE_SHIFT = 6;
  private static final int PAGE_SHIFT = 12;
  private static final int LINES_A_PAGE = 1 << PAGE_SHIFT - LINE_SHIFT;

  private final LruSets first;
  private final LruSets second;
  private final LruSets third;
  private final LruSets tlb;
  private final LruSets secondTlb;
  private final Spread lines = new Spread();
  private final Spread pages = new Spread();
  private long operations;
  private long firstMisses;
  private long secondMisses;
  private long thirdMisses;
  private long tlbMisses;
  private long walks;

  TouchBook(Caches shape) {
    first = new LruSets(shape.l1Bytes() >> LINE_SHIFT, shape.l1Ways());
    second = new LruSets(shape.l2Bytes() >> LINE_SHIFT, shape.l2Ways());
    third = new LruSets(shape.l3Bytes() >> LINE_SHIFT, shape.l3Ways());
    tlb = new LruSets(shape.tlbEntries(), shape.tlbWays());
    secondTlb = new LruSets(shape.secondTlbEntries(), shape.secondTlbWays());
  }

  /** Different keys of each window of operations, and the allocator's own of them, added up. */
  private static final class Spread {
    private final DistinctKeys keys = new DistinctKeys();
    private final DistinctKeys ownKeys = new DistinctKeys();
    private long earlier;
    private long ownEarlier;

    void add(long key, boolean isOwn) {
      keys.add(key);
      if (isOwn) {
        ownKeys.add(key);
      }
    }

    void next() {
      earlier = sum();
      ownEarlier = ownSum();
      keys.clear();
      ownKeys.clear();
    }

    void restart() {
      next();
      earlier = 0;
      ownEarlier = 0;
    }

    long sum() {
      return earlier + keys.size();
    }

    long ownSum() {
      return ownEarlier + ownKeys.size();
    }
  }

  /** Caches are as they were: a program that comes to its mark has them warm. */
  @Override
  public void begin() {
    lines.restart();
    pages.restart();
    operations = 0;
    firstMisses = 0;
    secondMisses = 0;
    thirdMisses = 0;
    tlbMisses = 0;
    walks = 0;
  }

  @Override
  public void fault(long address) {
    long line = address >>> PAGE_SHIFT << PAGE_SHIFT - LINE_SHIFT;
    for (int i = 0; i < LINES_A_PAGE; i++) {
      second.use(line + i);
      third.use(line + i);
    }
  }

  @Override
  public void access(long address, long length, boolean isOwn) {
    page(address >>> PAGE_SHIFT, isOwn);
    long last = address + length - 1 >>> LINE_SHIFT;
    for (long line = address >>> LINE_SHIFT; line <= last; line++) {
      line(line, isOwn);
    }
  }

  private void page(long page, boolean isOwn) {
    pages.add(page, isOwn);
    if (!tlb.use(page)) {
      tlbMisses++;
      walks += secondTlb.use(page) ? 0 : 1;
    }
  }

  private void line(long line, boolean isOwn) {
    lines.add(line, isOwn);
    if (!first.use(line)) {
      firstMisses++;
      if (!second.use(line)) {
        secondMisses++;
        thirdMisses += third.use(line) ? 0 : 1;
      }
    }
  }

  @Override
  public void operation() {
    operations++;
    if (operations % Locality.WINDOW == 0) {
      lines.next();
      pages.next();
    }
  }

  /** What was counted since it began. */
  Locality.Touched touched() {
    return new Locality.Touched(
        rate(lines.sum()),
        rate(pages.sum()),
        rate(lines.ownSum()),
        rate(pages.ownSum()),
        rate(firstMisses),
        rate(secondMisses),
        rate(thirdMisses),
        rate(tlbMisses),
        rate(walks));
  }

  private double rate(long count) {
    return (double) Locality.WINDOW * count / Math.max(1, operations);
  }
}
