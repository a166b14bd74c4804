package heapstakes.model.buddy;

import static heapstakes.memory.Addresses.alignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.Arrays;
import java.util.SequencedMap;

/** Zones of buddies, a header in each block. */
final class BuddyHeap extends SingleHeap {
  private static final int MIN_ORDER = 5; // header and two links
  private static final int MAX_ORDER = 61;
  private static final long HEADER_BYTES = 16;
  private static final long USED = 64; // beside the order in the first word
  private static final long ORDER = USED - 1;

  // Words of a block: its order and whether it is used; in a used one, how far the block that was
  // handed out is from it; in a free one the links.
  private static final long START = 8; // of the handed out block, back from it
  private static final long NEXT = 8;
  private static final long PREVIOUS = 16;

  private final int zoneOrder;
  private final boolean releases;
  private final long[] free = new long[MAX_ORDER + 1]; // first free block of each order
  private long[] zones = new long[16];
  private int zoneCount;
  private long mappedAlone; // bytes of blocks larger than a zone
  private long blocksAlone;

  BuddyHeap(AddressSpace space, int zoneOrder, boolean releases) {
    super(space);
    this.zoneOrder = zoneOrder;
    this.releases = releases;
  }

  private BuddyHeap(BuddyHeap parent, AddressSpace child) {
    super(parent, child);
    this.zoneOrder = parent.zoneOrder;
    this.releases = parent.releases;
    System.arraycopy(parent.free, 0, free, 0, free.length);
    this.zones = parent.zones.clone();
    this.zoneCount = parent.zoneCount;
    this.mappedAlone = parent.mappedAlone;
    this.blocksAlone = parent.blocksAlone;
  }

  @Override
  public long malloc(long size) {
    if (size < 0 || size > LARGEST_REQUEST) {
      return 0;
    }
    int order = orderOf(size + HEADER_BYTES);
    int from = order;
    while (from <= zoneOrder && free[from] == 0) {
      from++;
    }
    return from <= zoneOrder ? take(from, order) : mallocSlow(order);
  }

  /** log2 of the block that holds so many bytes. */
  private static int orderOf(long bytes) {
    return Math.max(MIN_ORDER, Long.SIZE - Long.numberOfLeadingZeros(bytes - 1));
  }

  private long mallocSlow(int order) {
    if (order <= zoneOrder) {
      return mapZone() ? take(zoneOrder, order) : 0;
    }
    long block = space.mmap(0, 1L << order, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(block)) {
      return 0;
    }
    mappedAlone += 1L << order;
    blocksAlone++;
    return use(block, order);
  }

  /** Splits a free block of {@code from} until one of {@code order} is left: algorithm R. */
  private long take(int from, int order) {
    long block = free[from];
    remove(block, from);
    for (int half = from - 1; half >= order; half--) {
      insert(block + (1L << half), half);
    }
    return use(block, order);
  }

  private long use(long block, int order) {
    memory.putLong(block, order | USED);
    memory.putLong(block + START, HEADER_BYTES);
    return handOut(block + HEADER_BYTES, (1L << order) - HEADER_BYTES);
  }

  @Override
  public void free(long address) {
    if (address == 0) {
      return;
    }
    long block = blockOf(address);
    int order = order(block);
    takeBack((1L << order) - (address - block));
    if (order > zoneOrder) {
      unmapAlone(block, order);
    } else {
      release(block, order);
    }
  }

  private void unmapAlone(long block, int order) {
    mappedAlone -= 1L << order;
    blocksAlone--;
    space.munmap(block, 1L << order);
  }

  /** Joins with free buddies, as long as there are any: algorithm S. */
  private void release(long freed, int freedOrder) {
    long block = freed;
    int order = freedOrder;
    while (order < zoneOrder && memory.getLong(block ^ (1L << order)) == order) {
      long buddy = block ^ (1L << order);
      remove(buddy, order);
      block = Math.min(block, buddy);
      order++;
    }
    if (order == zoneOrder && releases) {
      unmapZone(block);
    } else {
      insert(block, order);
    }
  }

  private void insert(long block, int order) {
    long next = free[order];
    memory.putLong(block, order);
    memory.putLong(block + NEXT, next);
    memory.putLong(block + PREVIOUS, 0);
    if (next != 0) {
      memory.putLong(next + PREVIOUS, block);
    }
    free[order] = block;
  }

  private void remove(long block, int order) {
    long next = memory.getLong(block + NEXT);
    long previous = memory.getLong(block + PREVIOUS);
    if (previous == 0) {
      free[order] = next;
    } else {
      memory.putLong(previous + NEXT, next);
    }
    if (next != 0) {
      memory.putLong(next + PREVIOUS, previous);
    }
  }

  private long blockOf(long address) {
    return address - memory.getLong(address - START);
  }

  private int order(long block) {
    return (int) (memory.getLong(block) & ORDER);
  }

  /** Maps a zone at a multiple of its size: twice as much, less what is before and behind. */
  private boolean mapZone() {
    long bytes = 1L << zoneOrder;
    long got = space.mmap(0, 2 * bytes, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(got)) {
      return false;
    }
    long zone = alignUp(got, bytes);
    if (!unmapped(got, zone - got) || !unmapped(zone + bytes, got + bytes - zone)) {
      space.munmap(got, 2 * bytes);
      return false;
    }
    if (zoneCount == zones.length) {
      zones = Arrays.copyOf(zones, 2 * zoneCount);
    }
    zones[zoneCount++] = zone;
    insert(zone, zoneOrder);
    return true;
  }

  private boolean unmapped(long start, long bytes) {
    return bytes == 0 || !Errno.isError(space.munmap(start, bytes));
  }

  private void unmapZone(long zone) {
    if (Errno.isError(space.munmap(zone, 1L << zoneOrder))) {
      insert(zone, zoneOrder);
      return;
    }
    for (int i = zoneCount - 1; i >= 0; i--) {
      if (zones[i] == zone) {
        zones[i] = zones[--zoneCount];
        return;
      }
    }
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment <= ALIGNMENT || size < 0 || size > LARGEST_REQUEST) {
      return malloc(size);
    }
    long address = alignment > LARGEST_REQUEST ? 0 : malloc(size + alignment);
    if (address == 0) {
      return 0;
    }
    long aligned = alignUp(address, alignment);
    memory.putLong(aligned - START, aligned - address + HEADER_BYTES);
    allocatedBytes -= aligned - address;
    return aligned;
  }

  @Override
  public long usableSize(long address) {
    long block = blockOf(address);
    return (1L << order(block)) - (address - block);
  }

  @Override
  public long metadataBytes() {
    return liveBlocks * HEADER_BYTES;
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = super.counters();
    counters.put("zones", (long) zoneCount);
    counters.put("mapped", ((long) zoneCount << zoneOrder) + mappedAlone);
    return counters;
  }

  /** Blocks larger than a zone are in no list: they are taken as counted. */
  @Override
  public void audit() {
    long freeBytes = 0;
    long used = blocksAlone;
    for (int i = 0; i < zoneCount; i++) {
      freeBytes += auditZone(zones[i]);
      used += usedIn(zones[i]);
    }
    requireCounted(used, allocatedBytes);
    long listed = 0;
    for (int order = MIN_ORDER; order <= zoneOrder; order++) {
      long previous = 0;
      for (long block = free[order]; block != 0; block = memory.getLong(block + NEXT)) {
        require(memory.getLong(block) == order, "free block 0x%x is not of order %d", block, order);
        long back = memory.getLong(block + PREVIOUS);
        require(back == previous, "free block 0x%x is linked back to 0x%x", block, back);
        listed += 1L << order;
        require(listed <= freeBytes, "%d free bytes are listed, of %d", listed, freeBytes);
        previous = block;
      }
    }
    require(listed == freeBytes, "%d free bytes are listed, of %d", listed, freeBytes);
  }

  /** Returns the free bytes. */
  private long auditZone(long zone) {
    long freeBytes = 0;
    long end = zone + (1L << zoneOrder);
    long block = zone;
    while (block < end) {
      long word = memory.getLong(block);
      int order = order(block);
      boolean used = (word & USED) != 0;
      require(word == (used ? order | USED : order), "block 0x%x begins with %d", block, word);
      require(order >= MIN_ORDER && order <= zoneOrder, "block 0x%x has order %d", block, order);
      require(block % (1L << order) == 0, "block 0x%x is not aligned to order %d", block, order);
      if (!used) {
        freeBytes += 1L << order;
        boolean apart = order == zoneOrder || memory.getLong(block ^ (1L << order)) != order;
        require(apart, "both buddies of 0x%x, order %d, are free", block, order);
      }
      block += 1L << order;
    }
    return freeBytes;
  }

  private long usedIn(long zone) {
    long used = 0;
    for (long at = zone; at < zone + (1L << zoneOrder); at += 1L << order(at)) {
      used += (memory.getLong(at) & USED) != 0 ? 1 : 0;
    }
    return used;
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new BuddyHeap(this, child);
  }
}
