package heapstakes.workload.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.workload.synthetic.GlibcBenchThreadProvider.Draws;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected figures were printed by C programs on glibc 2.36. */
class GlibcRandomTest {
  @Test
  void theNumbersAreThoseOfTheLibrary() {
    GlibcRandom unseeded = new GlibcRandom(1);
    GlibcRandom other = new GlibcRandom(88);

    assertThat(IntStream.range(0, 5).map(i -> unseeded.next()))
        .containsExactly(1804289383, 846930886, 1681692777, 1714636915, 1957747793);
    assertThat(IntStream.range(0, 4).map(i -> other.next()))
        .containsExactly(38645617, 708846855, 234024133, 313854922);
  }

  /** The tables of bench-malloc-thread: its own functions, compiled by gcc 12. */
  @Test
  void sizesAndOffsetsAreThoseOfTheBenchmark() {
    Draws draws = new Draws(new GlibcRandom(1));

    // A thread begins at the second of each table, and comes to the first at the end.
    assertThat(IntStream.range(0, 11).map(draws::size))
        .containsExactly(6, 18, 19, 45, 4, 6, 17, 5, 8, 7, 10);
    assertThat(draws.size(7998)).isEqualTo(23);
    assertThat(draws.size(7999)).isEqualTo(25);
    assertThat(IntStream.range(0, 8000).map(draws::size).sum()).isEqualTo(311_130);
    assertThat(IntStream.range(0, 8000).map(draws::size).max()).hasValue(31_126);
    assertThat(IntStream.range(0, 11).map(draws::offset))
        .containsExactly(911, 1001, 616, 103, 480, 700, 1007, 998, 713, 452, 725);
    assertThat(draws.offset(4094)).isEqualTo(808);
    assertThat(IntStream.range(0, 4096).map(draws::offset).sum()).isEqualTo(2_107_404);
  }
}
