package heapstakes.model.tcmalloc;

import heapstakes.allocator.Holding;
import heapstakes.allocator.Holding.Kind;
import heapstakes.memory.Memory;
import java.util.function.Consumer;

/** Tells the spans of a heap, and the objects that wait in caches. */
final class TcMallocWalk {
  private final SizeMap sizes;
  private final PageHeap heap;
  private final CentralFreeLists central;
  private final ThreadCaches caches;
  private final Memory memory;
  private final Consumer<? super Holding> visitor;

  TcMallocWalk(
      SizeMap sizes,
      PageHeap heap,
      CentralFreeLists central,
      ThreadCaches caches,
      Memory memory,
      Consumer<? super Holding> visitor) {
    this.sizes = sizes;
    this.heap = heap;
    this.central = central;
    this.caches = caches;
    this.memory = memory;
    this.visitor = visitor;
  }

  void run() {
    for (long page = heap.pageMap.nextRecorded(0); page >= 0; ) {
      Span span = heap.pageMap.spanAt(page);
      if (span == null) {
        throw new AssertionError("nextRecorded found no entry");
      }
      tell(span);
      page = heap.pageMap.nextRecorded(span.end());
    }
    for (int sizeClass = 1; sizeClass < sizes.classes(); sizeClass++) {
      TransferCache transfer = central.of(sizeClass).transfer;
      for (int slot = 0; slot < transfer.used(); slot++) {
        tell("transfer cache object", transfer.headAt(slot), sizeClass);
      }
    }
    for (ThreadCache cache = caches.first(); cache != null; cache = cache.next) {
      for (int sizeClass = 1; sizeClass < sizes.classes(); sizeClass++) {
        tell("thread cache object", cache.lists[sizeClass].head, sizeClass);
      }
    }
  }

  private void tell(Span span) {
    long address = span.address();
    long bytes = span.bytes();
    switch (span.location) {
      case Span.NORMAL -> visitor.accept(new Holding(Kind.FREE, "normal span", address, bytes));
      case Span.RETURNED ->
          visitor.accept(new Holding(Kind.RELEASED, "returned span", address, bytes));
      default ->
          visitor.accept(
              span.sizeClass == 0
                  ? new Holding(Kind.BLOCK, "large span", address, bytes)
                  : new Holding(
                      Kind.RUN, "span", address, bytes, sizes.objectBytes(span.sizeClass)));
    }
  }

  private void tell(String name, long head, int sizeClass) {
    for (long object = head; object != 0; object = FreeObject.next(memory, object)) {
      visitor.accept(new Holding(Kind.CACHED, name, object, sizes.objectBytes(sizeClass)));
    }
  }
}
