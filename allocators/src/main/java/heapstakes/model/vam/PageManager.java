package heapstakes.model.vam;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import org.jspecify.annotations.Nullable;

/**
 * Areas of 16 MiB and the blocks of pages that they are cut into. An area begins with a word for
 * each of its pages; the page of a free block is not touched.
 */
final class PageManager {
  static final long AREA_BYTES = 1L << 24;
  static final int SMALL = 1; // without headers
  static final int MEDIUM = 2;
  static final int LARGE = 3;

  private static final long[] BLOCK_BYTES = {0, PAGE_BYTES, 4 * PAGE_BYTES, 20 * PAGE_BYTES};
  private static final long TABLE_BYTES = 1 << 18; // a byte an area, down from the top
  private static final long TOP = 1L << 47;
  private static final long WORDS_BYTES = AREA_BYTES / PAGE_BYTES * 8;
  private static final long KIND = 3; // of a page's word; the rest links free blocks
  private static final long FREE = 4;

  private final AddressSpace space;
  private final Memory memory;
  private final @Nullable Advice advice;
  private final long[] free = new long[LARGE + 1]; // first free block of a kind
  private final long[] fresh = new long[3]; // where the areas without and with headers go on
  private long table;
  private long areas; // the newest; linked by the word of its first page

  PageManager(AddressSpace space, @Nullable Advice advice) {
    this.space = space;
    this.memory = space.memory();
    this.advice = advice;
  }

  /** As a forked child has it. */
  PageManager(AddressSpace child, PageManager parent) {
    this(child, parent.advice);
    System.arraycopy(parent.free, 0, free, 0, free.length);
    System.arraycopy(parent.fresh, 0, fresh, 0, fresh.length);
    table = parent.table;
    areas = parent.areas;
  }

  static long blockBytes(int kind) {
    return BLOCK_BYTES[kind];
  }

  private static long area(long address) {
    return address & -AREA_BYTES;
  }

  private static long word(long page) {
    return area(page) + (page - area(page)) / PAGE_BYTES * 8;
  }

  private long entry(long address) {
    return table + ((TOP - 1 - address) >>> 24);
  }

  /** 0 where there is no area, 1 in one without headers, 2 in one with headers. */
  int areaOf(long address) {
    return (TOP - 1 - address) >>> 24 >= TABLE_BYTES || table == 0
        ? 0
        : memory.getByte(entry(address));
  }

  /** A block of pages of this kind, or 0. */
  long allocate(int kind) {
    long block = free[kind];
    if (block != 0) {
      free[kind] = memory.getLong(word(block)) & -PAGE_BYTES;
    } else {
      int headers = kind == SMALL ? 1 : 2;
      block = fresh[headers];
      if ((block == 0 || area(block) + AREA_BYTES - block < BLOCK_BYTES[kind])
          && (block = mapArea(headers)) == 0) {
        return 0;
      }
      long end = block + BLOCK_BYTES[kind];
      fresh[headers] = area(end) == area(block) ? end : 0;
    }
    memory.putLong(word(block), kind);
    return block;
  }

  /** Takes a block back and discards its pages. */
  void release(long block, int kind) {
    discard(block, BLOCK_BYTES[kind]);
    memory.putLong(word(block), free[kind] | FREE | kind);
    free[kind] = block;
  }

  /** Drops the content of whole pages. */
  void discard(long start, long bytes) {
    if (advice != null && bytes > 0) {
      space.madvise(start, bytes, advice);
    }
  }

  private long map(long bytes) {
    long start =
        space.mmap(
            0, bytes, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE);
    return Errno.isError(start) ? 0 : start;
  }

  /** Returns the first page for blocks of a new area, or 0. */
  private long mapArea(int headers) {
    if (table == 0) {
      table = map(TABLE_BYTES);
    }
    long got = table == 0 ? 0 : map(2 * AREA_BYTES);
    if (got == 0) {
      return 0;
    }
    long area = alignUp(got, AREA_BYTES);
    boolean cut = area == got || !Errno.isError(space.munmap(got, area - got));
    long rest = got + AREA_BYTES - area;
    cut &= rest == 0 || !Errno.isError(space.munmap(area + AREA_BYTES, rest));
    if (!cut || (TOP - 1 - area) >>> 24 >= TABLE_BYTES) {
      space.munmap(area, AREA_BYTES);
      return 0;
    }
    memory.putByte(entry(area), (byte) headers);
    memory.putLong(area, areas);
    areas = area;
    return area + WORDS_BYTES;
  }

  /** For audits: the first block, free or used, or 0. */
  long firstBlock() {
    return areas == 0 ? 0 : skip(areas + WORDS_BYTES);
  }

  long nextBlock(long block) {
    return skip(block + BLOCK_BYTES[kind(block)]);
  }

  /** The block at {@code at}, or the first of the next area when nothing was cut there yet. */
  private long skip(long at) {
    long area = area(at - 1);
    long block = at;
    while (block == area + AREA_BYTES || kind(block) == 0) {
      area = memory.getLong(area);
      if (area == 0) {
        return 0;
      }
      block = area + WORDS_BYTES;
    }
    return block;
  }

  int kind(long block) {
    return (int) (memory.getLong(word(block)) & KIND);
  }

  boolean isFree(long block) {
    return (memory.getLong(word(block)) & FREE) != 0;
  }
}
