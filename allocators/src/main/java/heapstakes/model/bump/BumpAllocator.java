package heapstakes.model.bump;

import static heapstakes.memory.Addresses.alignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** One bump heap; a single handle serves it, as there is no state per thread. */
final class BumpAllocator extends SingleHeap {
  private static final long HEADER_BYTES = 8; // the size, for realloc and malloc_usable_size

  private final long stepBytes;
  private long next; // where the coming header goes; next + 8 is a multiple of 16
  private long limit; // the program break, as far as it is ours

  BumpAllocator(AddressSpace space, long stepBytes) {
    super(space);
    this.stepBytes = stepBytes;
    this.limit = space.programBreak();
    this.next = alignUp(limit + HEADER_BYTES, ALIGNMENT) - HEADER_BYTES;
  }

  private BumpAllocator(BumpAllocator parent, AddressSpace child) {
    super(parent, child);
    this.stepBytes = parent.stepBytes;
    this.limit = parent.limit;
    this.next = parent.next;
  }

  @Override
  public long malloc(long size) {
    long block = next + HEADER_BYTES;
    long end = blockEnd(block, size);
    if (size < 0 || Long.compareUnsigned(end, limit) > 0) {
      return mallocSlow(block, size);
    }
    return place(block, end);
  }

  /** Where the header after a block of {@code size} at {@code block} goes. */
  private static long blockEnd(long block, long size) {
    return alignUp(block + size + HEADER_BYTES, ALIGNMENT) - HEADER_BYTES;
  }

  private long place(long block, long end) {
    memory.putLong(block - HEADER_BYTES, end - block);
    next = end;
    liveBlocks++;
    return block;
  }

  private long mallocSlow(long block, long size) {
    if (size < 0 || size > Long.MAX_VALUE / 2) {
      return 0;
    }
    long end = blockEnd(block, size);
    if (end > limit) {
      long increment = Math.ceilDiv(end - limit, stepBytes) * stepBytes; // no power of two
      if (Errno.isError(space.sbrk(increment))) {
        return 0;
      }
      limit += increment;
    }
    return place(block, end);
  }

  @Override
  public long calloc(long count, long size) {
    long high = Math.unsignedMultiplyHigh(count, size);
    return high != 0 ? 0 : malloc(count * size); // memory above the break is zero, never reused
  }

  /** Memory that is not handed out again is not worth giving up. */
  @Override
  protected boolean resizedInPlace(long address, long size) {
    return size <= usableSize(address);
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment <= ALIGNMENT) {
      return malloc(size);
    }
    if (size < 0 || size > Long.MAX_VALUE / 4 || alignment > Long.MAX_VALUE / 4) {
      return 0;
    }
    return mallocSlow(alignUp(next + HEADER_BYTES, alignment), size);
  }

  @Override
  public void free(long address) {
    // step 2: nothing
  }

  @Override
  public long usableSize(long address) {
    return memory.getLong(address - HEADER_BYTES);
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    counters.put(BLOCKS, liveBlocks); // all of them
    counters.put("break", space.programBreak() - space.initialBreak());
    return counters;
  }

  @Override
  public long metadataBytes() {
    return liveBlocks * HEADER_BYTES;
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new BumpAllocator(this, child);
  }
}
