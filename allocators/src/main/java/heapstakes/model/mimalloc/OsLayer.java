package heapstakes.model.mimalloc;

import static heapstakes.memory.Addresses.alignDown;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.concurrent.locks.ReentrantLock;

/** The library's calls of the kernel, and what it counts of them (§5). Sizes in bytes. */
final class OsLayer {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long LARGEST_HINTED = 1L << 30;
  private static final long LAST_HINT = 30L << 40;
  private static final long NANOS_PER_MILLISECOND = 1_000_000;

  private static final int FLAGS = MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE;

  /** Around everything that the process has once: short, and only on slow paths. */
  final ReentrantLock lock = new ReentrantLock();

  /** Of the process; guarded by the lock. */
  final MimallocStatistics statistics = new MimallocStatistics();

  private final AddressSpace space;
  private long hintNext; // 0: none yet

  OsLayer(AddressSpace space) {
    this.space = space;
  }

  /** As a child has it. */
  OsLayer(AddressSpace child, OsLayer parent) {
    this(child);
    hintNext = parent.hintNext;
    statistics.merge(parent.statistics);
  }

  /** Milliseconds of the monotonic clock. */
  long now() {
    return space.clock().nanos() / NANOS_PER_MILLISECOND;
  }

  /** What the length of a mapping is rounded to; {@code size} itself where that overflows. */
  static long goodSize(long size) {
    long unit;
    if (size < 0) {
      unit = 4 * MIB; // unsigned
    } else if (size < 512 * KIB) {
      unit = Addresses.PAGE_BYTES;
    } else if (size < 2 * MIB) {
      unit = 64 * KIB;
    } else if (size < 8 * MIB) {
      unit = 256 * KIB;
    } else {
      unit = size < 32 * MIB ? MIB : 4 * MIB;
    }
    return Long.compareUnsigned(size, -1 - unit) >= 0 ? size : alignUp(size, unit);
  }

  /**
   * Maps memory.
   *
   * @param alignment a power of two of at least a page
   * @param commit whether it can be used at once
   * @return its address, or 0
   */
  long allocate(long size, long alignment, boolean commit) {
    lock.lock();
    try {
      return allocateAligned(goodSize(size), alignment, commit);
    } finally {
      lock.unlock();
    }
  }

  private long allocateAligned(long size, long alignment, boolean commit) {
    long address = map(size, alignment, commit);
    if (address == 0 || (address & (alignment - 1)) == 0) {
      return address;
    }
    unmap(address, size, commit);
    long roomy = map(size + alignment, 1, commit);
    if (roomy == 0) {
      return 0;
    }
    long aligned = alignUp(roomy, alignment);
    long front = aligned - roomy;
    if (front > 0) {
      unmap(roomy, front, commit);
    }
    if (alignment > front) {
      unmap(aligned + size, alignment - front, commit);
    }
    return aligned;
  }

  private long map(long size, long alignment, boolean commit) {
    int protection = commit ? Protection.READ_WRITE : Protection.NONE;
    long hint = hint(size, alignment);
    long address = hint == 0 ? -Errno.ENOMEM : space.mmap(hint, size, protection, FLAGS);
    if (Errno.isError(address)) {
      address = space.mmap(0, size, protection, FLAGS);
    }
    if (Errno.isError(address)) {
      return 0;
    }
    statistics.reserved.add(size);
    statistics.committed.add(commit ? size : 0);
    return address;
  }

  /** Where the next segment should go, so that they follow each other; 0: wherever it fits. */
  private long hint(long size, long alignment) {
    if (alignment <= 1 || alignment > Segment.BYTES) {
      return 0;
    }
    long room = alignUp(size, Segment.BYTES);
    if (room > LARGEST_HINTED || room < 0) {
      return 0;
    }
    if (hintNext == 0 || hintNext > LAST_HINT) {
      hintNext = AddressSpace.HINTED_AREA; // the library draws a place between 2 and 6 TiB
    }
    long hint = hintNext;
    hintNext += room;
    return hint;
  }

  private void unmap(long address, long size, boolean committed) {
    space.munmap(address, size);
    statistics.committed.add(committed ? -size : 0);
    statistics.reserved.add(-size);
  }

  /**
   * Unmaps what {@link #allocate} gave.
   *
   * @param size as it was asked for
   * @param committedBytes what of it counts as committed
   */
  void free(long address, long size, long committedBytes) {
    lock.lock();
    try {
      statistics.committed.add(-committedBytes);
      unmap(address, goodSize(size), false);
    } finally {
      lock.unlock();
    }
  }

  /** Maps memory wherever it fits, for immediate use; its address, or 0. */
  long allocateAnywhere(long size) {
    return allocate(size, 1, true);
  }

  /** Makes a range usable; false when the kernel does not let it. */
  boolean commit(long address, long size) {
    lock.lock();
    try {
      statistics.committed.add(size);
      statistics.commitCalls++;
      long start = pageAlignDown(address);
      long length = pageAlignUp(address + size) - start;
      return !Errno.isError(space.mprotect(start, length, Protection.READ_WRITE));
    } finally {
      lock.unlock();
    }
  }

  /** Gives the whole OS pages of a range back; it stays usable. */
  void decommit(long address, long size) {
    long start = pageAlignUp(address);
    long length = alignDown(address + size, Addresses.PAGE_BYTES) - start;
    if (length <= 0) {
      return;
    }
    lock.lock();
    try {
      statistics.committed.add(-size);
      space.madvise(start, length, Advice.DONTNEED);
    } finally {
      lock.unlock();
    }
  }

  /** Says of the whole OS pages of a range that they are not needed for now. */
  void reset(long address, long size) {
    long start = pageAlignUp(address);
    long length = alignDown(address + size, Addresses.PAGE_BYTES) - start;
    if (length <= 0) {
      return;
    }
    lock.lock();
    try {
      statistics.reset.add(length);
      space.madvise(start, length, Advice.FREE);
    } finally {
      lock.unlock();
    }
  }

  /** Corrects what counts as committed. */
  void adjustCommitted(long bytes) {
    lock.lock();
    try {
      statistics.committed.add(bytes);
    } finally {
      lock.unlock();
    }
  }
}
