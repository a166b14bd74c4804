package heapstakes.allocator;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * A heap without state per thread: one handle serves every thread, one at a time. What can be made
 * of malloc and free is made of them here.
 */
public abstract class SingleHeap implements Allocator, ThreadAllocator {
  /** Counter: usable bytes of live blocks. */
  public static final String ALLOCATED = "allocated";

  /** Counter: live blocks. */
  public static final String BLOCKS = "blocks";

  /** Alignment of every block: of max_align_t on x86-64, as malloc promises. */
  protected static final long ALIGNMENT = 16;

  /** Requests above cannot be met and are refused before sums with them overflow, in bytes. */
  protected static final long LARGEST_REQUEST = 1L << 60;

  /** The process. */
  protected final AddressSpace space;

  /** Its memory. */
  protected final Memory memory;

  /** Usable bytes of live blocks. */
  protected long allocatedBytes;

  /** Live blocks. */
  protected long liveBlocks;

  /** A heap in which nothing is allocated. */
  protected SingleHeap(AddressSpace space) {
    this.space = space;
    this.memory = space.memory();
  }

  /** The heap of a forked child, which has the same blocks. */
  protected SingleHeap(SingleHeap parent, AddressSpace child) {
    this(child);
    this.allocatedBytes = parent.allocatedBytes;
    this.liveBlocks = parent.liveBlocks;
  }

  /** Counts a block that was handed out; returns its address. */
  protected final long handOut(long block, long usable) {
    allocatedBytes += usable;
    liveBlocks++;
    return block;
  }

  /** Counts a block that came back. */
  protected final void takeBack(long usable) {
    allocatedBytes -= usable;
    liveBlocks--;
  }

  @Override
  public long calloc(long count, long size) {
    if (Math.unsignedMultiplyHigh(count, size) != 0) {
      return 0;
    }
    long block = malloc(count * size);
    if (block != 0) {
      memory().fill(block, count * size, (byte) 0);
    }
    return block;
  }

  @Override
  public long realloc(long address, long size) {
    if (address == 0) {
      return malloc(size);
    }
    if (size >= 0 && resizedInPlace(address, size)) {
      return address;
    }
    long usable = usableSize(address);
    long moved = malloc(size);
    if (moved != 0) {
      memory().copy(address, moved, Math.min(usable, size));
      free(address);
    }
    return moved;
  }

  /**
   * Whether the block now has {@code size} bytes, at least 0, where it is: by default, if it has as
   * many and not more than twice as many.
   */
  protected boolean resizedInPlace(long address, long size) {
    long usable = usableSize(address);
    return size <= usable && usable / 2 <= size;
  }

  @Override
  public void trim(long pad) {
    // nothing that could be given back, unless a heap says otherwise
  }

  @Override
  public void exit() {
    // no state per thread
  }

  @Override
  public ThreadAllocator attach() {
    return this;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public Region regionOf(long address) {
    return Region.of(space, address);
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    counters.put(ALLOCATED, allocatedBytes);
    counters.put(BLOCKS, liveBlocks);
    return counters;
  }

  /** For audits: what an audit found must be what was counted. */
  protected final void requireCounted(long blocks, long usable) {
    require(blocks == liveBlocks, "%d live blocks found, counted %d", blocks, liveBlocks);
    require(usable == allocatedBytes, "%d live bytes found, counted %d", usable, allocatedBytes);
  }

  /**
   * For audits.
   *
   * @throws HeapCorruptedException with the text unless it {@code holds}
   */
  protected static void require(boolean holds, String format, long first, long second) {
    if (!holds) {
      throw new HeapCorruptedException(String.format(Locale.ROOT, format, first, second));
    }
  }
}
