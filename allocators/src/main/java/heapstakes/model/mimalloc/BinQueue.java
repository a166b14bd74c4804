package heapstakes.model.mimalloc;

/**
 * The pages of one bin, in order. An empty queue begins with {@link MimallocPage#NONE}, which never
 * has a free block, so that malloc need not ask.
 */
final class BinQueue {
  final int bin;
  MimallocPage first = MimallocPage.NONE;
  MimallocPage last = MimallocPage.NONE;

  BinQueue(int bin) {
    this.bin = bin;
  }

  boolean isEmpty() {
    return first == MimallocPage.NONE;
  }

  /** Whether {@code page}, which is in it, is the only one. */
  boolean isOnly(MimallocPage page) {
    return first == page && last == page;
  }

  void pushFront(MimallocPage page) {
    page.previous = MimallocPage.NONE;
    page.next = first;
    if (isEmpty()) {
      last = page;
    } else {
      first.previous = page;
    }
    first = page;
  }

  void pushBack(MimallocPage page) {
    page.next = MimallocPage.NONE;
    page.previous = last;
    if (isEmpty()) {
      first = page;
    } else {
      last.next = page;
    }
    last = page;
  }

  void remove(MimallocPage page) {
    if (page.previous == MimallocPage.NONE) {
      first = page.next;
    } else {
      page.previous.next = page.next;
    }
    if (page.next == MimallocPage.NONE) {
      last = page.previous;
    } else {
      page.next.previous = page.previous;
    }
    page.previous = MimallocPage.NONE;
    page.next = MimallocPage.NONE;
  }
}
