package heapstakes.model.tcmalloc;

import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;

/**
 * Memory from the kernel: by sbrk, and by mmap once sbrk failed. When both have failed both are
 * tried again for the next request. Guarded by the heap lock.
 */
final class SysAllocator {
  private final AddressSpace space;
  private final boolean mapsUpward;
  private long endOfMapping; // of the last one, where it is to be continued; 0: of none
  private boolean sbrkFailed;
  private boolean mmapFailed;
  private boolean releaseDisabled;
  private long takenBytes;

  /**
   * Has taken nothing yet.
   *
   * @param mapsUpward whether a mapping is asked for where the last one ends
   */
  SysAllocator(AddressSpace space, boolean mapsUpward) {
    this.space = space;
    this.mapsUpward = mapsUpward;
  }

  SysAllocator(AddressSpace child, SysAllocator parent) {
    this.space = child;
    this.mapsUpward = parent.mapsUpward;
    this.endOfMapping = parent.endOfMapping;
    this.sbrkFailed = parent.sbrkFailed;
    this.mmapFailed = parent.mmapFailed;
    this.releaseDisabled = parent.releaseDisabled;
    this.takenBytes = parent.takenBytes;
  }

  /** Bytes ever taken, rounded to the alignment; what was lost to alignment is not in it. */
  long takenBytes() {
    return takenBytes;
  }

  void disableRelease(boolean disabled) {
    releaseDisabled = disabled;
  }

  /**
   * Takes memory, which is zero.
   *
   * @param size bytes, unsigned
   * @param alignment a power of two, at least 64
   * @return its address, or 0 when the kernel has none
   */
  long allocate(long size, long alignment) {
    if (Long.compareUnsigned(size + alignment, size) < 0) {
      return 0; // nobody is asked, and nobody has failed
    }
    long rounded = Addresses.alignUp(size, alignment);
    long address = fromEitherSource(rounded, alignment);
    if (address != 0) {
      takenBytes += rounded;
    }
    return address;
  }

  private long fromEitherSource(long size, long alignment) {
    if (!sbrkFailed) {
      long address = fromBreak(size, alignment);
      if (address != 0) {
        return address;
      }
      sbrkFailed = true;
    }
    if (!mmapFailed) {
      long address = fromMappings(size, alignment);
      if (address != 0) {
        return address;
      }
    }
    sbrkFailed = false;
    mmapFailed = false;
    return 0;
  }

  private long fromBreak(long size, long alignment) {
    boolean wouldRelease = size + alignment < 0; // to sbrk it is a negative number
    long address = wouldRelease ? -Errno.ENOMEM : space.sbrk(size);
    if (Errno.isError(address)) {
      return 0;
    }
    long excess = address & (alignment - 1);
    if (excess == 0) {
      return address;
    }
    long missing = alignment - excess;
    long more = space.sbrk(missing);
    if (more == address + size) {
      return address + missing; // the bytes in front are lost
    }
    long apart = space.sbrk(size + alignment - 1);
    return Errno.isError(apart) ? 0 : Addresses.alignUp(apart, alignment);
  }

  private long fromMappings(long size, long asked) {
    long alignment = Math.max(asked, Addresses.PAGE_BYTES);
    long length = Addresses.alignUp(size, alignment);
    long address = endOfMapping == 0 ? 0 : continuation(length, alignment);
    if (address == 0) {
      address = anywhere(length, alignment);
    }
    if (mapsUpward && address != 0) {
      endOfMapping = address + length;
    }
    return address;
  }

  /** A mapping where the last one ends, or wherever the kernel puts it, if that is aligned. */
  private long continuation(long length, long alignment) {
    if ((endOfMapping & (alignment - 1)) != 0) {
      return 0;
    }
    long address =
        space.mmap(endOfMapping, length, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if ((address & (alignment - 1)) == 0) {
      return address;
    }
    space.munmap(address, length); // the library does that to an error as well
    return 0;
  }

  private long anywhere(long length, long alignment) {
    long extra = alignment - Addresses.PAGE_BYTES;
    long address = space.mmap(0, length + extra, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(address)) {
      return 0;
    }
    long aligned = Addresses.alignUp(address, alignment);
    long front = aligned - address;
    if (front > 0) {
      space.munmap(address, front);
    }
    if (extra > front) {
      space.munmap(aligned + length, extra - front);
    }
    return aligned;
  }

  /** Gives the frames of a range back; false when that is switched off or fails. */
  boolean release(long address, long bytes) {
    return !releaseDisabled && !Errno.isError(space.madvise(address, bytes, Advice.DONTNEED));
  }
}
