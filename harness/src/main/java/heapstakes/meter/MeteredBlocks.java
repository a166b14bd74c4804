package heapstakes.meter;

import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.VmStatistics;
import heapstakes.replay.Blocks;
import heapstakes.replay.ReplayHeap;
import heapstakes.results.Footprint;

/** Blocks of the current process with the books of what was asked for and handed out. */
final class MeteredBlocks implements Blocks {
  private final ReplayHeap heap;
  private final FootprintBooks books;
  private final FootprintObserver observer;
  private final boolean wantsBlocks;

  // The current thread's, fetched again after each control event.
  private ThreadAllocator thread;
  private ProcessBlocks live;
  private VmStatistics statistics;
  private int threadNumber;

  private final BlockTraffic traffic = new BlockTraffic();
  private long operation;
  private boolean freed;

  MeteredBlocks(ReplayHeap heap, FootprintBooks books, FootprintObserver observer) {
    this.heap = heap;
    this.books = books;
    this.observer = observer;
    this.wantsBlocks = observer.wantsBlocks();
    this.thread = heap.thread();
    this.live = books.process().blocks;
    this.statistics = books.process().statistics;
  }

  /** Another thread or process may be current. */
  void fetch() {
    thread = heap.thread();
    live = books.process().blocks;
    statistics = books.process().statistics;
    threadNumber = heap.threadNumber();
  }

  /** What became of blocks so far. */
  Footprint.Traffic traffic() {
    return traffic.result();
  }

  /** The operation of that number begins. */
  void begin(long number) {
    operation = number;
    freed = false;
  }

  /** Whether the operation freed a block. */
  boolean hasFreed() {
    return freed;
  }

  @Override
  public long address(int slot) {
    return live.address(slot);
  }

  @Override
  public void answered(long address) {
    if (wantsBlocks) {
      Region region = address == 0 ? null : heap.process().allocator().regionOf(address);
      observer.block(operation, address, region);
    }
  }

  @Override
  public void put(int slot, long address, long size) {
    live.own(slot, threadNumber);
    enter(slot, address, size);
  }

  private void enter(int slot, long address, long size) {
    live.put(slot, address, size);
    books.obtained(size, thread.usableSize(address));
  }

  @Override
  public void remove(int slot) {
    noteFree(slot);
    release(slot, thread.usableSize(live.address(slot)));
    freed = true;
  }

  private void noteFree(int slot) {
    if (live.owner(slot) != threadNumber) {
      traffic.freedElsewhere(live.size(slot));
    }
  }

  @Override
  public long usable(int slot) {
    traffic.begin(statistics);
    return thread.usableSize(live.address(slot));
  }

  @Override
  public void replace(int slot, long usable, long address, long size) {
    long from = live.address(slot);
    long kept = Math.min(live.size(slot), size);
    if (address == 0) {
      noteFree(slot);
    }
    release(slot, usable);
    if (address == 0) {
      freed = true;
    } else {
      enter(slot, address, size);
      traffic.reallocated(from, address, kept, statistics);
    }
  }

  private void release(int slot, long usable) {
    books.released(live.size(slot), usable);
    live.clear(slot);
  }
}
