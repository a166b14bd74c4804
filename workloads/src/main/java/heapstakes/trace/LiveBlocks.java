package heapstakes.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The live blocks of every process of a valid trace, as far as it was walked, for whoever follows
 * blocks through it. What does not belong to a process is its threads'.
 *
 * @param <B> what is remembered of a block; not changed once it is put here
 */
public final class LiveBlocks<B> {
  private final ToLongFunction<B> size;
  private final BiFunction<B, Integer, B> inherited;
  private final List<Process<B>> byThread = new ArrayList<>();
  private final BitSet gone = new BitSet();
  private Process<B> process = new Process<>();
  private int thread;

  /**
   * No blocks, one process, and the initial thread in it.
   *
   * @param size of a block in bytes
   * @param inherited what becomes of a block for a child that is forked, which is the thread given
   */
  public LiveBlocks(ToLongFunction<B> size, BiFunction<B, Integer, B> inherited) {
    this.size = size;
    this.inherited = inherited;
    add(process);
  }

  /** The current process's block in {@code slot}; null if there is none. */
  public @Nullable B get(int slot) {
    return slot < process.slots.length ? cast(process.slots[slot]) : null;
  }

  /** Puts a block into a slot of the current process, in place of what was there. */
  public void put(int slot, B block) {
    remove(slot);
    if (slot >= process.slots.length) {
      int length = Math.max(slot + 1, 2 * process.slots.length);
      process.slots = Arrays.copyOf(process.slots, length);
    }
    process.slots[slot] = block;
    process.blocks++;
    process.bytes += size.applyAsLong(block);
  }

  /** Takes a block out of a slot of the current process; null if there was none. */
  public @Nullable B remove(int slot) {
    B block = get(slot);
    if (block != null) {
      process.slots[slot] = null;
      process.blocks--;
      process.bytes -= size.applyAsLong(block);
    }
    return block;
  }

  /** Follows a {@code THREAD}, {@code THREAD_EXIT}, {@code FORK} or {@code EXIT}; no others. */
  public void follow(byte op, int number) {
    switch (op) {
      case Op.THREAD -> {
        if (number == byThread.size()) {
          add(process);
        }
        thread = number;
        process = byThread.get(number);
      }
      case Op.THREAD_EXIT -> gone.set(number);
      case Op.FORK -> add(process.copy(block -> inherited.apply(cast(block), number)));
      case Op.EXIT -> process.end();
      default -> {}
    }
  }

  /** Dense number of the current thread. */
  public int thread() {
    return thread;
  }

  /** Threads that were named so far. */
  public int threads() {
    return byThread.size();
  }

  /** The process of a thread; one that has ended has no blocks. */
  public Process<B> process(int number) {
    return byThread.get(number);
  }

  /** The current thread's process. */
  public Process<B> process() {
    return process;
  }

  /** Processes that have not ended, in order of their first threads. */
  public List<Process<B>> processes() {
    return byThread.stream().distinct().filter(p -> !p.ended).toList();
  }

  /** Whether a thread, or its process, has exited. */
  public boolean isGone(int number) {
    return gone.get(number) || byThread.get(number).ended;
  }

  private void add(Process<B> owner) {
    byThread.add(owner);
  }

  @SuppressWarnings("unchecked") // Only put() writes to slots.
  private static <B> @Nullable B cast(@Nullable Object block) {
    return (B) block;
  }

  /**
   * What a process holds.
   *
   * @param <B> what is remembered of a block
   */
  public static final class Process<B> {
    private @Nullable Object[] slots = new Object[16];
    private long blocks;
    private long bytes;
    private boolean ended;

    private Process() {}

    /** Live blocks. */
    public long blocks() {
      return blocks;
    }

    /** Sum of their sizes. */
    public long bytes() {
      return bytes;
    }

    /** Whether it has exited. */
    public boolean hasEnded() {
      return ended;
    }

    /** What a visit does. */
    @FunctionalInterface
    public interface Visitor<B> {
      /** A live block and its slot. */
      void visit(int slot, B block);
    }

    /** Visits the live blocks by slot, upwards. */
    public void forEach(Visitor<B> visitor) {
      for (int slot = 0; slot < slots.length; slot++) {
        B block = cast(slots[slot]);
        if (block != null) {
          visitor.visit(slot, block);
        }
      }
    }

    private Process<B> copy(UnaryOperator<@Nullable Object> inherited) {
      Process<B> child = new Process<>();
      child.slots = new Object[slots.length];
      for (int slot = 0; slot < slots.length; slot++) {
        child.slots[slot] = slots[slot] == null ? null : inherited.apply(slots[slot]);
      }
      child.blocks = blocks;
      child.bytes = bytes;
      return child;
    }

    private void end() {
      ended = true;
      slots = new Object[0];
      blocks = 0;
      bytes = 0;
    }
  }
}
