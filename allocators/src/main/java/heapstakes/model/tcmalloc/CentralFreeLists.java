package heapstakes.model.tcmalloc;

import heapstakes.memory.Memory;

/** The central free lists of all classes, which take transfer slots from one another in turn. */
final class CentralFreeLists {
  private final CentralFreeList[] lists;
  private int victim; // updated without a lock, as in the library: any value will do

  CentralFreeLists(PageHeap heap, Memory memory, SizeMap sizes) {
    lists = new CentralFreeList[sizes.classes()];
    for (int sizeClass = 0; sizeClass < lists.length; sizeClass++) {
      lists[sizeClass] = new CentralFreeList(this, heap, memory, sizes, sizeClass);
    }
  }

  /** The same lists in a forked child. */
  CentralFreeLists(
      PageHeap heap, Memory memory, SizeMap sizes, CentralFreeLists parent, SpanCopies copies) {
    lists = new CentralFreeList[parent.lists.length];
    for (int sizeClass = 0; sizeClass < lists.length; sizeClass++) {
      lists[sizeClass] =
          new CentralFreeList(this, heap, memory, sizes, parent.lists[sizeClass], copies);
    }
    victim = parent.victim;
  }

  CentralFreeList of(int sizeClass) {
    return lists[sizeClass];
  }

  /**
   * Makes the next class in turn give up a slot. After a wrap class 0 is asked twice.
   *
   * @param sizeClass for whom; its lock is held, and let go in between
   * @param force even a slot in use
   */
  boolean evictSlot(int sizeClass, boolean force) {
    int candidate = victim++;
    if (candidate >= lists.length) {
      candidate %= lists.length;
      victim = candidate;
    }
    return candidate != sizeClass && lists[candidate].yieldSlot(lists[sizeClass], force);
  }

  /** Free bytes in spans of all classes, and the waste at their tails. */
  long freeBytes() {
    long sum = 0;
    for (CentralFreeList list : lists) {
      sum += list.freeBytes();
    }
    return sum;
  }

  /** Bytes in transfer slots of all classes. */
  long transferBytes() {
    long sum = 0;
    for (CentralFreeList list : lists) {
      sum += list.transferBytes();
    }
    return sum;
  }
}
