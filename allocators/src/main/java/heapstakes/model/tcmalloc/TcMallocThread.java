package heapstakes.model.tcmalloc;

import static heapstakes.memory.Addresses.alignUp;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.model.tcmalloc.GperftoolsVersion.Change;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The library's interface for one thread: its cache first, whole pages for what is too large. */
final class TcMallocThread extends ThreadCache implements ThreadAllocator {
  private final PageHeap heap;
  private final PageMap pageMap;
  private final boolean reallocatesExactly;

  TcMallocThread(
      GperftoolsVersion version,
      PageHeap heap,
      ThreadCaches caches,
      SizeMap sizes,
      CentralFreeLists central,
      Memory memory) {
    super(caches, sizes, central, memory);
    this.reallocatesExactly = version.has(Change.REALLOCATES_EXACTLY);
    this.heap = heap;
    this.pageMap = heap.pageMap;
  }

  @Override
  public long malloc(long size) { // step 1
    FreeList list = lists[sizes.classOf(size)];
    return list.length == 0 ? mallocSlow(size) : pop(list);
  }

  @Override
  public void free(long address) { // step 2
    FreeList list = lists[pageMap.sizeClassAt(address)];
    if (hasRoom(list)) {
      push(list, address);
    } else {
      freeSlow(address);
    }
  }

  private long mallocSlow(long size) {
    if (!isOpen()) {
      open();
    }
    int sizeClass = sizes.classOf(size);
    if (sizeClass == 0) {
      return addressOf(heap.allocate(PageSize.holding(size)));
    }
    FreeList list = lists[sizeClass];
    return list.length == 0 ? fetch(sizeClass) : pop(list);
  }

  private static long addressOf(@Nullable Span span) {
    return span == null ? 0 : span.address();
  }

  private void freeSlow(long address) {
    int sizeClass = pageMap.sizeClassAt(address);
    if (sizeClass == 0) {
      if (address != 0) {
        heap.free(largeBlock(address, "free", 333));
      }
    } else if (isOpen()) {
      pushSlow(sizeClass, address);
    } else {
      FreeObject.setNext(memory, address, 0);
      central.of(sizeClass).insert(address, 1);
    }
  }

  /**
   * The span of a large block.
   *
   * @param line of tcmalloc.cc where the library gives up, for its message
   */
  private Span largeBlock(long address, String operation, int line) {
    Span span = pageMap.spanAt(PageSize.of(address));
    if (span == null) {
      throw new HeapCorruptedException(
          String.format(
              Locale.ROOT,
              "src/tcmalloc.cc:%d] Attempt to %s invalid pointer 0x%x",
              line,
              operation,
              address));
    }
    if (!Span.isLiveAt(span, PageSize.of(address)) || span.sizeClass != 0) {
      throw new HeapCorruptedException(
          String.format(
              Locale.ROOT,
              "attempt to %s 0x%x, which is in no live block: freed twice? (tcmalloc does not"
                  + " notice; its heap would be corrupt from here on)",
              operation,
              address));
    }
    return span;
  }

  @Override
  public long calloc(long count, long size) {
    if (Math.unsignedMultiplyHigh(count, size) != 0) {
      return 0;
    }
    long address = malloc(count * size);
    if (address != 0) {
      memory.fill(address, usableSize(address), (byte) 0); // the whole block, as the library does
    }
    return address;
  }

  @Override
  public long realloc(long address, long size) {
    if (address == 0) {
      return malloc(size);
    }
    if (size == 0) {
      free(address);
      return 0;
    }
    long old = usableSize(address, "realloc", 337);
    if (staysInPlace(old, size)) {
      return address;
    }
    long moved = mallocToMove(old, size);
    if (moved != 0) {
      memory.copy(address, moved, Long.compareUnsigned(size, old) > 0 ? old : size);
      free(address);
    }
    return moved;
  }

  /** Step 10. */
  private boolean staysInPlace(long old, long size) {
    if (reallocatesExactly) {
      int sizeClass = sizes.classOf(size);
      return old
          == (sizeClass == 0
              ? PageSize.address(PageSize.holding(size))
              : sizes.objectBytes(sizeClass));
    }
    return Long.compareUnsigned(size, old) <= 0 && size >= old / 2;
  }

  /** Step 10: a block that grows a little gets a quarter more than it had. */
  private long mallocToMove(long old, long size) {
    long roomy = old + old / 4;
    boolean growsALittle =
        !reallocatesExactly
            && Long.compareUnsigned(size, old) > 0
            && Long.compareUnsigned(size, roomy) < 0;
    long moved = growsALittle ? malloc(roomy) : 0;
    return moved == 0 ? malloc(size) : moved;
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment > PageSize.BYTES) {
      return memalignPages(alignment, size);
    }
    long rounded = alignUp(size, alignment);
    if (rounded == 0) {
      rounded = size == 0 ? alignment : size; // overflow: let it fail
    }
    return malloc(rounded);
  }

  private long memalignPages(long alignment, long size) {
    long bytes = size == 0 ? 1 : size;
    if (Long.compareUnsigned(bytes + alignment, bytes) < 0) {
      return 0;
    }
    return addressOf(heap.allocateAligned(alignment, bytes));
  }

  @Override
  public long usableSize(long address) {
    return usableSize(address, "get the size of an", 343);
  }

  private long usableSize(long address, String operation, int line) {
    int sizeClass = pageMap.sizeClassAt(address);
    return sizeClass == 0
        ? largeBlock(address, operation, line).bytes()
        : sizes.objectBytes(sizeClass);
  }

  @Override
  public void trim(long pad) {
    heap.releaseToSystem(-1L); // ReleaseFreeMemory: everything, there is no pad
  }

  /** Also MarkThreadIdle: the cache goes, and comes back with the next allocation. */
  @Override
  public void exit() {
    close();
  }
}
