package heapstakes.explain;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.replay.Blocks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The live blocks of a process with what is known of each: a shadow that asks no model. */
final class BlockBook implements Blocks {
  private final long[] addresses; // the process's slots
  private final long[] sizes;
  private final long[] usables;
  private final long[] operations;
  private final int[] threads;
  private final int[] marks;
  private final int[] sites;
  private long requested;

  private ThreadAllocator handle;
  private long operation;
  private int thread;
  private int mark;
  private int site;

  /** No block yet; {@code slots} are the process's, all 0. */
  BlockBook(long[] slots, ThreadAllocator handle) {
    this.addresses = slots;
    this.handle = handle;
    this.sizes = new long[slots.length];
    this.usables = new long[slots.length];
    this.operations = new long[slots.length];
    this.threads = new int[slots.length];
    this.marks = new int[slots.length];
    this.sites = new int[slots.length];
  }

  /** The same blocks in a forked child, whose {@code slots} are a copy already. */
  BlockBook(BlockBook parent, long[] slots) {
    this.addresses = slots;
    this.handle = parent.handle;
    this.sizes = parent.sizes.clone();
    this.usables = parent.usables.clone();
    this.operations = parent.operations.clone();
    this.threads = parent.threads.clone();
    this.marks = parent.marks.clone();
    this.sites = parent.sites.clone();
    this.requested = parent.requested;
  }

  /** Who allocates from here on, and behind which mark. */
  void enter(ThreadAllocator newHandle, int newThread, int newMark) {
    handle = newHandle;
    thread = newThread;
    mark = newMark;
  }

  /** The operation of that number, from 1, begins; {@code from} is its call site, or 0. */
  void begin(long number, int from) {
    operation = number;
    site = from;
  }

  /** Sum of the sizes of live blocks, bytes. */
  long requested() {
    return requested;
  }

  @Override
  public long address(int slot) {
    return addresses[slot];
  }

  @Override
  public void put(int slot, long address, long size) {
    addresses[slot] = address;
    sizes[slot] = size;
    usables[slot] = handle.usableSize(address);
    operations[slot] = operation;
    threads[slot] = thread;
    marks[slot] = mark;
    sites[slot] = site;
    requested += size;
  }

  @Override
  public void remove(int slot) {
    addresses[slot] = 0;
    requested -= sizes[slot];
  }

  @Override
  public void replace(int slot, long usable, long address, long size) {
    remove(slot);
    if (address != 0) {
      put(slot, address, size);
    }
  }

  /** All live blocks by address, upwards. */
  List<HeldBlock> blocks(List<Integer> threadIds) {
    List<HeldBlock> blocks = new ArrayList<>();
    for (int slot = 0; slot < addresses.length; slot++) {
      if (addresses[slot] != 0) {
        blocks.add(
            new HeldBlock(
                slot,
                addresses[slot],
                sizes[slot],
                usables[slot],
                operations[slot],
                threadIds.get(threads[slot]),
                marks[slot],
                sites[slot]));
      }
    }
    blocks.sort(Comparator.comparingLong(HeldBlock::address));
    return blocks;
  }
}
