package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CacheModelTest {
  /** 2, 4 and 8 lines, all in one set each; TLBs of 1 and 2 pages. */
  private static final Caches TINY = new Caches(128, 2, 256, 4, 512, 8, 1, 1, 2, 2);

  private static final long FAR = 1L << 30;

  private final long[] counts = new long[Feature.values().length];
  private final CacheModel cache = new CacheModel(TINY, counts);

  private Map<Feature, Long> counted() {
    Map<Feature, Long> counted = new TreeMap<>();
    for (Feature feature : Feature.values()) {
      if (counts[feature.ordinal()] > 0) {
        counted.put(feature, counts[feature.ordinal()]);
      }
    }
    return counted;
  }

  /** One line in each of {@code pages} pages that are far from each other. */
  private void load(int... pages) {
    for (int page : pages) {
      cache.access(FAR * page, 1, false);
    }
  }

  @Test
  void aLineIsFoundWhereItsReuseLeavesIt() {
    load(1, 2, 3, 4, 5); // all from memory
    load(4); // among the last 2
    load(2); // fourth of all: in the second level
    load(1); // gone from there, still in the third

    assertThat(counted())
        .containsEntry(Feature.LOAD_FROM_MEMORY, 5L)
        .containsEntry(Feature.LOAD_FROM_L2, 1L)
        .containsEntry(Feature.LOAD_FROM_L3, 1L);
  }

  @Test
  void aTranslationIsFoundInTheFirstOrSecondTlbOrByAWalk() {
    load(1, 1, 2, 1, 3, 2);

    assertThat(counted())
        .containsEntry(Feature.PAGE_WALK, 4L) // 1, 2, 3, and 2 again, which had to go
        .containsEntry(Feature.TLB_MISS, 1L); // 1 behind 2
  }

  @Test
  void linesBesideTheLastMissAreFetchedAhead() {
    cache.access(FAR, 64 * 5, false);

    assertThat(counted())
        .containsEntry(Feature.LOAD_FROM_MEMORY, 1L)
        .containsEntry(Feature.STREAMED_LINE, 4L);
  }

  @Test
  void aPageThatTheKernelHasClearedIsInItsCaches() {
    cache.cleared(FAR);
    cache.access(FAR + 4095, 1, true); // its last line is the one used last

    assertThat(counted()).containsEntry(Feature.STORE_MISS, 1L);
    assertThat(counted()).doesNotContainKey(Feature.STORE_TO_MEMORY);
  }

  @Test
  void aStoreToNewMemoryIsNoLoad() {
    cache.access(FAR, 1, true);

    assertThat(counted())
        .containsEntry(Feature.STORE_TO_MEMORY, 1L)
        .doesNotContainKey(Feature.LOAD_FROM_MEMORY);
  }
}
