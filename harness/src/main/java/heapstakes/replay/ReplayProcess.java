package heapstakes.replay;

import heapstakes.allocator.Allocator;
import heapstakes.os.AddressSpace;

/** A process of a replay: its memory, its heap, and what its slots hold. */
public final class ReplayProcess {
  private final AddressSpace space;
  private final Allocator allocator;
  private final long[] slots;
  private final Blocks blocks;
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

  /** Its slots as plain addresses. */
  Blocks blocks() {
    return blocks;
  }

  /** Whether it has not exited. */
  public boolean isAlive() {
    return alive;
  }

  ReplayProcess fork() {
    AddressSpace child = space.fork();
    return new ReplayProcess(child, allocator.fork(child), slots.clone());
  }

  void exit() {
    alive = false;
    allocator.close();
    space.close();
  }
}
