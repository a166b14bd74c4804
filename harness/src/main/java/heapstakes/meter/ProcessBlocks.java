package heapstakes.meter;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.trace.Request;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Address and size of each live block of a process in one long a slot:
 *
 * <pre>
 *   63                                          20 19                  0
 *   | address / 8                                 | size, or all ones   |
 * </pre>
 *
 * Sizes of 2^20 − 1 bytes and more stand in a map beside it. Blocks are 8-byte aligned and lie
 * below 2^47, where user space ends. Where there are several threads, their owners stand beside
 * that.
 */
final class ProcessBlocks {
  private static final int SIZE_BITS = 20;
  private static final long LARGE = (1L << SIZE_BITS) - 1;
  private static final int ALIGNMENT_SHIFT = 3;
  private static final long ADDRESS_END = 1L << 47;

  private final long[] words;
  private final Map<Integer, Long> largeSizes;
  private final int[] owners; // none where there is but one thread

  /** No block yet; {@code words} are the process's slots, all 0. */
  ProcessBlocks(long[] words, boolean severalThreads) {
    this(words, new HashMap<>(), new int[severalThreads ? words.length : 0]);
  }

  private ProcessBlocks(long[] words, Map<Integer, Long> largeSizes, int[] owners) {
    this.words = words;
    this.largeSizes = largeSizes;
    this.owners = owners;
  }

  /** The same blocks in a forked child, whose slots are a copy already: its thread's own. */
  ProcessBlocks fork(long[] childWords, int thread) {
    int[] inherited = new int[owners.length];
    Arrays.fill(inherited, thread);
    return new ProcessBlocks(childWords, new HashMap<>(largeSizes), inherited);
  }

  /** The block in {@code slot} belongs to the thread that allocates it. */
  void own(int slot, int thread) {
    if (owners.length > 0) {
      owners[slot] = thread;
    }
  }

  /** The thread that allocated what is or was in {@code slot}. */
  int owner(int slot) {
    return owners.length > 0 ? owners[slot] : 0;
  }

  /** Address of the block in {@code slot}, or 0. */
  long address(int slot) {
    return words[slot] >>> SIZE_BITS << ALIGNMENT_SHIFT;
  }

  /** Size asked for by the block in {@code slot}; 0 if there is none. */
  long size(int slot) {
    long size = words[slot] & LARGE;
    return size == LARGE ? largeSizes.getOrDefault(slot, 0L) : size;
  }

  /** Puts a block of {@code size} bytes at {@code address}, which is not 0, into {@code slot}. */
  void put(int slot, long address, long size) {
    if ((address & 7) != 0 || Long.compareUnsigned(address, ADDRESS_END) >= 0) {
      throw new HeapCorruptedException(
          String.format(
              Locale.ROOT,
              "the block is at 0x%x, which is not a multiple of 8 below 2^47",
              address));
    }
    if (Long.compareUnsigned(size, Request.MAX_BYTES) > 0) {
      throw new HeapCorruptedException(
          String.format(
              Locale.ROOT,
              "a block of %s bytes was handed out, which no process can address",
              Long.toUnsignedString(size)));
    }
    long word = address << (SIZE_BITS - ALIGNMENT_SHIFT);
    if (size >= LARGE) {
      largeSizes.put(slot, size);
      words[slot] = word | LARGE;
    } else {
      words[slot] = word | size;
    }
  }

  /** Empties {@code slot}. */
  void clear(int slot) {
    if ((words[slot] & LARGE) == LARGE) {
      largeSizes.remove(slot);
    }
    words[slot] = 0;
  }
}
