package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;
import java.util.ArrayList;
import java.util.List;
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

  /** What is left of a block. */
  private static final class Chunk {
    final int block;
    long start;
    long size;

    Chunk(int block, long start, long size) {
      this.block = block;
      this.start = start;
      this.size = size;
    }

    /** List in which the chunk is kept; -1 when nothing is left. */
    int list() {
      return size == 0 ? -1 : SizeClasses.indexOf(size + 1) - 1;
    }
  }

  private final Mutex lock = new Mutex();
  private final MemoryCalls pages;
  private final Memory memory;
  private final List<Chunk> chunks = new ArrayList<>();
  private int lastPageClass;
  private long allocatedBytes;
  private long residentBytes;
  private long mappedBytes;
  private long firstBlock;

  Base(MemoryCalls pages, Memory memory) {
    this.pages = pages;
    this.memory = memory;
  }

  /** As a forked child has it. */
  Base(MemoryCalls pages, Memory memory, Base parent) {
    this(pages, memory);
    parent.chunks.forEach(chunk -> chunks.add(new Chunk(chunk.block, chunk.start, chunk.size)));
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
    long alignment = alignUp(minAlignment, QUANTUM);
    long size = alignUp(bytes, alignment);
    lock.lock();
    try {
      Chunk chunk = find(size + alignment - QUANTUM);
      if (chunk == null) {
        chunk = addBlock(size, alignment);
      }
      return chunk == null ? 0 : carve(chunk, size, alignment);
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
      if (list >= from && (best == null || list < best.list())) {
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
    memory.touch(address, BLOCK_HEADER_BYTES);
    lastPageClass = SizeClasses.pageIndex(block);
    allocatedBytes += BLOCK_HEADER_BYTES;
    residentBytes += PAGE_BYTES;
    mappedBytes += block;
    firstBlock = firstBlock == 0 ? address : firstBlock;
    Chunk chunk =
        new Chunk(chunks.size(), address + BLOCK_HEADER_BYTES, block - BLOCK_HEADER_BYTES);
    chunks.add(chunk);
    return chunk;
  }

  private long carve(Chunk chunk, long size, long alignment) {
    long address = alignUp(chunk.start, alignment);
    long end = address + size;
    allocatedBytes += size;
    residentBytes += pageAlignUp(end) - pageAlignUp(chunk.start);
    chunk.size -= end - chunk.start;
    chunk.start = end;
    return address;
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

  long mappedBytes() {
    return mappedBytes;
  }
}
