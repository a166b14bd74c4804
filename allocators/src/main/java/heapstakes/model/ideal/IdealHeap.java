package heapstakes.model.ideal;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Region;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;

/**
 * Blocks live elsewhere, in a process that nobody looks at; this one holds their number of pages.
 */
final class IdealHeap extends SingleHeap {
  // The header, which lies before the block: where what is allocated elsewhere starts, the size
  // asked for, and links of all blocks, for audits.
  private static final long HEADER_BYTES = 32;
  private static final long NEXT = 32;
  private static final long PREVIOUS = 24;
  private static final long SIZE = 16;
  private static final long START = 8;

  private final AddressSpace elsewhere;
  private final Memory blocks;
  private final Allocator heap;
  private final ThreadAllocator thread;
  private final PageBudget pages;
  private long newest;

  IdealHeap(AddressSpace space, AddressSpace elsewhere, Allocator heap) {
    super(space);
    this.elsewhere = elsewhere;
    this.blocks = elsewhere.memory();
    this.heap = heap;
    this.thread = heap.attach();
    this.pages = new PageBudget(space);
  }

  private IdealHeap(IdealHeap parent, AddressSpace child) {
    super(parent, child);
    this.elsewhere = parent.elsewhere.fork();
    this.blocks = elsewhere.memory();
    this.heap = parent.heap.fork(elsewhere, parent.thread);
    this.thread = heap.attach();
    this.pages = new PageBudget(parent.pages, child);
    this.newest = parent.newest;
  }

  @Override
  public long malloc(long size) {
    return memalign(ALIGNMENT, size);
  }

  @Override
  public long memalign(long alignment, long size) {
    return size < 0 || size > LARGEST_REQUEST || alignment > LARGEST_REQUEST
        ? 0
        : place(Math.max(alignment, ALIGNMENT), size);
  }

  private long place(long alignment, long size) {
    long start = thread.malloc(size + HEADER_BYTES + alignment);
    if (start == 0) {
      return 0;
    }
    if (!pages.hold(pageAlignUp(allocatedBytes + size))) {
      thread.free(start);
      return 0;
    }
    long block = alignUp(start + HEADER_BYTES, alignment);
    blocks.putLong(block - SIZE, size);
    blocks.putLong(block - START, start);
    link(block, newest);
    link(0, block);
    return handOut(block, size);
  }

  @Override
  public void free(long address) {
    if (address != 0) {
      displace(address);
    }
  }

  private void displace(long address) {
    takeBack(usableSize(address));
    pages.hold(pageAlignUp(allocatedBytes));
    link(blocks.getLong(address - PREVIOUS), blocks.getLong(address - NEXT));
    thread.free(blocks.getLong(address - START));
  }

  private void link(long before, long after) {
    if (before == 0) {
      newest = after;
    } else {
      blocks.putLong(before - NEXT, after);
    }
    if (after != 0) {
      blocks.putLong(after - PREVIOUS, before);
    }
  }

  @Override
  protected boolean resizedInPlace(long address, long size) {
    return size == usableSize(address);
  }

  @Override
  public long usableSize(long address) {
    return blocks.getLong(address - SIZE);
  }

  @Override
  public Memory memory() {
    return blocks;
  }

  @Override
  public Region regionOf(long address) {
    return heap.regionOf(address);
  }

  @Override
  public long metadataBytes() {
    return 0;
  }

  @Override
  public void audit() {
    heap.audit();
    long count = 0;
    long bytes = 0;
    for (long block = newest; block != 0; block = blocks.getLong(block - NEXT)) {
      bytes += usableSize(block);
      require(++count <= liveBlocks, "block 0x%x is beyond the last of %d", block, liveBlocks);
    }
    requireCounted(count, bytes);
    long wanted = pageAlignUp(allocatedBytes);
    require(pages.held() == wanted, "%d bytes are held for %d", pages.held(), wanted);
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new IdealHeap(this, child);
  }

  @Override
  public void close() {
    heap.close();
    elsewhere.close();
  }
}
