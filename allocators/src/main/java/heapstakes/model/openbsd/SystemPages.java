package heapstakes.model.openbsd;

import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;

/** Pages from the kernel and back. Where the library ends for a refused munmap, they are lost. */
final class SystemPages {
  private final AddressSpace space;
  private long lostBytes;
  private long metadataBytes;

  SystemPages(AddressSpace space) {
    this.space = space;
  }

  /** As a forked child has them. */
  SystemPages(AddressSpace child, SystemPages parent) {
    this(child);
    lostBytes = parent.lostBytes;
    metadataBytes = parent.metadataBytes;
  }

  /** Pages of zeros, or 0. */
  long map(long bytes) {
    long start = space.mmap(0, bytes, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    return Errno.isError(start) ? 0 : start;
  }

  /** Pages for books. */
  long mapMetadata(long bytes) {
    long start = map(bytes);
    metadataBytes += start == 0 ? 0 : bytes;
    return start;
  }

  void unmapMetadata(long start, long bytes) {
    metadataBytes -= bytes;
    unmap(start, bytes);
  }

  /** Whether there was nothing at {@code start}, and now are pages. */
  boolean mapAt(long start, long bytes) {
    int flags = MapFlags.PRIVATE_ANONYMOUS | MapFlags.FIXED_NOREPLACE;
    return !Errno.isError(space.mmap(start, bytes, Protection.READ_WRITE, flags));
  }

  void unmap(long start, long bytes) {
    if (bytes > 0 && Errno.isError(space.munmap(start, bytes))) {
      lostBytes += bytes;
    }
  }

  /** False where the kernel refuses. */
  boolean protect(long start, long bytes, int protection) {
    return bytes == 0 || !Errno.isError(space.mprotect(start, bytes, protection));
  }

  long lostBytes() {
    return lostBytes;
  }

  long metadataBytes() {
    return metadataBytes;
  }
}
