package heapstakes.model.vam;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.Locale;

/** Four categories of sizes: small, medium, large, extremely large. */
final class VamHeap extends SingleHeap {
  private static final long LARGEST_SMALL = 112; // below 128
  private static final long LARGEST_MEDIUM = 496;
  private static final long LARGEST_LARGE = 32 << 10;

  // Of what is mapped alone, in the header before it.
  private static final long START = 16;
  private static final long LENGTH = 8;

  private final PageManager pages;
  private final Reaps small;
  private final Reaps medium;
  private final LargeObjects large;
  private long mapped; // objects that are mapped alone, and their usable bytes
  private long mappedBytes;

  VamHeap(AddressSpace space, String discard) {
    super(space);
    this.pages =
        new PageManager(
            space,
            discard.equals("none") ? null : Advice.valueOf(discard.toUpperCase(Locale.ROOT)));
    this.small = new Reaps(memory, pages, PageManager.SMALL, LARGEST_SMALL);
    this.medium = new Reaps(memory, pages, PageManager.MEDIUM, LARGEST_MEDIUM);
    this.large = new LargeObjects(memory, pages);
  }

  private VamHeap(VamHeap parent, AddressSpace child) {
    super(parent, child);
    this.pages = new PageManager(child, parent.pages);
    this.small = new Reaps(memory, pages, parent.small);
    this.medium = new Reaps(memory, pages, parent.medium);
    this.large = new LargeObjects(memory, pages, parent.large);
    this.mapped = parent.mapped;
    this.mappedBytes = parent.mappedBytes;
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new VamHeap(this, child);
  }

  @Override
  public long malloc(long size) {
    long rounded = alignUp(Math.max(size, 1), Reaps.SPACING);
    if (size < 0 || size > LARGEST_LARGE) {
      return mapAlone(ALIGNMENT, size);
    }
    if (rounded > LARGEST_MEDIUM) {
      long object = large.allocate(size);
      return object == 0 ? 0 : handOut(object, large.usableSize(object));
    }
    long object = rounded <= LARGEST_SMALL ? small.allocate(rounded) : medium.allocate(rounded);
    return object == 0 ? 0 : handOut(object, rounded);
  }

  private long mapAlone(long alignment, long size) {
    if (size < 0 || size > LARGEST_REQUEST || alignment > LARGEST_REQUEST) {
      return 0;
    }
    long length = pageAlignUp(size + alignment);
    long start = space.mmap(0, length, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(start)) {
      return 0;
    }
    long object = alignUp(start + 16, alignment);
    memory.putLong(object - START, start);
    memory.putLong(object - LENGTH, length);
    mapped++;
    mappedBytes += start + length - object;
    return handOut(object, start + length - object);
  }

  @Override
  public void free(long address) {
    if (address == 0) {
      return;
    }
    takeBack(usableSize(address));
    int area = pages.areaOf(address);
    if (area == 1) {
      small.free(pageAlignDown(address), address);
    } else if (area == 2) {
      long block = memory.getLong(address - 8);
      if (block == LargeObjects.MARK) {
        large.free(address);
      } else {
        medium.free(block, address);
      }
    } else {
      unmapAlone(address);
    }
  }

  private void unmapAlone(long address) {
    mapped--;
    mappedBytes -= usableSize(address);
    space.munmap(memory.getLong(address - START), memory.getLong(address - LENGTH));
  }

  @Override
  public long usableSize(long address) {
    int area = pages.areaOf(address);
    if (area == 1) {
      return small.size(pageAlignDown(address));
    }
    long word = memory.getLong(address - 8);
    if (area == 0) {
      return memory.getLong(address - START) + word - address;
    }
    return word == LargeObjects.MARK ? large.usableSize(address) : medium.size(word);
  }

  @Override
  public long memalign(long alignment, long size) {
    return alignment <= ALIGNMENT ? malloc(size) : mapAlone(alignment, size);
  }

  @Override
  public void audit() {
    long blocks = mapped;
    long usable = mappedBytes;
    for (long block = pages.firstBlock(); block != 0; block = pages.nextBlock(block)) {
      int kind = pages.kind(block);
      if (pages.isFree(block)) {
        continue;
      }
      if (kind == PageManager.LARGE) {
        long chunk = large.unsound(block);
        require(chunk == 0, "large object 0x%x of region 0x%x is not sound", chunk, block);
        blocks += large.used(block, false);
        usable += large.used(block, true);
      } else {
        Reaps reaps = kind == PageManager.SMALL ? small : medium;
        long size = reaps.size(block);
        require(size > 0 && size <= LARGEST_MEDIUM, "block 0x%x has size %d", block, size);
        require(reaps.isSound(block), "the lists of block 0x%x, size %d, are not", block, size);
        blocks += reaps.live(block);
        usable += reaps.live(block) * size;
      }
    }
    requireCounted(blocks, usable);
  }
}
