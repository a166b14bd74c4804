package heapstakes.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against {@link HashSet}, on addresses as heaps have them: at regular distances. */
class AddressSetTest {
  @Test
  void aSetSaysWhatASetOfNumbersSays() {
    SplittableRandom random = new SplittableRandom(1);
    for (int distance = 8; distance <= 1 << 21; distance *= 2) {
      AddressSet set = new AddressSet();
      Set<Long> numbers = new HashSet<>();
      for (int i = 0; i < 20_000; i++) {
        long address =
            (i % 2 == 0 ? 0x5555_5555_0000L : 0) + (long) distance * random.nextInt(9000);
        assertThat(set.add(address)).isEqualTo(numbers.add(address));
      }
    }
  }

  @Test
  void addressesOfTheUpperHalfAreKeptApart() {
    AddressSet set = new AddressSet();
    assertThat(set.add(-8)).isTrue();
    assertThat(set.add(0xff8)).isTrue();
    assertThat(set.add(-8)).isFalse();
    assertThat(set.add(-4096)).isTrue();
  }
}
