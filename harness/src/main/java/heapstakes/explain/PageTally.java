package heapstakes.explain;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;

import heapstakes.allocator.Holding;
import heapstakes.os.PageState;
import java.util.Arrays;
import java.util.List;

/**
 * What each resident page is used for, byte by byte. Live blocks are those of the replay's own
 * book; the rest is told by the allocator, and what nobody claims is {@link Content#OTHER}.
 */
public final class PageTally {
  private final List<PageRun> runs; // resident ones
  private final int[] firstOf; // number of the first page of each run
  private final int[][] bytes; // by content, then by page
  private final int pages;

  private PageTally(List<PageRun> all) {
    runs = all.stream().filter(run -> run.state().isResident()).toList();
    firstOf = new int[runs.size() + 1];
    for (int i = 0; i < runs.size(); i++) {
      firstOf[i + 1] = firstOf[i] + Math.toIntExact(runs.get(i).bytes() >>> PAGE_SHIFT);
    }
    pages = firstOf[runs.size()];
    bytes = new int[Content.values().length][pages];
  }

  /** Counts what is in a heap. */
  static PageTally of(HeapSnapshot heap) {
    PageTally tally = new PageTally(heap.pages());
    RunFinder cut = new RunFinder(heap.holdings());
    heap.holdings().forEach(holding -> tally.add(holding, cut));
    for (HeldBlock block : heap.blocks()) {
      boolean inRun = cut.find(block.address()) >= 0;
      long end = block.address() + block.size();
      tally.add(Content.LIVE, block.address(), end, inRun);
      tally.add(Content.ROUNDING, end, block.address() + block.usable(), inRun);
    }
    Arrays.fill(tally.bytes[Content.OTHER.ordinal()], (int) PAGE_BYTES);
    for (Content content : Content.values()) {
      for (int page = 0; page < tally.pages && content != Content.OTHER; page++) {
        tally.bytes[Content.OTHER.ordinal()][page] -= tally.bytes[content.ordinal()][page];
      }
    }
    return tally;
  }

  private void add(Holding holding, RunFinder cut) {
    switch (holding.kind()) {
      case RUN -> add(Content.RUN, holding.address(), holding.end(), false);
      case CACHED ->
          add(Content.CACHED, holding.address(), holding.end(), cut.find(holding.address()) >= 0);
      case FREE, RELEASED -> add(Content.FREE, holding.address(), holding.end(), false);
      case TOP -> add(Content.TOP, holding.address(), holding.end(), false);
      case BLOCK, RECORDS -> {} // told by the book of blocks, or by nobody
    }
  }

  /**
   * @param inRun whether the bytes count as free in a run already
   */
  private void add(Content content, long from, long to, boolean inRun) {
    int[] counted = bytes[content.ordinal()];
    int[] run = bytes[Content.RUN.ordinal()];
    forEachPage(
        from,
        to,
        (page, count) -> {
          counted[page] += count;
          if (inRun) {
            run[page] -= count;
          }
        });
  }

  /** What is done with a page. */
  interface PageUse {
    /**
     * @param page its number among the resident ones
     * @param count how many of its bytes are meant
     */
    void use(int page, int count);
  }

  /** Visits the resident pages of {@code [from, to)}, upwards. */
  void forEachPage(long from, long to, PageUse use) {
    int run = firstRunAfter(from);
    for (long at = from; at < to && run < runs.size(); ) {
      PageRun in = runs.get(run);
      at = Math.max(at, in.address());
      for (; at < Math.min(to, in.end()); at = (at | (PAGE_BYTES - 1)) + 1) {
        long end = Math.min(to, (at | (PAGE_BYTES - 1)) + 1);
        use.use(firstOf[run] + (int) ((at - in.address()) >>> PAGE_SHIFT), (int) (end - at));
      }
      run++;
    }
  }

  /** The first run that ends behind {@code address}. */
  private int firstRunAfter(long address) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).end() <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Resident pages. */
  public int pages() {
    return pages;
  }

  /** Address of the page of that number; numbers go upwards with addresses. */
  public long address(int page) {
    int run = Arrays.binarySearch(firstOf, 0, runs.size(), page);
    int at = run >= 0 ? run : -run - 2;
    return runs.get(at).address() + ((long) (page - firstOf[at]) << PAGE_SHIFT);
  }

  /** Whether the page was MADV_FREE'd and not written since. */
  public boolean isLazy(int page) {
    int run = Arrays.binarySearch(firstOf, 0, runs.size(), page);
    return runs.get(run >= 0 ? run : -run - 2).state() == PageState.LAZY;
  }

  /** How many bytes of the page have that content. */
  public int bytes(Content content, int page) {
    return bytes[content.ordinal()][page];
  }

  /** The same over all pages. */
  public long bytes(Content content) {
    return Arrays.stream(bytes[content.ordinal()]).asLongStream().sum();
  }

  /** Resident bytes of {@code [from, to)}. */
  long resident(long from, long to) {
    long[] sum = {0};
    forEachPage(from, to, (page, count) -> sum[0] += count);
    return sum[0];
  }
}
