package heapstakes.model.ntheap;

import heapstakes.memory.Memory;

/**
 * The low-fragmentation heap: blocks of one size, side by side in subsegments that are blocks of
 * the back end; it takes over a size once that was asked for often enough.
 */
final class FrontEnd {
  /** Bytes of the largest block that it serves. */
  static final long LARGEST = 16 << 10;

  private static final int LINEAR = 32; // sizes 16 bytes apart, to 512
  private static final int LG_LINEAR = 9;
  private static final int BUCKETS = LINEAR + 16 * 5;

  private static final int MOST_BLOCKS = 32;
  private static final long MOST_BYTES = 64 << 10;

  // Of a subsegment: links of its list, bytes and number of its blocks, how many are free, which.
  private static final long NEXT = 0;
  private static final long PREVIOUS = 8;
  private static final long ENTRY_BYTES = 16;
  private static final long BLOCKS = 24;
  private static final long FREE = 32;
  private static final long FIRST_FREE = 40;
  private static final long HEADER_BYTES = 64;
  private static final long LINK = 16; // of a free block, behind its header

  private final Memory memory;
  private final BackEnd back;
  private final int activation;
  private final int[] asked = new int[BUCKETS];
  private final long[] first = new long[BUCKETS]; // subsegments with a free block
  private long subsegments;

  FrontEnd(Memory memory, BackEnd back, int activation) {
    this.memory = memory;
    this.back = back;
    this.activation = activation;
  }

  /** Sizes are 16 bytes apart to 512, then sixteen a power of two. */
  private static int bucket(long size) {
    long below = Math.max(size, 1) - 1;
    if (below < 1 << LG_LINEAR) {
      return (int) (below / Entry.GRANULE);
    }
    int lg = Long.SIZE - 1 - Long.numberOfLeadingZeros(below);
    return LINEAR + 16 * (lg - LG_LINEAR) + (int) (below >>> (lg - 4) & 15);
  }

  private static long size(int bucket) {
    if (bucket < LINEAR) {
      return Entry.GRANULE * (bucket + 1);
    }
    int lg = LG_LINEAR + (bucket - LINEAR) / 16;
    return (1L << lg) + ((bucket - LINEAR) % 16 + 1L << (lg - 4));
  }

  /** Whether it takes over a request of this size; those before are counted. */
  boolean serves(long size) {
    if (size > LARGEST) {
      return false;
    }
    int bucket = bucket(size);
    if (asked[bucket] < activation) {
      asked[bucket]++;
      return false;
    }
    return true;
  }

  /** The header of a block, or 0 without memory. */
  long allocate(long size) {
    int bucket = bucket(size);
    long subsegment = first[bucket];
    if (subsegment == 0) {
      subsegment = makeSubsegment(bucket);
      if (subsegment == 0) {
        return 0;
      }
    }
    long entry = memory.getLong(subsegment + FIRST_FREE);
    memory.putLong(subsegment + FIRST_FREE, memory.getLong(entry + LINK));
    long free = memory.getLong(subsegment + FREE) - 1;
    memory.putLong(subsegment + FREE, free);
    if (free == 0) {
      unlink(subsegment, bucket);
    }
    Entry.setWord(memory, entry, Entry.word(memory, entry) | Entry.BUSY);
    return entry;
  }

  private long makeSubsegment(int bucket) {
    long bytes = size(bucket) + Entry.GRANULE;
    long blocks = Math.min(MOST_BLOCKS, MOST_BYTES / bytes);
    long whole = back.allocate(BackEnd.entryBytes(HEADER_BYTES + blocks * bytes));
    if (whole == 0) {
      return 0;
    }
    Entry.setWord(memory, whole, Entry.word(memory, whole) | Entry.FRONT);
    long subsegment = whole + Entry.GRANULE;
    long next = 0;
    for (long i = blocks - 1; i >= 0; i--) {
      long entry = subsegment + HEADER_BYTES + i * bytes;
      Entry.setWord(memory, entry, bytes | Entry.FRONT);
      memory.putLong(entry + 8, subsegment);
      memory.putLong(entry + LINK, next);
      next = entry;
    }
    memory.putLong(subsegment + FIRST_FREE, next);
    memory.putLong(subsegment + ENTRY_BYTES, bytes);
    memory.putLong(subsegment + BLOCKS, blocks);
    memory.putLong(subsegment + FREE, blocks);
    putFirst(subsegment, bucket);
    subsegments++;
    return subsegment;
  }

  private void putFirst(long subsegment, int bucket) {
    long next = first[bucket];
    memory.putLong(subsegment + NEXT, next);
    memory.putLong(subsegment + PREVIOUS, 0);
    if (next != 0) {
      memory.putLong(next + PREVIOUS, subsegment);
    }
    first[bucket] = subsegment;
  }

  private void unlink(long subsegment, int bucket) {
    long next = memory.getLong(subsegment + NEXT);
    long previous = memory.getLong(subsegment + PREVIOUS);
    if (previous != 0) {
      memory.putLong(previous + NEXT, next);
    } else {
      first[bucket] = next;
    }
    if (next != 0) {
      memory.putLong(next + PREVIOUS, previous);
    }
  }

  /** Frees a block; a subsegment whose blocks are all free goes to the back end. */
  void release(long entry) {
    long subsegment = memory.getLong(entry + 8);
    long bytes = memory.getLong(subsegment + ENTRY_BYTES);
    int bucket = bucket(bytes - Entry.GRANULE);
    Entry.setWord(memory, entry, bytes | Entry.FRONT);
    memory.putLong(entry + LINK, memory.getLong(subsegment + FIRST_FREE));
    memory.putLong(subsegment + FIRST_FREE, entry);
    long free = memory.getLong(subsegment + FREE) + 1;
    memory.putLong(subsegment + FREE, free);
    if (free == 1) {
      putFirst(subsegment, bucket);
    }
    if (free == memory.getLong(subsegment + BLOCKS)) {
      unlink(subsegment, bucket);
      subsegments--;
      back.release(subsegment - Entry.GRANULE);
    }
  }

  long subsegments() {
    return subsegments;
  }

  /** For audits: blocks in use of the subsegment, or -1 if its books are not in order. */
  long used(long subsegment) {
    long bytes = memory.getLong(subsegment + ENTRY_BYTES);
    long blocks = memory.getLong(subsegment + BLOCKS);
    long busy = 0;
    for (long i = 0; i < blocks; i++) {
      long entry = subsegment + HEADER_BYTES + i * bytes;
      long word = Entry.word(memory, entry);
      if ((word & ~Entry.BUSY) != (bytes | Entry.FRONT)
          || memory.getLong(entry + 8) != subsegment) {
        return -1;
      }
      busy += word & Entry.BUSY;
    }
    long free = 0;
    long entry = memory.getLong(subsegment + FIRST_FREE);
    for (; entry != 0 && free <= blocks; entry = memory.getLong(entry + LINK)) {
      free++;
    }
    return free == blocks - busy && free == memory.getLong(subsegment + FREE) ? busy : -1;
  }

  /** For audits: usable bytes of each of its blocks. */
  long usableSize(long subsegment) {
    return memory.getLong(subsegment + ENTRY_BYTES) - Entry.GRANULE;
  }
}
