package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeMapTest {
  private static final int MAX_SMALL = 262_144;

  @Test
  void theClassesAreThoseOfTheRealLibrary() {
    SizeMap sizes = new SizeMap(32);
    List<String[]> golden = GoldenTable.lines("size-classes.tsv").toList();
    assertThat(sizes.classes()).isEqualTo(golden.size() + 1);
    for (String[] row : golden) {
      int sizeClass = Integer.parseInt(row[0]);
      TransferCache slots =
          new TransferCache(sizes.objectBytes(sizeClass) * sizes.batch(sizeClass));
      assertThat(
              List.of(
                  sizes.objectBytes(sizeClass),
                  sizes.spanPages(sizeClass),
                  sizes.objectsPerSpan(sizeClass),
                  sizes.tailWasteBytes(sizeClass),
                  sizes.batch(sizeClass),
                  slots.capacity(),
                  slots.maxCapacity()))
          .as("class %d", sizeClass)
          .containsExactly(
              List.of(row).subList(1, 8).stream().map(Integer::valueOf).toArray(Integer[]::new));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 32, 400, 100_000})
  void everyRequestGetsTheSmallestClassThatHoldsIt(int batch) {
    SizeMap sizes = new SizeMap(batch);
    int expected = 1;
    for (int size = 0; size <= MAX_SMALL; size++) {
      if (size > sizes.objectBytes(expected)) {
        expected++;
      }
      if (sizes.classOf(size) != expected) {
        assertThat(sizes.classOf(size)).as("class of %d bytes", size).isEqualTo(expected);
      }
    }
    assertThat(expected).isEqualTo(sizes.classes() - 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {MAX_SMALL + 1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void largerRequestsHaveNoClass(long size) {
    assertThat(new SizeMap(32).classOf(size)).isZero();
  }
}
