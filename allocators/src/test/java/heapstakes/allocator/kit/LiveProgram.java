package heapstakes.allocator.kit;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program as it runs, with a naive book of its blocks: none may overlap another, each is aligned
 * and large enough and keeps its bytes until it is freed.
 */
public final class LiveProgram {
  private static final int CLOSELY = 2048; // bytes looked at one by one at both ends
  private static final int STRIDE = 512;

  private record Block(int number, long address, long size, byte mark) {
    long end() {
      return address + Math.max(size, 1);
    }
  }

  private final Memory memory;
  private final Map<Integer, Block> live = new HashMap<>();
  private final TreeMap<Long, Block> byAddress = new TreeMap<>();
  private int refused;

  /** Nothing is live yet. */
  public LiveProgram(Memory memory) {
    this.memory = memory;
  }

  /** How many requests gave address 0. */
  public int refused() {
    return refused;
  }

  /** Does what concerns blocks; everything else is the caller's. */
  public void act(Action action, ThreadAllocator thread) {
    switch (action.kind()) {
      case MALLOC -> enter(action, thread, thread.malloc(action.size()));
      case CALLOC -> {
        long address = thread.calloc(1, action.size());
        if (address != 0) {
          expect(address, action.size(), (byte) 0);
        }
        enter(action, thread, address);
      }
      case MEMALIGN -> {
        long address = thread.memalign(action.alignment(), action.size());
        boolean aligned = action.size() == 0 || address % action.alignment() == 0;
        require(aligned || isMimallocs(action, address), action, "is not aligned");
        enter(action, thread, address);
      }
      case REALLOC -> resize(action, thread);
      case FREE -> free(action.block(), thread);
      case TRIM -> thread.trim(action.size());
      case WAIT, EXIT -> {}
    }
  }

  /** Whether it is the fault of mimalloc 2.0.9 that its twin has (mimalloc.md §11), just so. */
  private static boolean isMimallocs(Action action, long address) {
    long size = action.size();
    return Long.bitCount(size) == 1
        && size >= 256
        && size <= 1024
        && size >= action.alignment()
        && address % size == 384 % size;
  }

  private static void require(boolean holds, Action action, String what) {
    if (!holds) {
      throw new AssertionError(action + " " + what);
    }
  }

  private void enter(Action action, ThreadAllocator thread, long address) {
    if (address == 0) {
      refused++;
      return;
    }
    require(address % 8 == 0, action, "is not aligned to a word");
    require(thread.usableSize(address) >= action.size(), action, "got too small a block");
    Block block = new Block(action.block(), address, action.size(), mark(action));
    Map.Entry<Long, Block> before = byAddress.floorEntry(address);
    Map.Entry<Long, Block> after = byAddress.ceilingEntry(address);
    require(before == null || before.getValue().end() <= address, action, "lies in a live block");
    require(after == null || block.end() <= after.getKey(), action, "reaches into a live block");
    memory.fill(address, block.size, block.mark);
    live.put(block.number, block);
    byAddress.put(address, block);
  }

  private static byte mark(Action action) {
    return (byte) (1 + (action.block() * 31 + action.size()) % 127); // never what calloc gives
  }

  private void resize(Action action, ThreadAllocator thread) {
    Block old = live.get(action.block());
    if (old == null) {
      return;
    }
    expect(old);
    long address = thread.realloc(old.address, action.size());
    if (address == 0) {
      refused++;
      return;
    }
    forget(old);
    expect(address, Math.min(old.size, action.size()), old.mark);
    enter(action, thread, address);
  }

  private void free(int number, ThreadAllocator thread) {
    Block block = live.get(number);
    if (block != null) {
      expect(block);
      forget(block);
      thread.free(block.address);
    }
  }

  private void forget(Block block) {
    live.remove(block.number);
    byAddress.remove(block.address);
  }

  /** Every block still has its bytes. */
  public void check() {
    live.values().forEach(this::expect);
  }

  private void expect(Block block) {
    expect(block.address, block.size, block.mark);
  }

  private void expect(long address, long size, byte mark) {
    for (long at = 0; at < size; at += at < CLOSELY || size - at <= CLOSELY ? 1 : STRIDE) {
      if (memory.getByte(address + at) != mark) {
        throw new AssertionError(
            String.format(
                Locale.ROOT, "byte %d of block 0x%x of %d bytes was changed", at, address, size));
      }
    }
  }

  /** Frees whatever is live. */
  public void freeAll(ThreadAllocator thread) {
    List.copyOf(live.keySet()).stream().sorted().forEach(number -> free(number, thread));
  }
}
