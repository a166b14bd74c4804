package heapstakes.model.tcmalloc;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The middle: the spans of one size class, shared by all threads, behind its {@link TransferCache}.
 * A chain is one of {@link FreeObject}s.
 */
final class CentralFreeList {
  final SpinLock lock = new SpinLock();
  final TransferCache transfer;
  final Span nonEmpty = new Span(); // head of the spans that have a free object
  final Span empty = new Span(); // head of those that have none
  private final CentralFreeLists all;
  private final PageHeap heap;
  private final Memory memory;
  private final int sizeClass;
  private final int objectBytes;
  private final int spanPages;
  private final int objectsPerSpan;
  private final int tailWasteBytes;
  private final int batch;
  private long spans;
  private long freeObjects; // in spans; those in transfer slots count as handed out
  private int taken; // by the last takeFromFirst

  CentralFreeList(
      CentralFreeLists all, PageHeap heap, Memory memory, SizeMap sizes, int sizeClass) {
    this(all, heap, memory, sizes, sizeClass, newTransferCache(sizes, sizeClass));
  }

  private CentralFreeList(
      CentralFreeLists all,
      PageHeap heap,
      Memory memory,
      SizeMap sizes,
      int sizeClass,
      TransferCache transfer) {
    this.all = all;
    this.heap = heap;
    this.memory = memory;
    this.sizeClass = sizeClass;
    this.objectBytes = sizes.objectBytes(sizeClass);
    this.spanPages = sizes.spanPages(sizeClass);
    this.objectsPerSpan = sizes.objectsPerSpan(sizeClass);
    this.tailWasteBytes = sizes.tailWasteBytes(sizeClass);
    this.batch = sizes.batch(sizeClass);
    this.transfer = transfer;
  }

  /** The same list in a forked child. */
  CentralFreeList(
      CentralFreeLists all,
      PageHeap heap,
      Memory memory,
      SizeMap sizes,
      CentralFreeList parent,
      SpanCopies copies) {
    this(all, heap, memory, sizes, parent.sizeClass, new TransferCache(parent.transfer));
    copies.copyList(parent.nonEmpty, nonEmpty);
    copies.copyList(parent.empty, empty);
    spans = parent.spans;
    freeObjects = parent.freeObjects;
  }

  private static TransferCache newTransferCache(SizeMap sizes, int sizeClass) {
    return new TransferCache(sizes.objectBytes(sizeClass) * sizes.batch(sizeClass));
  }

  /**
   * Takes objects for a thread cache whose list of this class is empty.
   *
   * @param list gets all but the first, in their order
   * @param wanted how many, at most a batch
   * @return the first, or 0 when there is no memory
   */
  long fetch(FreeList list, int wanted) {
    lock.lock();
    try {
      if (wanted == batch && !transfer.isEmpty()) {
        return split(list, transfer.pop(), wanted);
      }
      if (nonEmpty.isEmptyList() && !populate()) {
        return 0;
      }
      long chain = 0;
      int count = 0;
      while (count < wanted && !nonEmpty.isEmptyList()) {
        chain = takeFromFirst(wanted - count, chain);
        count += taken;
      }
      return split(list, chain, count);
    } finally {
      lock.unlock();
    }
  }

  private long split(FreeList list, long chain, int count) {
    list.head = FreeObject.next(memory, chain);
    list.length = count - 1;
    return chain;
  }

  /** Detaches up to {@code most} objects of the first span and puts them before {@code chain}. */
  private long takeFromFirst(int most, long chain) {
    Span span = nonEmpty.next;
    long head = span.objects;
    long tail = head;
    long next = FreeObject.next(memory, tail);
    int count = 1;
    while (count < most && next != 0) {
      tail = next;
      next = FreeObject.next(memory, tail);
      count++;
    }
    span.objects = next;
    if (next == 0) {
      span.unlink();
      empty.prepend(span);
    }
    FreeObject.setNext(memory, tail, chain);
    span.used += count;
    freeObjects -= count;
    taken = count;
    return head;
  }

  /** Gets a span from the page heap and chains its objects, ascending; the lock is let go. */
  private boolean populate() {
    lock.unlock();
    Span span;
    try {
      span = newSpan();
    } finally {
      lock.lock();
    }
    if (span == null) {
      return false;
    }
    nonEmpty.prepend(span);
    spans++;
    freeObjects += objectsPerSpan;
    return true;
  }

  private @Nullable Span newSpan() {
    Span span = heap.allocate(spanPages);
    if (span == null) {
      return null;
    }
    span.sizeClass = sizeClass;
    heap.pageMap.recordObjects(span, sizeClass);
    long first = span.address();
    long last = first + (long) (objectsPerSpan - 1) * objectBytes;
    for (long object = first; object < last; object += objectBytes) {
      FreeObject.setNext(memory, object, object + objectBytes);
    }
    FreeObject.setNext(memory, last, 0);
    span.objects = first;
    return span;
  }

  /**
   * Takes objects back.
   *
   * @param chain of {@code count} objects, ending with 0
   */
  void insert(long chain, int count) {
    lock.lock();
    try {
      if (count == batch && makeSlot()) {
        transfer.push(chain);
      } else {
        releaseToSpans(chain);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Step 4: room for one more chain, taken from another class when this one's slots are full. */
  private boolean makeSlot() {
    if (!transfer.isFull()) {
      return true;
    }
    if (!transfer.canGrow()) {
      return false;
    }
    boolean evicted = all.evictSlot(sizeClass, false) || all.evictSlot(sizeClass, true);
    if (evicted && transfer.canGrow()) { // another thread may have grown it meanwhile
      transfer.grow();
      return true;
    }
    return false;
  }

  /**
   * Gives up one slot for the class of {@code other}, whose lock the caller holds; it is let go
   * while this one's is held.
   *
   * @param force even a slot in use
   */
  boolean yieldSlot(CentralFreeList other, boolean force) {
    if (transfer.capacity() == 0 || (!force && transfer.isFull())) {
      return false; // looked at without the lock
    }
    other.lock.unlock();
    lock.lock();
    try {
      return yieldSlotLocked(force);
    } finally {
      lock.unlock();
      other.lock.lock();
    }
  }

  private boolean yieldSlotLocked(boolean force) {
    if (transfer.capacity() == 0 || (!force && transfer.isFull())) {
      return false;
    }
    boolean full = transfer.isFull();
    transfer.shrink();
    if (full) {
      releaseToSpans(transfer.pop());
    }
    return true;
  }

  private void releaseToSpans(long chain) {
    for (long object = chain; object != 0; ) {
      long next = FreeObject.next(memory, object);
      releaseToSpan(object);
      object = next;
    }
  }

  /** Step 5: a span without objects handed out goes back to the page heap at once. */
  private void releaseToSpan(long object) {
    Span span = heap.pageMap.spanAt(PageSize.of(object));
    if (span == null || span.sizeClass != sizeClass || span.used == 0) {
      throw notOurs(object);
    }
    if (span.objects == 0) {
      span.unlink();
      nonEmpty.prepend(span);
    }
    freeObjects++;
    span.used--;
    if (span.used > 0) {
      FreeObject.setNext(memory, object, span.objects);
      span.objects = object;
    } else {
      freeObjects -= objectsPerSpan;
      span.unlink();
      spans--;
      freeSpan(span);
    }
  }

  private void freeSpan(Span span) {
    lock.unlock();
    try {
      heap.pageMap.forgetClass(span);
      heap.free(span);
    } finally {
      lock.lock();
    }
  }

  private HeapCorruptedException notOurs(long object) {
    return new HeapCorruptedException(
        String.format(
            Locale.ROOT,
            "free list of %d-byte objects holds 0x%x, which is not handed out: it was freed twice,"
                + " or its first word was overwritten after free()",
            objectBytes,
            object));
  }

  /** Bytes in spans that no cache and no program holds, the waste at their tails included. */
  long freeBytes() {
    lock.lock();
    try {
      return objectBytes * freeObjects + tailWasteBytes * spans;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes in transfer slots. */
  long transferBytes() {
    lock.lock();
    try {
      return (long) objectBytes * batch * transfer.used();
    } finally {
      lock.unlock();
    }
  }

  /** Spans of this class. */
  long spans() {
    return spans;
  }

  /** Objects in spans that are not handed out. */
  long freeObjects() {
    return freeObjects;
  }
}
