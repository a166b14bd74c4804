package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.HugePageMode;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;

/** The library's system calls. Addresses and lengths are whole pages. */
final class MemoryCalls {
  private static final int FLAGS = MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE;

  private final AddressSpace space;
  private final JemallocSettings settings;
  private final Mutex breakLock = new Mutex();
  private boolean breakExhausted;

  MemoryCalls(AddressSpace space, JemallocSettings settings) {
    this.space = space;
    this.settings = settings;
  }

  /** As a forked child has them. */
  MemoryCalls(AddressSpace child, MemoryCalls parent) {
    this(child, parent.settings);
    breakExhausted = parent.breakExhausted;
  }

  /** New zeroed memory; 0 when there is none. */
  long map(long bytes, long alignment) {
    long address = mapAt(0, bytes);
    if (address == 0 || (address & (alignment - 1)) == 0) {
      return address;
    }
    space.munmap(address, bytes);
    return mapTrimmed(bytes, alignment);
  }

  private long mapTrimmed(long bytes, long alignment) {
    long wide = bytes + alignment - PAGE_BYTES;
    if (wide < bytes) {
      return 0;
    }
    long start = mapAt(0, wide);
    if (start == 0) {
      return 0;
    }
    long address = alignUp(start, alignment);
    if (address > start) {
      space.munmap(start, address - start);
    }
    if (start + wide > address + bytes) {
      space.munmap(address + bytes, start + wide - address - bytes);
    }
    return address;
  }

  /** New memory exactly at {@code address}; false when something else is there. */
  boolean mapExactly(long address, long bytes) {
    long mapped = mapAt(address, bytes);
    if (mapped != 0 && mapped != address) {
      space.munmap(mapped, bytes);
    }
    return mapped == address;
  }

  private long mapAt(long hint, long bytes) {
    long mapped = space.mmap(hint, bytes, Protection.READ_WRITE, FLAGS);
    return Errno.isError(mapped) ? 0 : mapped;
  }

  /** New zeroed memory from the program break, the second choice; 0 when there is none. */
  long extendBreak(long bytes, long alignment) {
    breakLock.lock();
    try {
      if (breakExhausted) {
        return 0;
      }
      long start = space.sbrk(0);
      long address = alignUp(start, Math.max(alignment, PAGE_BYTES));
      if (Errno.isError(space.sbrk(address + bytes - start))) {
        breakExhausted = true;
        return 0;
      }
      return address;
    } finally {
      breakLock.unlock();
    }
  }

  /** Gives address space back; false when the kernel refuses. */
  boolean unmap(Extent extent) {
    return space.munmap(extent.base, extent.size) == 0;
  }

  /** Drops the contents; false when the kernel refuses. */
  boolean purge(Extent extent) {
    return purge(extent.base, extent.size);
  }

  private boolean purge(long address, long bytes) {
    return space.madvise(address, bytes, Advice.DONTNEED) == 0;
  }

  /** Makes it zero: by dropping the contents, or by hand where the kernel refuses that. */
  void drop(long address, long bytes) {
    if (!purge(address, bytes)) {
      space.memory().fill(address, bytes, (byte) 0);
    }
  }

  /** Makes what was used zero; by hand where that would break huge pages up. */
  void zero(long address, long bytes) {
    if (settings.thp() == JemallocSettings.Thp.ALWAYS) {
      space.memory().fill(address, bytes, (byte) 0);
    } else {
      drop(address, bytes);
    }
  }

  /**
   * Says of new memory whether it may be in huge pages, where the kernel would not do so anyway.
   */
  void advise(long address, long bytes) {
    switch (settings.thp()) {
      case ALWAYS -> {
        if (heedsAdvice()) {
          space.madvise(address, bytes, Advice.HUGEPAGE);
        }
      }
      case NEVER -> {
        if (space.hugePageMode() != HugePageMode.NEVER) {
          space.madvise(address, bytes, Advice.NOHUGEPAGE);
        }
      }
      case DEFAULT -> {}
    }
  }

  /** Whether huge pages are asked for all of the library's records. */
  boolean asksForHugeRecords() {
    return settings.metadataThp() == JemallocSettings.MetadataThp.ALWAYS && heedsAdvice();
  }

  /** Whether they are once there are many. */
  boolean mayAskForHugeRecords() {
    return settings.metadataThp() == JemallocSettings.MetadataThp.AUTO && heedsAdvice();
  }

  private boolean heedsAdvice() {
    return space.hugePageMode() == HugePageMode.MADVISE;
  }

  /** Asks for huge pages for records of the library's. */
  void adviseRecords(long address, long bytes) {
    space.madvise(address, bytes, Advice.HUGEPAGE);
  }

  /** Lets the kernel drop the contents when it needs memory; false when it refuses. */
  boolean purgeLazily(Extent extent) {
    return space.madvise(extent.base, extent.size, Advice.FREE) == 0;
  }

  /**
   * What the library tries when it starts: whether madvise zeroes, and whether it may be lazy.
   *
   * @return false when there is no page to try the latter on
   * @throws HeapCorruptedException when there is none for the former: the library writes to it all
   *     the same, and the process ends by SIGSEGV
   */
  boolean probe(JemallocVersion version) {
    if (!version.follows(JemallocRule.ONE_PROBE) && !probe(Advice.DONTNEED)) {
      throw new HeapCorruptedException(
          "<jemalloc>: Cannot allocate memory for MADV_DONTNEED check");
    }
    return probe(Advice.FREE);
  }

  private boolean probe(Advice advice) {
    long page = mapAt(0, PAGE_BYTES);
    if (page == 0) {
      return false;
    }
    space.madvise(page, PAGE_BYTES, advice);
    space.munmap(page, PAGE_BYTES);
    return true;
  }
}
