package heapstakes.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.HeapCorruptedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessBlocksTest {
  private static final long HIGHEST = (1L << 47) - 8;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1048574, 1048575, 1048576, 1L << 40})
  void addressAndSizeComeBackWhateverTheSize(long size) {
    ProcessBlocks blocks = new ProcessBlocks(new long[3], false);
    blocks.put(1, HIGHEST, size);
    assertThat(blocks.address(1)).isEqualTo(HIGHEST);
    assertThat(blocks.size(1)).isEqualTo(size);
    blocks.clear(1);
    assertThat(blocks.address(1)).isZero();
    assertThat(blocks.size(1)).isZero();
  }

  @Test
  void aChildHasItsOwnCopy() {
    long[] words = new long[1];
    ProcessBlocks parent = new ProcessBlocks(words, true);
    parent.put(0, 4096, 5_000_000);
    ProcessBlocks child = parent.fork(words.clone(), 7);
    parent.clear(0);
    assertThat(child.address(0)).isEqualTo(4096);
    assertThat(child.size(0)).isEqualTo(5_000_000);
  }

  @Test
  void anAddressThatNoAllocatorMayReturnIsDamage() {
    ProcessBlocks blocks = new ProcessBlocks(new long[1], false);
    assertThatThrownBy(() -> blocks.put(0, 4100, 1)).isInstanceOf(HeapCorruptedException.class);
    assertThatThrownBy(() -> blocks.put(0, 1L << 47, 1)).isInstanceOf(HeapCorruptedException.class);
  }
}
