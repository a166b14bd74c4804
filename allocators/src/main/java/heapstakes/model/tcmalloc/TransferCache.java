package heapstakes.model.tcmalloc;

/**
 * Slots in front of one central free list, each for a chain of exactly one batch, so that a batch
 * that one thread frees reaches another without visiting its spans. Guarded by the lock of the
 * central free list.
 */
final class TransferCache {
  private static final int INITIAL_SLOTS = 16; // CentralFreeList::Init, central_freelist.cc
  private static final int MAX_SLOTS = 64; // kMaxNumTransferEntries, central_freelist.h
  private static final int MAX_BYTES = 1 << 20; // of all slots, central_freelist.cc

  private final int maxCapacity;
  private final long[] heads = new long[MAX_SLOTS];
  private int capacity;
  private int used;

  /**
   * @param batchBytes bytes of one batch; 0 for class 0
   */
  TransferCache(int batchBytes) {
    maxCapacity =
        batchBytes == 0 ? MAX_SLOTS : Math.min(MAX_SLOTS, Math.max(1, MAX_BYTES / batchBytes));
    capacity = Math.min(INITIAL_SLOTS, maxCapacity);
  }

  TransferCache(TransferCache parent) {
    maxCapacity = parent.maxCapacity;
    capacity = parent.capacity;
    used = parent.used;
    System.arraycopy(parent.heads, 0, heads, 0, used);
  }

  boolean isEmpty() {
    return used == 0;
  }

  boolean isFull() {
    return used == capacity;
  }

  /** Whether it could be larger. */
  boolean canGrow() {
    return capacity < maxCapacity;
  }

  void grow() {
    capacity++;
  }

  /** Gives one slot up; the caller has emptied one when it was full. */
  void shrink() {
    capacity--;
  }

  int capacity() {
    return capacity;
  }

  int used() {
    return used;
  }

  int maxCapacity() {
    return maxCapacity;
  }

  /** Takes the newest chain. */
  long pop() {
    return heads[--used];
  }

  /** Keeps a chain of a whole batch; it must not be full. */
  void push(long head) {
    heads[used++] = head;
  }

  /** Head of the chain in {@code slot}, below {@link #used}. */
  long headAt(int slot) {
    return heads[slot];
  }
}
