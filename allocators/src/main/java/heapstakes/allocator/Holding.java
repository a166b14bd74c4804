package heapstakes.allocator;

/**
 * A part of a heap, as its allocator sees it.
 *
 * @param kind what it is to the program
 * @param name what the library calls it, in the singular: {@code slab}, {@code fastbin chunk}
 * @param address of its first byte
 * @param bytes its length, headers included
 * @param unit of a {@link Kind#RUN} the bytes of each of its blocks, else {@code bytes}
 */
public record Holding(Kind kind, String name, long address, long bytes, long unit) {
  /** What part of a heap is to the program. */
  public enum Kind {
    /** Memory of one block that was handed out, maybe to the library itself. */
    BLOCK,
    /** Memory that is cut into equal blocks; which of them are live is not said. */
    RUN,
    /**
     * A block that was freed and waits in a cache: its neighbours see it as live. May be part of a
     * {@link #RUN}.
     */
    CACHED,
    /** Free memory. */
    FREE,
    /** Free memory with which the heap ends, so that the heap can shrink by it. */
    TOP,
    /** Free memory whose pages were given back. */
    RELEASED,
    /** Records of the allocator's own. */
    RECORDS
  }

  /** What is not cut into blocks. */
  public Holding(Kind kind, String name, long address, long bytes) {
    this(kind, name, address, bytes, bytes);
  }

  /** Address behind its last byte. */
  public long end() {
    return address + bytes;
  }

  /** Whether {@code at} lies in it. */
  public boolean contains(long at) {
    return at >= address && at < end();
  }
}
