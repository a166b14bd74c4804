package heapstakes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import org.junit.jupiter.api.Test;

class MechanismTest {
  private static Trial trial(String contestant, long mmaps, long byBrk) {
    return new Trial(
        Allocators.parse(contestant),
        Cell.of(new CellKey("ptmalloc2", "", "w", "simulated", 1))
            .count(Column.MMAP_CALLS, mmaps)
            .count(Column.RETURNED_BRK_BYTES, byBrk)
            .build());
  }

  /** mallopt(3): setting any of four parameters stops the threshold from rising. */
  @Test
  void moreMappingsUnderAThresholdThatStaysAreSaidToComeOfThat() {
    assertThat(Mechanism.of(trial("ptmalloc2", 3, 0), trial("ptmalloc2:top_pad=64K", 900, 0)))
        .hasValue("900 mmap calls instead of 3, since it stops the dynamic threshold");
    assertThat(Mechanism.of(trial("ptmalloc2", 3, 0), trial("ptmalloc2:top_pad=1M", 1, 0)))
        .hasValue("1 mmap calls instead of 3");
    assertThat(Mechanism.of(trial("ptmalloc2", 3, 0), trial("ptmalloc2:mxfast=0", 9, 0)))
        .hasValue("9 mmap calls instead of 3");
  }

  @Test
  void whatGoesBackIsSaidAndWhereNothingDiffersNothing() {
    assertThat(
            Mechanism.of(trial("ptmalloc2", 3, 0), trial("ptmalloc2:tcache_count=0", 3, 32 << 20)))
        .hasValue("32.0 MiB given back by brk instead of 0 B");
    assertThat(Mechanism.of(trial("ptmalloc2", 3, 100), trial("ptmalloc2:mxfast=0", 3, 100)))
        .isEmpty();
  }
}
