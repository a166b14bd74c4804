package heapstakes.model.phkmalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;

/**
 * A word for each page from the first break on, in a mapping of its own that is replaced by larger
 * ones. The first words are heads of the lists of chunk pages.
 */
final class PageDirectory {
  static final long NOT_MINE = 0;
  static final long FREE = 1;
  static final long FIRST = 2;
  static final long FOLLOWING = 3;

  private static final long HEADS = 12; // one a shift up to that of half a page

  private final AddressSpace space;
  private final Memory memory;
  private final long firstPage;
  private long words;
  private long bytes;

  PageDirectory(AddressSpace space) {
    this.space = space;
    this.memory = space.memory();
    this.firstPage = pageAlignUp(space.initialBreak()) >>> PAGE_SHIFT;
  }

  /** The same in a forked child. */
  PageDirectory(PageDirectory parent, AddressSpace child) {
    this.space = child;
    this.memory = child.memory();
    this.firstPage = parent.firstPage;
    this.words = parent.words;
    this.bytes = parent.bytes;
  }

  /** The first chunk page with room for chunks of {@code 1 << shift} bytes, or 0. */
  long head(int shift) {
    return words == 0 ? 0 : memory.getLong(words + 8L * shift);
  }

  void setHead(int shift, long info) {
    memory.putLong(words + 8L * shift, info);
  }

  private long index(long address) {
    return (address >>> PAGE_SHIFT) - firstPage + HEADS;
  }

  /** What is known of the page of {@code address}: one of the constants, or its chunks. */
  long get(long address) {
    long index = index(address);
    return index < HEADS || 8 * index >= bytes ? NOT_MINE : memory.getLong(words + 8 * index);
  }

  void set(long address, long word) {
    memory.putLong(words + 8 * index(address), word);
  }

  void fill(long address, long length, long word) {
    for (long at = address; at < address + length; at += PAGE_BYTES) {
      set(at, word);
    }
  }

  /** Makes room for the pages below {@code end}; false without memory. */
  boolean reaches(long end) {
    long needed = 8 * index(end);
    if (needed <= bytes) {
      return true;
    }
    long length = pageAlignUp(needed + PAGE_BYTES);
    long larger = space.mmap(0, length, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(larger)) {
      return false;
    }
    if (bytes > 0) {
      memory.copy(words, larger, bytes);
      space.munmap(words, bytes);
    }
    words = larger;
    bytes = length;
    return true;
  }

  long bytes() {
    return bytes;
  }
}
