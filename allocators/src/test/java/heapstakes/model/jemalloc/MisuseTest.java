package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.HeapCorruptedException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would corrupt the library's heap is an error where it is found. */
class MisuseTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 0x1000, 0x5555_5556_0000L, 0x7fff_ffff_f000L, -1, Long.MIN_VALUE})
  void anAddressThatWasNeverABlockIsRefused(long address) {
    try (TestHeap heap = TestHeap.open("")) {
      assertThatThrownBy(() -> heap.main.free(address)).isInstanceOf(HeapCorruptedException.class);
      assertThatThrownBy(() -> heap.main.realloc(address, 10))
          .isInstanceOf(HeapCorruptedException.class);
      assertThatThrownBy(() -> heap.main.usableSize(address))
          .isInstanceOf(HeapCorruptedException.class);
      heap.heap.audit();
    }
  }

  @Test
  void aLargeBlockFreedTwiceIsFoundAtOnce() {
    try (TestHeap heap = TestHeap.open("")) {
      long block = heap.main.malloc(100_000);
      heap.main.free(block);
      assertThatThrownBy(() -> heap.main.free(block))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessageContaining(String.format(Locale.ROOT, "0x%x", block));
    }
  }

  /** The library hands a block that it caches twice out twice; its slab finds it out here. */
  @Test
  void aSmallBlockFreedTwiceIsFoundWhenItsSlabGetsItBack() {
    try (TestHeap heap = TestHeap.open("")) {
      long block = heap.main.malloc(100);
      heap.main.free(block);
      heap.main.free(block);
      assertThatThrownBy(heap.heap::audit).isInstanceOf(HeapCorruptedException.class);
      assertThatThrownBy(heap.main::flushCache)
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessageContaining("freed twice");
    }
  }

  @Test
  void nullAndSizeZeroAreHarmless() {
    try (TestHeap heap = TestHeap.open("")) {
      heap.main.free(0);
      long block = heap.main.malloc(0);
      assertThat(heap.main.usableSize(block)).isEqualTo(8);
      assertThat(heap.main.usableSize(0)).isZero();
      assertThat(heap.main.realloc(block, 0)).isZero();
      assertThat(heap.main.realloc(0, 50)).isNotZero();
      heap.newThread().exit();
      heap.heap.audit();
    }
  }
}
