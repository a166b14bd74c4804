package heapstakes.model.mimalloc;

import heapstakes.memory.Memory;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The pages of one thread, and how a page with a free block is found (§7 to §10). */
abstract class MimallocHeap {
  private static final int RETIRE_CYCLES = 8; // of pages of small blocks (page.c)
  private static final int RETIRE_CYCLES_MEDIUM = 2;
  final Memory memory;
  final BinQueue[] queues = new BinQueue[BlockSizes.BINS];

  /** The first page in the queue of each small request, by its words. */
  final MimallocPage[] small = new MimallocPage[(int) BlockSizes.words(BlockSizes.SMALL_MAX) + 1];

  final ThreadSegments segments;

  /** Stands for this heap in its pages and segments. */
  final DelayedFrees delayed;

  private final ProcessParts process;
  private final boolean main;
  private int retiredMin = BlockSizes.FULL_BIN; // bins that may have a retired page
  private int retiredMax;

  MimallocHeap(ProcessParts process, boolean main) {
    this(process, main, new DelayedFrees(process.memory));
  }

  /** As a forked child has it. */
  MimallocHeap(ProcessParts process, MimallocHeap parent, ForkCopies copies) {
    this(process, parent.main, Objects.requireNonNull(copies.of(parent.delayed)));
    for (int bin = 0; bin < queues.length; bin++) {
      queues[bin].setFirst(copies.of(parent.queues[bin].first));
      queues[bin].last = copies.of(parent.queues[bin].last);
    }
    segments.copyFrom(parent.segments, copies);
    retiredMin = parent.retiredMin;
    retiredMax = parent.retiredMax;
  }

  private MimallocHeap(ProcessParts process, boolean main, DelayedFrees delayed) {
    this.process = process;
    this.main = main;
    this.memory = process.memory;
    Arrays.fill(small, MimallocPage.NONE);
    for (int bin = 0; bin < queues.length; bin++) {
      queues[bin] = new BinQueue(bin, small);
    }
    this.delayed = delayed;
    segments = new ThreadSegments(process, this);
  }

  /** How thoroughly to collect. */
  enum Mode {
    /** What is due. */
    NORMAL,
    /** All that is empty. */
    FORCE,
    /** The thread ends. */
    ABANDON
  }

  /**
   * A block, by the long way; 0 when there is no memory.
   *
   * @param size bytes, unsigned
   * @param alignment above what a page can give, which the block's address will be rounded up to;
   *     0: none
   */
  final long mallocFromPages(long size, long alignment) {
    takeDelayed();
    MimallocPage page = findPage(size, alignment);
    if (page == null) {
      collect(Mode.FORCE);
      page = findPage(size, alignment);
    }
    return page == null ? 0 : page.pop(memory);
  }

  private @Nullable MimallocPage findPage(long size, long alignment) {
    if (size < 0) {
      return null; // above PTRDIFF_MAX
    }
    if (alignment > 0 || size > BlockSizes.MEDIUM_MAX) {
      return singleBlock(OsLayer.goodSize(size), alignment);
    }
    BinQueue queue = queues[BlockSizes.binOf(size)];
    MimallocPage page = queue.first;
    if (page != MimallocPage.NONE) {
      page.collect(memory, false);
      if (page.free != 0) {
        page.retireExpire = 0;
        return page;
      }
    }
    page = search(queue);
    return page == null ? search(queue) : page;
  }

  /**
   * The first page with a block, or a new one; null when there is none, which may change at once.
   */
  private @Nullable MimallocPage search(BinQueue queue) {
    for (MimallocPage page = queue.first; page != MimallocPage.NONE; ) {
      MimallocPage next = page.next;
      page.collect(memory, false);
      if (page.free != 0 || page.extend(memory)) {
        page.retireExpire = 0;
        return page;
      }
      toFull(queue, page);
      page = next;
    }
    collectRetired(false);
    MimallocPage page = segments.newPage(BlockSizes.blockSize(queue.bin), true);
    if (page != null) {
      start(queue, page);
    }
    return page;
  }

  private void toFull(BinQueue queue, MimallocPage page) {
    queue.remove(page);
    queues[BlockSizes.FULL_BIN].pushBack(page);
    page.flags |= MimallocPage.IN_FULL;
    page.collect(memory, false);
  }

  private void start(BinQueue queue, MimallocPage page) {
    page.heap = delayed;
    page.segment().noteStarted(page);
    page.extend(memory);
    queue.pushFront(page);
  }

  /** A page that is one block of at least {@code size} bytes. */
  private @Nullable MimallocPage singleBlock(long size, long alignment) {
    boolean huge = alignment > 0 || Long.compareUnsigned(size, BlockSizes.LARGE_MAX) > 0;
    MimallocPage page =
        huge ? segments.newHugePage(size, alignment) : segments.newPage(size, false);
    if (page != null) {
      start(queues[BlockSizes.HUGE_BIN], page);
    }
    return page;
  }

  /** What it counts of pages has changed, where the library has it. */
  abstract void writeStatistics();

  /** Frees {@code block} of a page of this heap. */
  final void freeOwn(MimallocPage page, long block) {
    memory.putLong(block, page.localFree);
    page.localFree = block;
    page.used--;
    if (page.sharesRecord) {
      page.writeRecord();
    }
    afterFree(page);
  }

  /** A block of {@code page} was freed. */
  final void afterFree(MimallocPage page) {
    if (page.used <= 0) {
      retire(page);
    } else if (page.isInFull()) {
      queues[BlockSizes.FULL_BIN].remove(page);
      page.flags &= ~MimallocPage.IN_FULL;
      queueOf(page).pushBack(page);
    }
  }

  private BinQueue queueOf(MimallocPage page) {
    return queues[page.isInFull() ? BlockSizes.FULL_BIN : BlockSizes.binOf(page.blockSize)];
  }

  /** A page is empty: kept for a while where it is the only one of its queue (§9.1). */
  private void retire(MimallocPage page) {
    page.flags &= ~MimallocPage.HAS_ALIGNED;
    BinQueue queue = queueOf(page);
    if (page.blockSize <= BlockSizes.MEDIUM_MAX && !page.isInFull() && queue.isOnly(page)) {
      page.retireExpire =
          1 + (page.blockSize <= BlockSizes.SMALL_PAGE_MAX ? RETIRE_CYCLES : RETIRE_CYCLES_MEDIUM);
      retiredMin = Math.min(retiredMin, queue.bin);
      retiredMax = Math.max(retiredMax, queue.bin);
    } else {
      free(queue, page);
    }
  }

  private void free(BinQueue queue, MimallocPage page) {
    queue.remove(page);
    segments.free(page);
  }

  /** Retired pages grow older, and go when they are old (§9.3). */
  private void collectRetired(boolean force) {
    int min = BlockSizes.FULL_BIN;
    int max = 0;
    for (int bin = retiredMin; bin <= retiredMax; bin++) {
      MimallocPage page = queues[bin].first;
      if (page.retireExpire == 0) {
        continue;
      }
      if (page.sharesRecord) {
        page.writeRecord();
      }
      if (page.used > 0) {
        page.retireExpire = 0;
      } else if (--page.retireExpire == 0 || force) {
        free(queues[bin], page);
      } else {
        min = Math.min(min, bin);
        max = bin;
      }
    }
    retiredMin = min;
    retiredMax = max;
  }

  /** Takes in what other threads freed (§15.4). */
  private void takeDelayed() {
    for (long block = delayed.take(); block != 0; ) {
      long next = memory.getLong(block);
      MimallocPage page = pageOf(block);
      page.setState(MimallocPage.USE_DELAYED, false);
      page.collect(memory, false);
      freeOwn(page, block);
      block = next;
    }
  }

  private MimallocPage pageOf(long block) {
    MimallocPage page = process.map.pageAt(block);
    if (page == MimallocPage.NONE) {
      throw new AssertionError("a delayed block is in no page");
    }
    return page;
  }

  /** A page that was reclaimed. */
  final void adopt(MimallocPage page) {
    page.flags &= ~MimallocPage.IN_FULL;
    queueOf(page).pushFront(page);
  }

  /** Gives back what is not needed (§17). */
  final void collect(Mode mode) {
    boolean all = mode != Mode.NORMAL;
    if (mode == Mode.FORCE && main) {
      segments.reclaim().takeAll();
    }
    if (mode == Mode.ABANDON) {
      for (BinQueue queue : queues) {
        for (MimallocPage page = queue.first; page != MimallocPage.NONE; page = page.next) {
          page.setState(MimallocPage.NEVER_DELAYED, false);
        }
      }
    }
    takeDelayed();
    collectRetired(all);
    for (BinQueue queue : queues) {
      for (MimallocPage page = queue.first; page != MimallocPage.NONE; ) {
        MimallocPage next = page.next;
        collect(queue, page, mode);
        page = next;
      }
    }
    segments.reclaim().collect(mode == Mode.FORCE);
    if (mode == Mode.FORCE) {
      process.cache.freeAll();
    } else {
      process.cache.purge(true);
    }
  }

  private void collect(BinQueue queue, MimallocPage page, Mode mode) {
    page.collect(memory, mode != Mode.NORMAL);
    if (page.used == 0) {
      free(queue, page);
    } else if (mode == Mode.ABANDON) {
      queue.remove(page);
      segments.abandon(page);
    }
  }
}
