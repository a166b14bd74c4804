package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the library's own records, from blocks of whole 2 MiB that are never given back. The
 * contents live in Java objects; the pages of a record are touched as the library writes to them.
 */
final class Base {
  /** Alignment of records, in bytes (§12). */
  static final long CACHE_LINE = 64;

  // §12
  private static final long BLOCK_ALIGNMENT = 2L << 20;
  private static final long BLOCK_HEADER_BYTES = 144;
  private static final long QUANTUM = 16;

  /** What is free of a block: what was never used, or what was given back. */
  private static final class Chunk {
    final int block;
    final boolean isCounted; // as in use, for ever
    long start;
    long size;

    Chunk(int block, boolean isCounted, long start, long size) {
      this.block = block;
      this.isCounted = isCounted;
      this.start = start;
      this.size = size;
    }

    Chunk(Chunk parent) {
      this(parent.block, parent.isCounted, parent.start, parent.size);
    }

    /** List in which the chunk is kept. */
    int list() {
      return SizeClasses.indexOf(size + 1) - 1;
    }

    boolean isBefore(Chunk other) {
      return block == other.block ? start < other.start : block < other.block;
    }
  }

  private final Mutex lock = new Mutex();
  private final MemoryCalls pages;
  private final Memory memory;
  private final HugeRecords huge;
  private final boolean isAdvised; // as blocks are
  private final List<Chunk> chunks = new ArrayList<>();
  private final Map<Long, Chunk> stacks = new HashMap<>(); // that may be given back
  private int descriptors; // of chunks that are used up, for stacks
  private int blocks;
  private int lastPageClass;
  private long allocatedBytes;
  private long residentBytes;
  private long mappedBytes;
  private long firstBlock;

  /**
   * @param arena whose it is
   */
  Base(MemoryCalls pages, Memory memory, JemallocVersion version, int arena) {
    this.pages = pages;
    this.memory = memory;
    huge = new HugeRecords(pages, arena);
    isAdvised = !version.follows(JemallocRule.RECORDS_UNADVISED);
  }

  /** As a forked child has it. */
  Base(MemoryCalls pages, Memory memory, Base parent) {
    this.pages = pages;
    this.memory = memory;
    huge = new HugeRecords(pages, parent.huge);
    isAdvised = parent.isAdvised;
    parent.chunks.forEach(chunk -> chunks.add(new Chunk(chunk)));
    parent.stacks.forEach((address, chunk) -> stacks.put(address, new Chunk(chunk)));
    descriptors = parent.descriptors;
    blocks = parent.blocks;
    lastPageClass = parent.lastPageClass;
    allocatedBytes = parent.allocatedBytes;
    residentBytes = parent.residentBytes;
    mappedBytes = parent.mappedBytes;
    firstBlock = parent.firstBlock;
  }

  /** Makes the first block, with the base's own record in it; false when there is no memory. */
  boolean open(JemallocVersion.Records records) {
    return allocateTouched(records.base(), CACHE_LINE) != 0;
  }

  /** Zeroed memory of which every page will be written; 0 when there is none. */
  long allocateTouched(long bytes, long alignment) {
    long address = allocate(bytes, alignment);
    if (address != 0) {
      memory.touch(address, bytes);
    }
    return address;
  }

  /** Zeroed memory, not touched; 0 when there is none. */
  long allocate(long bytes, long minAlignment) {
    Chunk piece = piece(bytes, minAlignment);
    return piece == null ? 0 : piece.start;
  }

  /**
   * Memory for the stacks of a thread's cache, at the start of which the library keeps a pointer; 0
   * when there is none. It can be {@linkplain #deleteStacks given back}.
   *
   * @param bytes with that pointer
   */
  long allocateStacks(long bytes) {
    if (descriptors > 0) {
      descriptors--;
    } else if (allocateTouched(Descriptors.RECORD_BYTES, Descriptors.RECORD_BYTES) == 0) {
      return 0;
    }
    Chunk piece = piece(bytes, QUANTUM);
    if (piece == null) {
      descriptors++;
      return 0;
    }
    memory.touch(piece.start, QUANTUM);
    stacks.put(piece.start, piece);
    return piece.start;
  }

  /** Gives back what {@link #allocateStacks} gave. */
  void deleteStacks(long address) {
    Chunk piece = Objects.requireNonNull(stacks.remove(address));
    memory.fill(address, piece.size, (byte) 0);
    chunks.add(piece);
  }

  private @Nullable Chunk piece(long bytes, long minAlignment) {
    long alignment = alignUp(minAlignment, QUANTUM);
    long size = alignUp(bytes, alignment);
    lock.lock();
    try {
      Chunk chunk = find(size + alignment - QUANTUM);
      if (chunk == null) {
        chunk = addBlock(size, alignment);
      }
      return chunk == null ? null : carve(chunk, size, alignment);
    } finally {
      lock.unlock();
    }
  }

  /** The chunk of the lowest list that surely fits; among those the one of the oldest block. */
  private @Nullable Chunk find(long size) {
    int from = SizeClasses.indexOf(size);
    Chunk best = null;
    for (Chunk chunk : chunks) {
      int list = chunk.list();
      if (list >= from
          && (best == null || list < best.list() || list == best.list() && chunk.isBefore(best))) {
        best = chunk;
      }
    }
    return best;
  }

  private @Nullable Chunk addBlock(long size, long alignment) {
    long gap = alignUp(BLOCK_HEADER_BYTES, alignment) - BLOCK_HEADER_BYTES;
    long needed = BLOCK_HEADER_BYTES + gap + size;
    long least = alignUp(SizeClasses.pageSize(SizeClasses.pageIndex(needed)), BLOCK_ALIGNMENT);
    long grown = alignUp(SizeClasses.pageSize(lastPageClass + 1), BLOCK_ALIGNMENT);
    long block = Math.max(least, grown);
    long address = pages.map(block, BLOCK_ALIGNMENT);
    if (address == 0) {
      return null;
    }
    if (isAdvised) {
      pages.advise(address, block);
    }
    huge.added(address, block, BLOCK_HEADER_BYTES);
    memory.touch(address, BLOCK_HEADER_BYTES);
    lastPageClass = SizeClasses.pageIndex(block);
    allocatedBytes += BLOCK_HEADER_BYTES;
    residentBytes += PAGE_BYTES;
    mappedBytes += block;
    firstBlock = firstBlock == 0 ? address : firstBlock;
    Chunk chunk =
        new Chunk(blocks++, false, address + BLOCK_HEADER_BYTES, block - BLOCK_HEADER_BYTES);
    chunks.add(chunk);
    return chunk;
  }

  private Chunk carve(Chunk chunk, long size, long alignment) {
    long address = alignUp(chunk.start, alignment);
    long end = address + size;
    if (!chunk.isCounted) {
      allocatedBytes += size;
      residentBytes += pageAlignUp(end) - pageAlignUp(chunk.start);
      huge.used(chunk.start, end);
    }
    chunk.size -= end - chunk.start;
    chunk.start = end;
    if (chunk.size == 0) {
      chunks.remove(chunk);
      descriptors++;
    }
    return new Chunk(chunk.block, true, address, size);
  }

  /** Where its first block is, in which its own record and its arena's are; 0: there is none. */
  long firstBlock() {
    return firstBlock;
  }

  long allocatedBytes() {
    return allocatedBytes;
  }

  long residentBytes() {
    return residentBytes;
  }

  /** Huge pages that were asked for and are in use. */
  long hugePages() {
    return huge.hugePages();
  }

  long mappedBytes() {
    return mappedBytes;
  }
}
