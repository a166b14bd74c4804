package heapstakes.model.mimalloc;

/**
 * The pages of one bin, in order. An empty queue begins with {@link Page#NONE}, which never has a
 * free block, so that malloc need not ask.
 */
final class BinQueue {
  final int bin;
  Page first = Page.NONE;
  Page last = Page.NONE;

  BinQueue(int bin) {
    this.bin = bin;
  }

  boolean isEmpty() {
    return first == Page.NONE;
  }

  /** Whether {@code page}, which is in it, is the only one. */
  boolean isOnly(Page page) {
    return first == page && last == page;
  }

  void pushFront(Page page) {
    page.previous = Page.NONE;
    page.next = first;
    if (isEmpty()) {
      last = page;
    } else {
      first.previous = page;
    }
    first = page;
  }

  void pushBack(Page page) {
    page.next = Page.NONE;
    page.previous = last;
    if (isEmpty()) {
      first = page;
    } else {
      last.next = page;
    }
    last = page;
  }

  void remove(Page page) {
    if (page.previous == Page.NONE) {
      first = page.next;
    } else {
      page.previous.next = page.next;
    }
    if (page.next == Page.NONE) {
      last = page.previous;
    } else {
      page.next.previous = page.previous;
    }
    page.previous = Page.NONE;
    page.next = Page.NONE;
  }
}
