package heapstakes.model.textbook;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignDown;
import static heapstakes.memory.Addresses.alignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.setting.Settings;
import java.util.SequencedMap;

/** One heap on the program break, a boundary tag at both ends of each block. */
final class TextbookHeap extends SingleHeap {
  static final long TAG_BYTES = 8;
  static final long MIN_BLOCK = 32; // two tags and two links
  static final long USED = 1;

  /** A used block that is no block: what the program itself got of the break. */
  static final long GAP = 2;

  private static final long FLAGS = 15;

  private final Fit fit;
  private final AvailableList free;
  private final long stepBytes;
  private final long trimThreshold;
  private long first; // 0: the break was not moved yet
  private long end; // where the last tag, of no block, is
  private long limit; // the program break, where it is ours

  TextbookHeap(AddressSpace space, Settings settings) {
    super(space);
    this.fit = Fit.of(settings.text("fit"));
    this.free = new AvailableList(memory, settings.text("order").equals("address"));
    this.stepBytes = settings.number("step");
    this.trimThreshold = settings.number("trim_threshold");
  }

  private TextbookHeap(TextbookHeap parent, AddressSpace child) {
    super(parent, child);
    this.fit = parent.fit;
    this.free = new AvailableList(parent.free, memory);
    this.stepBytes = parent.stepBytes;
    this.trimThreshold = parent.trimThreshold;
    this.first = parent.first;
    this.end = parent.end;
    this.limit = parent.limit;
  }

  @Override
  public long malloc(long size) {
    if (size < 0 || size > LARGEST_REQUEST) {
      return 0;
    }
    long bytes = blockBytes(size);
    long block = find(bytes);
    return block != 0 ? take(block, bytes) : mallocSlow(bytes);
  }

  private long mallocSlow(long bytes) {
    long block;
    do {
      if (!grow(bytes)) {
        return 0;
      }
      block = find(bytes);
    } while (block == 0); // the program got the memory between
    return take(block, bytes);
  }

  private static long blockBytes(long size) {
    return Math.max(MIN_BLOCK, alignUp(size + 2 * TAG_BYTES, ALIGNMENT));
  }

  private long find(long bytes) {
    if (fit == Fit.BEST) {
      return bestFit(bytes);
    }
    if (fit == Fit.WORST) {
      return worstFit(bytes);
    }
    long rover = fit == Fit.NEXT ? free.rover() : 0;
    long found = firstFit(rover, 0, bytes);
    return found != 0 ? found : firstFit(free.first(), rover, bytes);
  }

  private long firstFit(long from, long to, long bytes) {
    long block = from;
    while (block != to && size(block) < bytes) {
      block = free.next(block);
    }
    return block == to ? 0 : block;
  }

  private long bestFit(long bytes) {
    long best = 0;
    long bestSize = Long.MAX_VALUE;
    for (long block = free.first(); block != 0 && bestSize != bytes; block = free.next(block)) {
      long size = size(block);
      if (size >= bytes && size < bestSize) {
        best = block;
        bestSize = size;
      }
    }
    return best;
  }

  private long worstFit(long bytes) {
    long worst = 0;
    long worstSize = bytes - 1;
    for (long block = free.first(); block != 0; block = free.next(block)) {
      long size = size(block);
      if (size > worstSize) {
        worst = block;
        worstSize = size;
      }
    }
    return worst;
  }

  /** Cuts a used block from the low end of a free one, which keeps its place in the list. */
  private long take(long block, long bytes) {
    long size = size(block);
    long left = size - bytes;
    long next = free.next(block);
    if (left >= MIN_BLOCK) {
      long previous = free.previous(block);
      setTags(block + bytes, left);
      free.replace(block, block + bytes, next, previous);
      free.setRover(block + bytes);
      size = bytes;
    } else {
      free.remove(block);
      free.setRover(next);
    }
    setTags(block, size | USED);
    return handOut(block + TAG_BYTES, size - 2 * TAG_BYTES);
  }

  @Override
  public void free(long address) {
    if (address != 0) {
      long block = address - TAG_BYTES;
      takeBack(usableSize(address));
      long whole = release(block, size(block));
      if (trimThreshold != 0 && size(whole) >= trimThreshold && whole + size(whole) == end) {
        lowerBreak(whole);
      }
    }
  }

  /** Makes {@code [block, block + bytes)} free, joined with its neighbours; returns the whole. */
  private long release(long block, long bytes) {
    long start = block;
    long stop = block + bytes;
    long below = memory.getLong(block - TAG_BYTES);
    if ((below & USED) == 0) {
      start -= below;
      free.remove(start);
    }
    long above = memory.getLong(stop);
    if ((above & USED) == 0) {
      free.remove(stop);
      stop += above;
    }
    setTags(start, stop - start);
    free.insert(start);
    return start;
  }

  private void setTags(long block, long tag) {
    memory.putLong(block, tag);
    memory.putLong(block + (tag & ~FLAGS) - TAG_BYTES, tag);
  }

  private long size(long block) {
    return memory.getLong(block) & ~FLAGS;
  }

  /** Moves the break up so that a block of {@code bytes} fits, unless the program moved it too. */
  private boolean grow(long bytes) {
    long tail = first == 0 ? 0 : memory.getLong(end - TAG_BYTES);
    long wanted = bytes - ((tail & USED) == 0 ? tail : 0) + (first == 0 ? 3 * TAG_BYTES : 0);
    long increment = Math.ceilDiv(wanted, stepBytes) * stepBytes; // no power of two
    long old = space.sbrk(increment);
    if (Errno.isError(old)) {
      return false;
    }
    long start = end;
    if (first == 0 || old != limit) {
      start = alignUp(old, ALIGNMENT) + TAG_BYTES;
      long gap = first == 0 ? USED : (start - end) | USED | GAP;
      memory.putLong(start - TAG_BYTES, gap);
      if (first == 0) {
        first = start;
      } else {
        memory.putLong(end, gap);
      }
    }
    limit = old + increment;
    end = alignDown(limit, ALIGNMENT) - TAG_BYTES;
    memory.putLong(end, USED);
    release(start, end - start);
    return true;
  }

  /** Lowers the break down to the page in which the free block {@code last} begins. */
  private void lowerBreak(long last) {
    long keep = alignUp(last + TAG_BYTES, PAGE_BYTES);
    keep += keep - TAG_BYTES - last < MIN_BLOCK ? PAGE_BYTES : 0; // what stays is a block
    if (keep >= limit || space.programBreak() != limit || Errno.isError(space.sbrk(keep - limit))) {
      return;
    }
    limit = keep;
    end = keep - TAG_BYTES;
    memory.putLong(end, USED);
    setTags(last, end - last);
  }

  @Override
  public void trim(long pad) {
    if (trimThreshold != 0 && first != 0 && (memory.getLong(end - TAG_BYTES) & USED) == 0) {
      lowerBreak(end - memory.getLong(end - TAG_BYTES));
    }
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment <= ALIGNMENT || size < 0 || size > LARGEST_REQUEST) {
      return malloc(size);
    }
    if (alignment > LARGEST_REQUEST) {
      return 0;
    }
    long address = malloc(size + alignment + MIN_BLOCK);
    if (address == 0) {
      return 0;
    }
    long aligned = alignUp(address, alignment);
    if (aligned != address) {
      long room = aligned - address;
      aligned += room < MIN_BLOCK ? alignment : 0;
      cut(address - TAG_BYTES, aligned - TAG_BYTES);
    }
    shrink(aligned - TAG_BYTES, blockBytes(size));
    return aligned;
  }

  /** Frees the part of a used block below {@code at}, where a used one then begins. */
  private void cut(long block, long at) {
    long bytes = size(block);
    setTags(at, (block + bytes - at) | USED);
    allocatedBytes -= at - block;
    release(block, at - block);
  }

  /** Frees what a used block has more than {@code bytes}. */
  private void shrink(long block, long bytes) {
    long left = size(block) - bytes;
    if (left >= MIN_BLOCK) {
      setTags(block, bytes | USED);
      allocatedBytes -= left;
      release(block + bytes, left);
    }
  }

  @Override
  protected boolean resizedInPlace(long address, long size) {
    boolean fits = size <= usableSize(address);
    if (fits) {
      shrink(address - TAG_BYTES, blockBytes(size));
    }
    return fits;
  }

  @Override
  public long usableSize(long address) {
    return size(address - TAG_BYTES) - 2 * TAG_BYTES;
  }

  @Override
  public long metadataBytes() {
    return liveBlocks * 2 * TAG_BYTES;
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = super.counters();
    counters.put("break", first == 0 ? 0 : limit - space.initialBreak());
    return counters;
  }

  @Override
  public void audit() {
    long freeBlocks = 0;
    long blocks = 0;
    long usable = 0;
    boolean wasFree = false;
    for (long block = first; block != end; block += size(block)) {
      long tag = memory.getLong(block);
      boolean gap = (tag & GAP) != 0;
      boolean isFree = (tag & USED) == 0;
      long bytes = tag & ~FLAGS;
      require(bytes >= (gap ? 16 : MIN_BLOCK), "block 0x%x has %d bytes", block, bytes);
      require(bytes <= end - block, "block 0x%x of %d bytes passes the end", block, bytes);
      long last = memory.getLong(block + bytes - TAG_BYTES);
      require(last == tag, "block 0x%x ends with the tag 0x%x", block, last);
      require(!isFree || !wasFree, "free block 0x%x of %d bytes follows another", block, bytes);
      freeBlocks += isFree ? 1 : 0;
      blocks += isFree || gap ? 0 : 1;
      usable += isFree || gap ? 0 : bytes - 2 * TAG_BYTES;
      wasFree = isFree;
    }
    requireCounted(blocks, usable);
    auditList(freeBlocks);
  }

  private void auditList(long freeBlocks) {
    long listed = 0;
    boolean rover = free.rover() == 0;
    long previous = 0;
    for (long block = free.first(); block != 0; block = free.next(block)) {
      require(
          free.previous(block) == previous, "block 0x%x is not linked to 0x%x", block, previous);
      require((memory.getLong(block) & USED) == 0, "block 0x%x is listed, tag %d", block, USED);
      require(++listed <= freeBlocks, "the list of %d is longer than %d", listed, freeBlocks);
      rover |= block == free.rover();
      previous = block;
    }
    require(listed == freeBlocks, "%d free blocks are listed, of %d", listed, freeBlocks);
    require(rover, "the rover 0x%x is in no list of %d", free.rover(), listed);
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new TextbookHeap(this, child);
  }
}
