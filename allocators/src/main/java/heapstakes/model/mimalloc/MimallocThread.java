package heapstakes.model.mimalloc;

import static heapstakes.memory.Addresses.alignUp;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import java.util.Locale;

/** The library's interface for one thread, whose heap it is. */
final class MimallocThread extends MimallocHeap implements ThreadAllocator {
  private static final long NO_RECORD = 0;

  // The library's destructor puts a value back, for which the C library runs it again: of the
  // initial
  // thread as often as it ever does (PTHREAD_DESTRUCTOR_ITERATIONS), of others once more. A fault.
  private static final int ENDS = 2;
  private static final int INITIAL_ENDS = 4;

  private static final long SURELY_ALIGNED = 128; // MI_MAX_ALIGN_GUARANTEE
  private static final long LARGEST_IN_PAGES = 16L << 20; // MI_ALIGNMENT_MAX

  private final ProcessParts process;
  private final SegmentMap map;
  private final boolean main;
  private long record; // of the library's, by address
  private boolean open;
  private boolean ended;

  /** Whether a fork may share the record: the next store there takes a copy. */
  private boolean sharesHeap;

  /**
   * @param main the thread that loaded the library: its heap is there from the start
   */
  MimallocThread(ProcessParts process, boolean main) {
    super(process, main);
    this.process = process;
    this.map = process.map;
    this.main = main;
    this.open = main;
  }

  /** As a forked child has it, be it that one's only thread or a heap that nobody uses any more. */
  MimallocThread(ProcessParts process, MimallocThread parent, ForkCopies copies) {
    super(process, parent, copies);
    this.process = process;
    this.map = process.map;
    this.main = parent.main;
    this.record = parent.record;
    this.open = parent.open;
    this.ended = parent.ended;
    this.sharesHeap = true;
    parent.sharesHeap = true;
  }

  @Override
  public long malloc(long size) {
    if (size >= 0 && size <= BlockSizes.SMALL_MAX) {
      MimallocPage page = small[(int) BlockSizes.words(size)];
      return page.free == 0 ? mallocSlow(size) : page.pop(memory);
    }
    return mallocSlow(size);
  }

  @Override
  public void free(long address) {
    MimallocPage page = map.pageAt(address);
    // A page with blocks is this heap's where its segment is this thread's, which the library asks.
    if (page.heap == delayed && page.flags == 0 && page.used > 1) {
      memory.putLong(address, page.localFree);
      page.localFree = address;
      page.used--;
      if (page.sharesRecord) {
        page.writeRecord();
      }
    } else {
      freeSlow(address, page);
    }
  }

  private long mallocSlow(long size) {
    return mallocSlow(size, 0);
  }

  private long mallocSlow(long size, long alignment) {
    if (!isOpen()) {
      return 0;
    }
    if (sharesHeap) {
      writeHeap();
    }
    return mallocFromPages(size, alignment);
  }

  /** Stores to its record, as each malloc by the long way does; that counts only behind a fork. */
  private void writeHeap() {
    sharesHeap = false;
    if (!main) {
      process.records.writeHeap(record);
    }
  }

  @Override
  void writeStatistics() {
    if (!main && record != NO_RECORD) {
      process.records.writeStatistics(record);
    }
  }

  private boolean isOpen() {
    if (!open) {
      record = process.records.open();
      open = record != NO_RECORD;
      delayed.isIn(record);
    }
    return open;
  }

  private void freeSlow(long address, MimallocPage page) {
    if (address == 0) {
      return;
    }
    if (page.used <= 0) {
      throw noBlock("free", address);
    }
    Segment segment = page.segment();
    long block = page.blockAt(address);
    if (segment.owner == delayed) {
      if (sharesHeap) {
        writeHeap();
      }
      freeOwn(page, block);
      return;
    }
    if (segment.huge && segment.allowDecommit) {
      process.os.decommit(block + Long.BYTES, page.blockSize - Long.BYTES);
    }
    page.freeRemotely(memory, block);
  }

  private static HeapCorruptedException noBlock(String operation, long address) {
    return new HeapCorruptedException(
        String.format(
            Locale.ROOT,
            "attempt to %s 0x%x, which is in no live block: freed twice? (mimalloc does not notice;"
                + " its heap would be corrupt from here on)",
            operation,
            address));
  }

  @Override
  public long calloc(long count, long size) {
    if (Math.unsignedMultiplyHigh(count, size) != 0) {
      return 0;
    }
    long bytes = count * size;
    if (bytes >= 0 && bytes <= BlockSizes.SMALL_MAX) {
      MimallocPage page = small[(int) BlockSizes.words(bytes)];
      if (page.free != 0) {
        long block = page.pop(memory);
        memory.fill(block, page.blockSize, (byte) 0); // the whole block, as the library does
        return block;
      }
    }
    return callocSlow(bytes);
  }

  private long callocSlow(long bytes) {
    long block = malloc(bytes);
    if (block != 0) {
      // the whole block, or what of it the page's record can say
      memory.fill(
          block, Math.min(pageOf("clear", block).blockSize, BlockSizes.HUGE_BLOCK), (byte) 0);
    }
    return block;
  }

  @Override
  public long realloc(long address, long size) {
    long old = address == 0 ? 0 : usableSize(address);
    if (size > 0 && size <= old && size >= old / 2) {
      return address;
    }
    long moved = malloc(size);
    if (moved != 0 && address != 0) {
      memory.copy(address, moved, size < 0 ? old : Math.min(size, old));
      free(address);
    }
    return moved;
  }

  @Override
  public long memalign(long alignment, long size) {
    if ((alignment & (alignment - 1)) != 0) {
      return 0;
    }
    boolean powerOfTwo = size >= 0 && (size & (size - 1)) == 0;
    if (powerOfTwo && Long.compareUnsigned(size, alignment) >= 0 && size <= BlockSizes.SMALL_MAX) {
      return malloc(size); // misaligned from 256 on: a fault of the library's
    }
    if (alignment == 0 || size < 0) {
      return 0;
    }
    if (size <= BlockSizes.SMALL_MAX && Long.compareUnsigned(alignment, size) <= 0) {
      MimallocPage page = small[(int) BlockSizes.words(size)];
      if (page.free != 0 && (page.free & (alignment - 1)) == 0) {
        return page.pop(memory);
      }
      if (size <= SURELY_ALIGNED && (size & (alignment - 1)) == 0) {
        return malloc(size);
      }
    }
    return memalignRoomy(alignment, size);
  }

  /** A block with room to round its address up. */
  private long memalignRoomy(long alignment, long size) {
    boolean large = Long.compareUnsigned(alignment, LARGEST_IN_PAGES) > 0;
    long block =
        large
            ? mallocSlow(Math.max(size, BlockSizes.SMALL_MAX + 1), alignment)
            : malloc(size + alignment - 1);
    if (block == 0) {
      return 0;
    }
    long aligned = alignUp(block, alignment);
    if (aligned != block) {
      pageOf("align", block).flags |= MimallocPage.HAS_ALIGNED;
    }
    return aligned;
  }

  @Override
  public long usableSize(long address) {
    MimallocPage page = pageOf("get the size of", address);
    return page.blockSize - (address - page.blockAt(address));
  }

  private MimallocPage pageOf(String operation, long address) {
    MimallocPage page = map.pageAt(address);
    if (page.used <= 0) {
      throw noBlock(operation, address);
    }
    return page;
  }

  /** {@code mi_collect(true)}; there is no pad. */
  @Override
  public void trim(long pad) {
    if (open) {
      collect(Mode.FORCE);
    }
  }

  /** What the library does as the thread's data is destroyed; not for a thread without a heap. */
  @Override
  public void exit() {
    ended = !main; // the initial thread's heap stays
    if (!open) {
      return;
    }
    if (!main) {
      collect(Mode.ABANDON);
      delayed.isIn(NO_RECORD);
      process.records.close(record);
    }
    process.records.countEnd(main ? INITIAL_ENDS : ENDS);
    mergeStatistics();
    open = main;
  }

  private void mergeStatistics() {
    process.os.lock.lock();
    try {
      process.os.statistics.merge(segments.statistics);
      segments.statistics.clear();
    } finally {
      process.os.lock.unlock();
    }
  }

  boolean hasEnded() {
    return ended;
  }

  /** Whether it has allocated, and lives. */
  boolean hasHeap() {
    return open && !ended;
  }
}
