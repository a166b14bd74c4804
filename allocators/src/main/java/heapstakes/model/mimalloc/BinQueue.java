package heapstakes.model.mimalloc;

import java.util.Arrays;

/**
 * The pages of one bin, in order. An empty queue begins with {@link MimallocPage#NONE}, which never
 * has a free block, so that malloc need not ask. Of small sizes the first page is also noted for
 * each number of words that it serves, as the library does.
 */
final class BinQueue {
  final int bin;
  MimallocPage first = MimallocPage.NONE; // changed by setFirst
  MimallocPage last = MimallocPage.NONE;
  private final MimallocPage[] small;
  private final int from; // words, of those that it serves
  private final int to; // behind the last

  /**
   * @param small where the first page is noted by words
   */
  BinQueue(int bin, MimallocPage[] small) {
    this.bin = bin;
    this.small = small;
    int words = 0;
    while (words < small.length && BlockSizes.binOfWords(words) < bin) {
      words++;
    }
    this.from = words;
    while (words < small.length && BlockSizes.binOfWords(words) == bin) {
      words++;
    }
    this.to = words;
  }

  void setFirst(MimallocPage page) {
    first = page;
    Arrays.fill(small, from, to, page);
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
      first.writeLinks();
    }
    setFirst(page);
  }

  void pushBack(MimallocPage page) {
    page.next = MimallocPage.NONE;
    page.previous = last;
    if (isEmpty()) {
      setFirst(page);
    } else {
      last.next = page;
      last.writeLinks();
    }
    last = page;
  }

  void remove(MimallocPage page) {
    if (page.previous == MimallocPage.NONE) {
      setFirst(page.next);
    } else {
      page.previous.next = page.next;
      page.previous.writeLinks();
    }
    if (page.next == MimallocPage.NONE) {
      last = page.previous;
    } else {
      page.next.previous = page.previous;
      page.next.writeLinks();
    }
    page.previous = MimallocPage.NONE;
    page.next = MimallocPage.NONE;
    page.writeLinks();
  }
}
