package heapstakes.workload.synthetic;

/** Live blocks in the order of their birth: slots with sizes in a ring. */
final class RandomBlocks {
  private final int[] slots;
  private final long[] sizes;
  private int head;
  private int count;
  private long bytes;

  /**
   * @param capacity most blocks
   */
  RandomBlocks(int capacity) {
    slots = new int[capacity];
    sizes = new long[capacity];
  }

  int count() {
    return count;
  }

  int capacity() {
    return slots.length;
  }

  /** Sum of the sizes. */
  long bytes() {
    return bytes;
  }

  private int at(int index) {
    int i = head + index;
    return i < slots.length ? i : i - slots.length;
  }

  int slot(int index) {
    return slots[at(index)];
  }

  long size(int index) {
    return sizes[at(index)];
  }

  void resize(int index, long size) {
    bytes += size - sizes[at(index)];
    sizes[at(index)] = size;
  }

  /** Adds the youngest. */
  void add(int slot, long size) {
    int i = at(count++);
    slots[i] = slot;
    sizes[i] = size;
    bytes += size;
  }

  /** Removes a block; the youngest takes its place unless it is the oldest. */
  int remove(int index) {
    int slot = slot(index);
    bytes -= size(index);
    count--;
    if (index == 0) {
      head = at(1);
    } else {
      slots[at(index)] = slots[at(count)];
      sizes[at(index)] = sizes[at(count)];
    }
    return slot;
  }
}
