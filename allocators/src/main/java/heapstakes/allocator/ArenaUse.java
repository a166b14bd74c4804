package heapstakes.allocator;

import java.util.stream.LongStream;

/**
 * What an allocator divides its memory into, so that threads seldom meet.
 *
 * @param count arenas that there are; 1 for an allocator that has one heap for all
 * @param bytes address space that they have from the kernel, all together
 * @param largestBytes what the largest of them has
 */
public record ArenaUse(int count, long bytes, long largestBytes) {
  /** Arenas that have so many bytes each. */
  public static ArenaUse of(long... bytes) {
    return new ArenaUse(
        bytes.length, LongStream.of(bytes).sum(), LongStream.of(bytes).max().orElse(0));
  }
}
