package heapstakes.trace.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaDebuggingTest {
  /** The example of the paper's figures: the test fails when 1, 7 and 8 of eight are there. */
  @Test
  void thePapersExample() {
    int[] units = IntStream.rangeClosed(1, 8).toArray();

    assertThat(new DeltaDebugging(part -> set(part).containsAll(Set.of(1, 7, 8))).minimize(units))
        .containsExactly(1, 7, 8);
  }

  @Test
  void nothingIsLeftWhenTheTestFailsOnNothing() {
    assertThat(new DeltaDebugging(part -> true).minimize(new int[] {1, 2, 3})).isEmpty();
    assertThat(new DeltaDebugging(part -> part.length > 0).minimize(new int[] {4}))
        .containsExactly(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aSetThatMakesItFailIsFoundExactly(long seed) {
    Random random = new Random(seed);
    Set<Integer> wanted =
        random.ints(1 + random.nextInt(9), 0, 500).boxed().collect(Collectors.toSet());

    assertThat(set(new DeltaDebugging(part -> set(part).containsAll(wanted)).minimize(all(500))))
        .isEqualTo(new TreeSet<>(wanted));
  }

  /** Also where a larger part need not fail though a smaller one does. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void noUnitOfTheResultCanBeLeftOut(long seed) {
    Predicate<int[]> fails =
        part ->
            part.length == 200
                || Arrays.stream(part).sum() % 7 == seed % 7 && Arrays.stream(part).sum() > 900;

    int[] least = new DeltaDebugging(fails).minimize(all(200));

    assertThat(fails.test(least)).isTrue();
    for (int without : least) {
      assertThat(fails.test(Arrays.stream(least).filter(unit -> unit != without).toArray()))
          .isFalse();
    }
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static Set<Integer> set(int[] units) {
    return Arrays.stream(units).boxed().collect(Collectors.toCollection(TreeSet::new));
  }
}
