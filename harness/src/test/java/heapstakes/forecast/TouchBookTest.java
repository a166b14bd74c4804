package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.Locality;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Against sets and lists: a set for each window, and caches that are lists, the last used first.
 */
class TouchBookTest {
  /** 4, 8 and 32 lines and 2 and 4 pages, all in one set each. */
  private static final Caches ONE_SET_EACH = new Caches(256, 4, 512, 8, 2048, 32, 2, 2, 4, 4);

  private static final Offset<Double> ROUNDING = within(1e-9);

  private final TouchBook book = new TouchBook(ONE_SET_EACH);
  private final Naive naive = new Naive();

  private static final class Naive {
    final Set<Long> lines = new HashSet<>();
    final Set<Long> pages = new HashSet<>();
    final Set<Long> ownLines = new HashSet<>();
    final Deque<Long> first = new ArrayDeque<>();
    final Deque<Long> second = new ArrayDeque<>();
    final Deque<Long> third = new ArrayDeque<>();
    final Deque<Long> tlb = new ArrayDeque<>();
    final Deque<Long> secondTlb = new ArrayDeque<>();
    long allLines;
    long allPages;
    long allOwnLines;
    long firstMisses;
    long secondMisses;
    long thirdMisses;
    long tlbMisses;
    long walks;

    static boolean holds(Deque<Long> cache, long key, int size) {
      boolean held = cache.remove(key);
      cache.addFirst(key);
      if (cache.size() > size) {
        cache.removeLast();
      }
      return held;
    }

    void access(long address, long length, boolean isOwn) {
      pages.add(address / 4096);
      if (!holds(tlb, address / 4096, 2)) {
        tlbMisses++;
        walks += holds(secondTlb, address / 4096, 4) ? 0 : 1;
      }
      for (long line = address / 64; line * 64 < address + length; line++) {
        lines.add(line);
        if (isOwn) {
          ownLines.add(line);
        }
        if (!holds(first, line, 4)) {
          firstMisses++;
          if (!holds(second, line, 8)) {
            secondMisses++;
            thirdMisses += holds(third, line, 32) ? 0 : 1;
          }
        }
      }
    }

    void endWindow() {
      allLines += lines.size();
      allPages += pages.size();
      allOwnLines += ownLines.size();
      lines.clear();
      pages.clear();
      ownLines.clear();
    }
  }

  @Test
  void itCountsWhatSetsAndListsCount() {
    Random random = new Random(11);
    int operations = 3400; // the last window is no whole one
    for (int i = 1; i <= operations; i++) {
      for (int k = random.nextInt(4); k > 0; k--) {
        long page = random.nextInt(8) == 0 ? random.nextInt(4000) : random.nextInt(5);
        long offset = random.nextInt(4096);
        long length = 1 + random.nextInt((int) Math.min(200, 4096 - offset));
        boolean isOwn = random.nextBoolean();
        book.access(page * 4096 + offset, length, isOwn);
        naive.access(page * 4096 + offset, length, isOwn);
      }
      book.operation();
      if (i % 1000 == 0) {
        naive.endWindow();
      }
    }
    naive.endWindow();
    Locality.Touched touched = book.touched();
    double thousands = operations / 1000.0;
    assertThat(touched.lines() * thousands).isCloseTo(naive.allLines, ROUNDING);
    assertThat(touched.pages() * thousands).isCloseTo(naive.allPages, ROUNDING);
    assertThat(touched.ownLines() * thousands).isCloseTo(naive.allOwnLines, ROUNDING);
    assertThat(touched.l1Misses() * thousands).isCloseTo(naive.firstMisses, ROUNDING);
    assertThat(touched.l2Misses() * thousands).isCloseTo(naive.secondMisses, ROUNDING);
    assertThat(touched.l3Misses() * thousands).isCloseTo(naive.thirdMisses, ROUNDING);
    assertThat(touched.tlbMisses() * thousands).isCloseTo(naive.tlbMisses, ROUNDING);
    assertThat(touched.pageWalks() * thousands).isCloseTo(naive.walks, ROUNDING);
    assertThat(naive.secondMisses).isBetween(1L, naive.firstMisses - 1);
  }

  /** More than the table holds at first, which must grow, in windows of other keys. */
  @Test
  void asManyLinesAsThereAreAreCounted() {
    for (int window = 0; window < 3; window++) {
      for (long i = 0; i < 1000; i++) {
        for (long k = 0; k < 20; k++) {
          book.access((window * 7L << 40) + (i * 20 + k) * 64, 1, true);
        }
        book.operation();
      }
    }
    assertThat(book.touched().lines()).isEqualTo(20_000);
    assertThat(book.touched().ownPages()).isEqualTo(313); // 312.5, from the start of a page on
  }

  @Test
  void whatTheKernelHasClearedIsInItsCaches() {
    book.fault(1 << 20);
    book.access((1 << 20) + 4095, 1, false);
    book.operation();

    assertThat(book.touched().l1Misses()).isEqualTo(1000);
    assertThat(book.touched().l2Misses()).isZero();
  }

  @Test
  void whatCameBeforeTheBeginningIsInCachesAndNotInCounts() {
    book.access(4096, 1, true);
    book.operation();
    book.begin();
    book.access(4096, 1, true);
    book.access(8192, 1, true);
    book.operation();

    assertThat(book.touched().lines()).isEqualTo(2000);
    assertThat(book.touched().l1Misses()).isEqualTo(1000);
  }
}
