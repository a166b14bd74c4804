package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.memory.Memory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Naive oracle: live blocks in a map, a mark that only the program may change in each. */
public final class ShadowHeap {
  private final Memory memory;
  private final TreeMap<Long, Long> live = new TreeMap<>(); // address → size asked for

  public ShadowHeap(Memory memory) {
    this.memory = memory;
  }

  public void allocated(long block, long size) {
    Map.Entry<Long, Long> below = live.floorEntry(block);
    Map.Entry<Long, Long> above = live.ceilingEntry(block);
    if (below != null && below.getKey() + Math.max(1, below.getValue()) > block) {
      throw new AssertionError(
          String.format(Locale.ROOT, "0x%x lies in live block 0x%x", block, below.getKey()));
    }
    if (above != null && block + Math.max(1, size) > above.getKey()) {
      throw new AssertionError(
          String.format(Locale.ROOT, "0x%x reaches into 0x%x", block, above.getKey()));
    }
    live.put(block, size);
    if (size > 0) {
      memory.putByte(block, mark(block));
      memory.putByte(block + size - 1, mark(block));
    }
  }

  /** Must be told before the allocator is. */
  public void freed(long block) {
    Long size = live.remove(block);
    assertThat(size).as("size of live block 0x%x", block).isNotNull();
    if (size != null && size > 1) {
      check(block, block);
      check(block, block + size - 1);
    }
  }

  /** The block moved and kept its first byte; the new one is marked afresh. */
  public void moved(long from, long to, long size) {
    Long old = live.remove(from);
    if (old != null && old > 1 && size > 0) {
      assertThat(memory.getByte(to)).as("first byte after realloc").isEqualTo(mark(from));
    }
    allocated(to, size);
  }

  /** Every live block still has its marks. */
  public void check() {
    live.forEach((block, size) -> {
      if (size > 0) {
        check(block, block);
        check(block, block + size - 1);
      }
    });
  }

  private void check(long block, long at) {
    if (memory.getByte(at) != mark(block)) {
      throw new AssertionError(
          String.format(Locale.ROOT, "byte 0x%x of live block 0x%x was changed", at, block));
    }
  }

  private static byte mark(long block) {
    return (byte) (block >>> 3 ^ block >>> 11 ^ 0x5a);
  }
}
