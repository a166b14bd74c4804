package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LruSetsTest {
  /** The textbook's: a list for each set, the last used in front. */
  private static final class Naive {
    private final List<Deque<Long>> sets = new ArrayList<>();
    private final int ways;

    Naive(int sets, int ways) {
      this.ways = ways;
      for (int i = 0; i < sets; i++) {
        this.sets.add(new ArrayDeque<>());
      }
    }

    boolean use(long key) {
      Deque<Long> set = sets.get((int) (key % sets.size()));
      boolean held = set.remove(key);
      set.addFirst(key);
      if (set.size() > ways) {
        set.removeLast();
      }
      return held;
    }
  }

  @Test
  void itHoldsWhatAListOfEachSetHolds() {
    Random random = new Random(7);
    LruSets sets = new LruSets(64, 4);
    Naive naive = new Naive(16, 4);
    int hits = 0;
    for (int i = 0; i < 100_000; i++) {
      long key = random.nextInt(3) == 0 ? random.nextLong(1L << 50) : random.nextInt(120);
      boolean held = sets.use(key);
      hits += held ? 1 : 0;
      assertThat(held).as("key %d, use %d", key, i).isEqualTo(naive.use(key));
    }
    assertThat(hits).isBetween(10_000, 90_000);
  }
}
