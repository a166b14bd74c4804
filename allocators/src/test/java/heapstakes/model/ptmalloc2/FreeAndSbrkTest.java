package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code free_and_sbrk} of "The Linux Programming Interface" (listing 7-1), without stdio before
 * the measurement; recorded from glibc 2.36-9+deb12u14.
 */
class FreeAndSbrkTest {
  private static final long AFTER_ALLOCATION = 10_391_552;

  @ParameterizedTest(name = "free every {0}th of blocks {1} to {2}")
  @CsvSource({
    "2, 1, 1000, 10391552, 134896, 501",
    "1, 1, 999, 10391552, 134896, 2",
    "1, 500, 1000, 5251072, 132672, 1",
    "1, 1, 1000, 135168, 134512, 1",
  })
  void onlyFreeingAtTheTopLowersTheBreak(
      int step, int first, int last, long afterFree, long keepcost, long ordblks) {
    try (TestProcess process = TestProcess.start("")) {
      long[] blocks = new long[1000];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = process.malloc(10_240);
        assertThat(blocks[i]).isEqualTo(672 + i * 10_256L);
      }
      assertThat(process.breakOffset()).isEqualTo(AFTER_ALLOCATION);
      for (int i = first - 1; i < last; i += step) {
        process.free(blocks[i]);
      }
      process.heap().audit();
      assertThat(process.breakOffset()).isEqualTo(afterFree);
      assertThat(process.counter("keepcost")).isEqualTo(keepcost);
      assertThat(process.counter("ordblks")).isEqualTo(ordblks);
    }
  }
}
