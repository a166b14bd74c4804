package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A program of random operations that keeps a naive book of its blocks: none may overlap another,
 * each keeps its bytes until it is freed.
 */
final class RandomProgram {
  private static final int MAX_BLOCKS = 120;
  private static final int[] LARGEST = {130, 1100, 20_000, 300_000};

  /** A live block whose bytes all are {@code mark}. */
  record Block(long address, long size, byte mark) {}

  private final Random random;
  private final Memory memory;
  private final TreeMap<Long, Block> book = new TreeMap<>();
  private final List<Block> live = new ArrayList<>();
  private int largest = LARGEST[0];
  private int target = MAX_BLOCKS / 2;
  private int refused;

  RandomProgram(Memory memory, long seed) {
    this.memory = memory;
    this.random = new Random(seed);
  }

  /** How many requests gave address 0. */
  int refused() {
    return refused;
  }

  /** One random operation by {@code thread}. */
  void step(ThreadAllocator thread) {
    if (random.nextInt(200) == 0) {
      largest = LARGEST[random.nextInt(LARGEST.length)];
      target = random.nextInt(MAX_BLOCKS);
    }
    int kind = random.nextInt(100);
    if (kind == 0) {
      thread.trim(random.nextBoolean() ? 0 : random.nextInt(300_000));
    } else if (live.isEmpty() || (kind < (live.size() < target ? 65 : 35))) {
      allocate(thread);
    } else if (kind < 85) {
      free(thread, take());
    } else {
      resize(thread, take());
    }
  }

  private long size() {
    return random.nextInt(random.nextInt(10) == 0 ? LARGEST[3] : largest);
  }

  private void allocate(ThreadAllocator thread) {
    long size = size();
    switch (random.nextInt(8)) {
      case 0 -> {
        long alignment = 1L << random.nextInt(14);
        long address = thread.memalign(alignment, size);
        assertThat(address & (alignment - 1)).isZero();
        enter(thread, address, size);
      }
      case 1 -> {
        long address = thread.calloc(1, size);
        if (address != 0) {
          expectBytes(address, size, (byte) 0);
        }
        enter(thread, address, size);
      }
      default -> enter(thread, thread.malloc(size), size);
    }
  }

  private void enter(ThreadAllocator thread, long address, long size) {
    if (address == 0) {
      refused++;
      return;
    }
    assertThat(address & 15).isZero();
    assertThat(thread.usableSize(address)).isGreaterThanOrEqualTo(size);
    Map.Entry<Long, Block> before = book.floorEntry(address);
    Map.Entry<Long, Block> after = book.ceilingEntry(address);
    assertThat(before == null || end(before.getValue()) <= address).isTrue();
    assertThat(after == null || address + Math.max(size, 1) <= after.getKey()).isTrue();
    Block block = new Block(address, size, (byte) random.nextInt());
    memory.fill(address, size, block.mark);
    book.put(address, block);
    live.add(block);
  }

  private static long end(Block block) {
    return block.address + Math.max(block.size, 1);
  }

  private Block take() {
    int index = random.nextInt(live.size());
    Block block = live.set(index, live.getLast());
    live.removeLast();
    book.remove(block.address);
    return block;
  }

  private void expectBytes(long address, long size, byte mark) {
    for (long at = address; at < address + size; at += 8) {
      if (memory.getByte(at) != mark) {
        assertThat(memory.getByte(at)).as("byte %d of %x", at - address, address).isEqualTo(mark);
      }
    }
    if (size > 0) {
      assertThat(memory.getByte(address + size - 1)).isEqualTo(mark);
    }
  }

  private void free(ThreadAllocator thread, Block block) {
    expectBytes(block.address, block.size, block.mark);
    thread.free(block.address);
  }

  private void resize(ThreadAllocator thread, Block block) {
    long size = 1 + size();
    long address = thread.realloc(block.address, size);
    if (address == 0) {
      refused++;
      book.put(block.address, block);
      live.add(block);
    } else {
      expectBytes(address, Math.min(block.size, size), block.mark);
      enter(thread, address, size);
    }
  }

  /** Every block still has its bytes. */
  void check() {
    live.forEach(block -> expectBytes(block.address, block.size, block.mark));
  }

  /** Frees whatever is live. */
  void freeAll(ThreadAllocator thread) {
    while (!live.isEmpty()) {
      free(thread, take());
    }
  }
}
