package heapstakes.model.tcmalloc;

import heapstakes.allocator.HeapCorruptedException;
import java.util.Locale;

/**
 * Records of one kind, carved from blocks of 128 KiB of metadata; a freed record serves the next
 * request. Guarded by the heap lock.
 */
final class RecordAllocator {
  private static final long BLOCK_BYTES = 128 * 1024; // kAllocIncrement, page_heap_allocator.h
  private static final long LINK_BYTES = 8; // a freed record's link to the next

  private final MetadataAllocator metadata;
  private final long recordBytes;
  private long next;
  private long left;
  private long free;

  /** Takes the first block at once, as the library does so that its metadata lies together. */
  RecordAllocator(MetadataAllocator metadata, long recordBytes) {
    this.metadata = metadata;
    this.recordBytes = recordBytes;
    metadata.touch(allocate(), LINK_BYTES);
    next -= recordBytes; // freed again: the next record is this one, of which more may be written
    left += recordBytes;
  }

  RecordAllocator(MetadataAllocator metadata, RecordAllocator parent) {
    this.metadata = metadata;
    this.recordBytes = parent.recordBytes;
    this.next = parent.next;
    this.left = parent.left;
    this.free = parent.free;
  }

  /**
   * A record.
   *
   * @return its address when it is new and its pages were not yet written to; 0 for a used one
   * @throws HeapCorruptedException when there is no memory for it: the library gives up
   */
  long allocate() {
    if (free > 0) {
      free--;
      return 0;
    }
    if (left < recordBytes) {
      next = metadata.allocate(BLOCK_BYTES);
      if (next == 0) {
        throw new HeapCorruptedException(
            String.format(
                Locale.ROOT,
                "src/page_heap_allocator.h:74] FATAL ERROR: Out of memory trying to allocate"
                    + " internal tcmalloc data (bytes, object-size) %d %d",
                BLOCK_BYTES,
                recordBytes));
      }
      left = BLOCK_BYTES;
    }
    long address = next;
    next += recordBytes;
    left -= recordBytes;
    return address;
  }

  /** A record of which the library writes every byte. */
  void allocateWhole() {
    long address = allocate();
    if (address != 0) {
      metadata.touch(address, recordBytes);
    }
  }

  /** One record is no longer needed. */
  void free() {
    free++;
  }
}
