package heapstakes.model.tcmalloc;

import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The front end: one thread's free objects, reached without a lock. Only the thread itself uses it;
 * its place among the caches and its limit belong to {@link ThreadCaches}.
 */
class ThreadCache {
  private static final int MAX_LENGTH = 8192; // kMaxDynamicFreeListLength, common.h
  private static final int MAX_OVERAGES = 3; // kMaxOverages, common.h

  final Memory memory;
  final SizeMap sizes;
  final CentralFreeLists central;
  final ThreadCaches caches;
  private final FreeList[] closed; // while there is no cache
  FreeList[] lists; // by class; class 0 is always closed
  long bytes; // in all lists

  // Guarded by the heap lock, except that the own thread reads the limit without.
  int limit;
  @Nullable ThreadCache previous;
  @Nullable ThreadCache next;

  ThreadCache(ThreadCaches caches, SizeMap sizes, CentralFreeLists central, Memory memory) {
    this.caches = caches;
    this.sizes = sizes;
    this.central = central;
    this.memory = memory;
    this.closed = caches.closedLists();
    this.lists = closed;
  }

  /** Becomes what {@code parent}, which is open, is in the parent of a fork. */
  final void copyFrom(ThreadCache parent) {
    lists = newLists();
    for (int sizeClass = 1; sizeClass < lists.length; sizeClass++) {
      lists[sizeClass].copyFrom(parent.lists[sizeClass]);
    }
    bytes = parent.bytes;
    limit = parent.limit;
  }

  /** Whether the cache exists; the first allocation makes it. */
  final boolean isOpen() {
    return lists != closed;
  }

  /** Starts with empty lists. */
  final void open() {
    bytes = 0;
    caches.add(this);
    lists = newLists();
  }

  private FreeList[] newLists() {
    FreeList[] fresh = new FreeList[closed.length];
    fresh[0] = closed[0];
    for (int sizeClass = 1; sizeClass < fresh.length; sizeClass++) {
      fresh[sizeClass] = new FreeList(sizes.objectBytes(sizeClass));
    }
    return fresh;
  }

  /** Gives everything back and is no more, until the next allocation. */
  final void close() {
    if (isOpen()) {
      releaseAll();
      lists = closed;
      caches.remove(this);
    }
  }

  /**
   * MarkThreadTemporarilyIdle up to 2.10: gives every object back, remembers how lists were used.
   */
  final void releaseAll() {
    for (int sizeClass = 1; sizeClass < lists.length; sizeClass++) {
      if (lists[sizeClass].length > 0) {
        release(sizeClass, lists[sizeClass].length);
      }
    }
  }

  /** Takes the last object freed from {@code list}, which is not empty. */
  final long pop(FreeList list) {
    long object = list.head;
    list.head = FreeObject.next(memory, object);
    int left = list.length - 1;
    list.length = left;
    if (left < list.lowWater) {
      list.lowWater = left;
    }
    bytes -= list.objectBytes;
    return object;
  }

  /** Whether one more object neither makes {@code list} too long nor the cache too large. */
  final boolean hasRoom(FreeList list) {
    return list.length < list.maxLength && bytes + list.objectBytes <= limit;
  }

  /** Adds a free object to {@code list}. */
  final void push(FreeList list, long object) {
    FreeObject.setNext(memory, object, list.head);
    list.head = object;
    list.length++;
    bytes += list.objectBytes;
  }

  /** Step 3: an object from the central free list, and a few more to keep; 0 without memory. */
  final long fetch(int sizeClass) {
    FreeList list = lists[sizeClass];
    int batch = sizes.batch(sizeClass);
    long object = central.of(sizeClass).fetch(list, Math.min(list.maxLength, batch));
    if (object == 0) {
      return 0;
    }
    bytes += (long) list.length * list.objectBytes;
    if (list.maxLength < batch) {
      list.maxLength++;
    } else {
      int longer = Math.min(list.maxLength + batch, MAX_LENGTH);
      list.maxLength = longer - longer % batch;
    }
    return object;
  }

  /** Step 4: frees an object for which the fast path found no room. */
  final void pushSlow(int sizeClass, long object) {
    FreeList list = lists[sizeClass];
    push(list, object);
    if (list.length > list.maxLength) {
      shorten(list, sizeClass);
    }
    if (bytes > limit) {
      scavenge();
    }
  }

  private void shorten(FreeList list, int sizeClass) {
    int batch = sizes.batch(sizeClass);
    release(sizeClass, batch);
    if (list.maxLength < batch) {
      list.maxLength++;
    } else if (list.maxLength > batch && ++list.overages > MAX_OVERAGES) {
      list.maxLength -= batch;
      list.overages = 0;
    }
  }

  /** Gives objects to the central free list, a batch at a time. */
  private void release(int sizeClass, int count) {
    FreeList list = lists[sizeClass];
    int batch = sizes.batch(sizeClass);
    int left = Math.min(count, list.length);
    bytes -= (long) left * list.objectBytes;
    for (; left > batch; left -= batch) {
      central.of(sizeClass).insert(detach(list, batch), batch);
    }
    central.of(sizeClass).insert(detach(list, left), left);
  }

  private long detach(FreeList list, int count) {
    long chain = list.head;
    long tail = chain;
    for (int i = 1; i < count; i++) {
      tail = FreeObject.next(memory, tail);
    }
    list.head = FreeObject.next(memory, tail);
    FreeObject.setNext(memory, tail, 0);
    list.length -= count;
    list.lowWater = Math.min(list.lowWater, list.length);
    return chain;
  }

  /** Step 6: gives back half of what was not needed since the last time, and asks for more room. */
  private void scavenge() {
    for (int sizeClass = 1; sizeClass < lists.length; sizeClass++) {
      FreeList list = lists[sizeClass];
      if (list.lowWater > 0) {
        release(sizeClass, Math.max(1, list.lowWater / 2));
        int batch = sizes.batch(sizeClass);
        if (list.maxLength > batch) {
          list.maxLength = Math.max(list.maxLength - batch, batch);
        }
      }
      list.lowWater = list.length;
    }
    caches.raiseLimit(this);
  }
}
