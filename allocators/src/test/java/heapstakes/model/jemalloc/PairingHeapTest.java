package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heaps of 5.3.1 beside a sorted set; those of 5.3.0 are wrong in a way of their own (§6). */
class PairingHeapTest {
  private static final int OPERATIONS = 20_000;
  private static final int SERIALS = 50;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void sinceItsRepairTheFirstExtentIsAlwaysTheLeast(long seed) {
    Random random = new Random(seed);
    PairingHeap heap = new PairingHeap(JemallocVersion.V5_3_1);
    TreeSet<Extent> sorted =
        new TreeSet<>(
            Comparator.<Extent>comparingLong(e -> e.serial).thenComparingLong(e -> e.base));
    List<Extent> inside = new ArrayList<>();
    for (int i = 1; i <= OPERATIONS; i++) {
      int kind = random.nextInt(10);
      if (kind < 5 || inside.isEmpty()) {
        Extent extent = new Extent(0, 4096L * i, 4096, random.nextInt(SERIALS));
        heap.insert(extent);
        sorted.add(extent);
        inside.add(extent);
      } else if (kind < 8) {
        Extent extent = inside.remove(random.nextInt(inside.size()));
        heap.remove(extent);
        sorted.remove(extent);
      } else if (kind == 8) {
        Extent first = sorted.pollFirst();
        assertThat(heap.removeFirst()).isSameAs(first);
        inside.remove(first);
      } else {
        assertThat(heap.first()).isSameAs(sorted.first());
      }
      assertThat(heap.isEmpty()).isEqualTo(sorted.isEmpty());
    }
    assertThat(heap.firstLevels(OPERATIONS)).containsExactlyInAnyOrderElementsOf(sorted);
  }
}
