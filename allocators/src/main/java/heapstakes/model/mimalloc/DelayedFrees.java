package heapstakes.model.mimalloc;

import heapstakes.memory.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Blocks of one heap's pages that other threads freed and that the heap frees again (§15.3). It
 * stands for the heap where pages and segments say whose they are.
 */
final class DelayedFrees {
  private static final VarHandle FIRST;

  static {
    try {
      FIRST = MethodHandles.lookup().findVarHandle(DelayedFrees.class, "first", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Memory memory;
  private volatile long first; // chain through the first words of blocks, the last one first

  DelayedFrees(Memory memory) {
    this(memory, 0);
  }

  /**
   * @param first of the chain; 0: none
   */
  DelayedFrees(Memory memory, long first) {
    this.memory = memory;
    this.first = first;
  }

  /** Another thread frees {@code block}. */
  void push(long block) {
    long next;
    do {
      next = first;
      memory.putLong(block, next);
    } while (!FIRST.compareAndSet(this, next, block));
  }

  /** Takes all; the first of the chain, or 0. */
  long take() {
    return first == 0 ? 0 : (long) FIRST.getAndSet(this, 0L);
  }

  /** The first of the chain, which stays; 0: none. */
  long first() {
    return first;
  }
}
