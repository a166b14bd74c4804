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
  private volatile long record; // of the thread whose heap it is; 0: that heap is no mapping
  private volatile long first; // chain through the first words of blocks, the last one first

  DelayedFrees(Memory memory) {
    this.memory = memory;
  }

  /** As a forked child has it. */
  DelayedFrees(Memory memory, DelayedFrees parent) {
    this.memory = memory;
    this.first = parent.first;
    this.record = parent.record;
  }

  /**
   * Where it lies.
   *
   * @param address of the thread's record; 0: in none
   */
  void isIn(long address) {
    record = address;
  }

  /** Another thread frees {@code block}. */
  void push(long block) {
    long next;
    do {
      next = first;
      memory.putLong(block, next);
    } while (!FIRST.compareAndSet(this, next, block));
    long in = record;
    if (in != 0) {
      memory.touch(in, Long.BYTES); // the page of it, which behind a fork takes a copy
    }
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
