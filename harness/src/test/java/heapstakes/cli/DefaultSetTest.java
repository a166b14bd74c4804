package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultSetTest {
  @Test
  void meansAreGivenByTheCommonMallocAndWithoutItByItsTwin() {
    assertThat(DefaultSet.baselines()).containsExactly("native-glibc", "ptmalloc2");
  }
}
