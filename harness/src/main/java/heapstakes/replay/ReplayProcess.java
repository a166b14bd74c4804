package heapstakes.replay;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import java.util.ArrayList;
import java.util.List;

/** A process of a replay: its memory, its heap, and what its slots hold. */
public final class ReplayProcess {
  private final AddressSpace space;
  private final Allocator allocator;
  private final long[] slots;
  private final PlainBlocks blocks;
  private final List<Integer> threads = new ArrayList<>();
  private long ownTop; // where the program's own last move left the break; 0: it has made none
  private long ownBytes; // below it, without a gap
  private boolean alive = true;

  ReplayProcess(AddressSpace space, Allocator allocator, long[] slots) {
    this.space = space;
    this.allocator = allocator;
    this.slots = slots;
    this.blocks = new PlainBlocks(slots);
  }

  /** Its memory. */
  public AddressSpace space() {
    return space;
  }

  /** Its heap. */
  public Allocator allocator() {
    return allocator;
  }

  /**
   * One word a slot, 0 for an empty one: the block's address, or whatever the loop at work packs.
   */
  public long[] slots() {
    return slots;
  }

  /** Its slots as plain addresses; of that type, so that the timed loop asks no object for its. */
  PlainBlocks blocks() {
    return blocks;
  }

  /** Numbers of the threads that are or were in it. */
  List<Integer> threads() {
    return threads;
  }

  /**
   * The program moves the break itself: {@link heapstakes.trace.Op#BREAK}.
   *
   * @param isDown whether it gives back what it got
   */
  void moveBreak(long bytes, boolean isDown) {
    if (isDown) {
      if (bytes <= ownBytes && space.programBreak() == ownTop) {
        space.sbrk(-bytes);
        ownTop -= bytes;
        ownBytes -= bytes;
      }
      return;
    }
    long got = space.sbrk(bytes);
    if (got >= 0) {
      ownBytes = got == ownTop ? ownBytes + bytes : bytes;
      ownTop = got + bytes;
    }
  }

  /** Whether it has not exited. */
  public boolean isAlive() {
    return alive;
  }

  /** A child, which {@code thread} forks. */
  ReplayProcess fork(ThreadAllocator thread) {
    allocator.beforeFork(thread);
    AddressSpace child = space.fork();
    ReplayProcess forked = new ReplayProcess(child, allocator.fork(child, thread), slots.clone());
    forked.ownTop = ownTop;
    forked.ownBytes = ownBytes;
    return forked;
  }

  void exit() {
    alive = false;
    allocator.close();
    space.close();
  }
}
