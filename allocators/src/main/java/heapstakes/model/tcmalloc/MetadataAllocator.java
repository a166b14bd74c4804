package heapstakes.model.tcmalloc;

import static heapstakes.memory.Addresses.alignUp;

import heapstakes.memory.Memory;

/**
 * Memory for the library's own records: cut from chunks that come from the same break as the heap,
 * so that a chunk can lie between two growths and keep them apart. Never given back. Guarded by the
 * heap lock.
 *
 * <p>The records' contents live in Java objects; what is kept here is where they would be, and the
 * page of a record is touched when the library first writes to it.
 */
final class MetadataAllocator {
  private static final long CHUNK_BYTES = 8L << 20; // kMetadataAllocChunkSize, common.cc
  private static final long ALIGNMENT = 64; // specification §4.1

  private final SysAllocator system;
  private final Memory memory;
  private long next;
  private long left;
  private long requestedBytes;

  MetadataAllocator(SysAllocator system, Memory memory) {
    this.system = system;
    this.memory = memory;
  }

  MetadataAllocator(SysAllocator system, Memory memory, MetadataAllocator parent) {
    this(system, memory);
    this.next = parent.next;
    this.left = parent.left;
    this.requestedBytes = parent.requestedBytes;
  }

  /** Bytes asked for so far; what chunks waste is not in it. */
  long requestedBytes() {
    return requestedBytes;
  }

  /** {@code bytes} of zeroed memory, untouched; 0 when the kernel has none. */
  long allocate(long bytes) {
    long size = alignUp(bytes, ALIGNMENT);
    if (size > left) {
      long chunk = system.allocate(CHUNK_BYTES, ALIGNMENT);
      if (chunk == 0) {
        return 0;
      }
      next = chunk;
      left = CHUNK_BYTES;
    }
    long address = next;
    next += size;
    left -= size;
    requestedBytes += bytes;
    return address;
  }

  /** The library writes to {@code bytes} at {@code address}. */
  void touch(long address, long bytes) {
    memory.touch(address, bytes);
  }
}
