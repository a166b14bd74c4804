package heapstakes.replay;

import static java.lang.Math.min;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;

/**
 * What the operations of a trace mean: the only place in Java. Replays that are timed, metered or
 * parallel differ in the {@link ThreadAllocator} that they hand in, which may read a clock, in the
 * {@link Blocks}, which may keep books, and in the loop around it.
 *
 * <p>No clock is read here and nothing is allocated. Malloc and free come first; every other
 * operation is one call away, so that what the compiler must hold in registers for the two stays
 * small.
 */
public final class Interpreter {
  private Interpreter() {}

  /**
   * Carries out the operation at index {@code at}.
   *
   * @param op what stands there: loops keep that column at hand
   * @param slot and that one
   * @param size and that one
   * @param thread who calls
   * @param memory where the blocks are
   * @return false if the replay ends with it
   */
  public static boolean operation(
      byte op,
      int slot,
      long size,
      EventBatch batch,
      int at,
      ThreadAllocator thread,
      Memory memory,
      Blocks blocks,
      Tally tally) {
    if (op == Op.MALLOC) {
      return obtained(slot, thread.malloc(size), size, memory, blocks, tally);
    }
    if (op == Op.FREE) {
      long address = blocks.address(slot);
      if (address != 0) {
        blocks.remove(slot);
      }
      thread.free(address);
      return true;
    }
    return other(batch, at, thread, memory, blocks, tally);
  }

  /** The same without columns at hand. */
  public static boolean operation(
      EventBatch batch, int at, ThreadAllocator thread, Memory memory, Blocks blocks, Tally tally) {
    return operation(
        batch.op[at], batch.slot[at], batch.size[at], batch, at, thread, memory, blocks, tally);
  }

  private static boolean obtained(
      int slot, long address, long size, Memory memory, Blocks blocks, Tally tally) {
    blocks.answered(address);
    if (address == 0) {
      return !tally.refuse();
    }
    blocks.put(slot, address, size);
    memory.touch(address, min(size, tally.touchLimit()));
    return true;
  }

  private static boolean other(
      EventBatch batch, int at, ThreadAllocator thread, Memory memory, Blocks blocks, Tally tally) {
    int slot = batch.slot[at];
    long size = batch.size[at];
    long extra = batch.extra[at];
    switch (batch.op[at]) {
      case Op.REALLOC -> {
        return realloc(slot, size, thread, memory, blocks, tally);
      }
      case Op.CALLOC -> {
        long address = thread.calloc(extra, size);
        return obtained(slot, address, extra * size, memory, blocks, tally);
      }
      case Op.MEMALIGN -> {
        return obtained(slot, thread.memalign(extra, size), size, memory, blocks, tally);
      }
      case Op.TRIM -> thread.trim(size);
      case Op.STORE -> store(blocks.address(slot), extra, size, memory);
      default -> load(blocks.address(slot), extra, size, memory, tally);
    }
    return true;
  }

  private static boolean realloc(
      int slot, long size, ThreadAllocator thread, Memory memory, Blocks blocks, Tally tally) {
    long old = blocks.address(slot);
    if (old == 0) {
      return obtained(slot, thread.realloc(0, size), size, memory, blocks, tally);
    }
    long usable = blocks.usable(slot);
    long address = thread.realloc(old, size);
    blocks.answered(address);
    if (address == 0 && size != 0) {
      return !tally.refuse(); // the old block is as it was
    }
    blocks.replace(slot, usable, address, size);
    if (address != 0) {
      memory.touch(address, min(size, tally.touchLimit()));
    }
    return true;
  }

  private static void store(long block, long offset, long length, Memory memory) {
    if (block != 0) {
      memory.touch(block + offset, length);
    }
  }

  private static void load(long block, long offset, long length, Memory memory, Tally tally) {
    if (block != 0) {
      tally.load(memory.load(block + offset, length));
    }
  }
}
