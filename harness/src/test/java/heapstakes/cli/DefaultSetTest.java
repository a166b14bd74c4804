package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.AllocatorProvider;
import org.junit.jupiter.api.Test;

class DefaultSetTest {
  @Test
  void meansAreGivenByTheCommonMallocAndWithoutItByItsTwin() {
    assertThat(DefaultSet.baselines()).containsExactly("native-glibc", "ptmalloc2");
  }

  @Test
  void whatNoJvmCanLoadIsNeitherTakenNorMissed() {
    assertThat(DefaultSet.contestants()).isNotEmpty().doesNotContain("native-musl");
    assertThat(DefaultSet.missing())
        .extracting(AllocatorProvider::name)
        .doesNotContain("native-musl");
  }
}
