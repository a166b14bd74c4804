package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.HeapCorruptedException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages as the real library printed them before it aborted. */
class TcMallocMisuseTest {
  @ParameterizedTest
  @ValueSource(longs = {0x7fff_ffff_0000L, 0x12_3456_7000L, 0xffff_8000_0000_1000L, 0x64})
  void freeingAForeignPointerEndsWithTheLibrarysMessage(long address) {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      assertThatThrownBy(() -> heap.main.free(address))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessage(
              String.format(
                  Locale.ROOT,
                  "src/tcmalloc.cc:333] Attempt to free invalid pointer 0x%x",
                  address));
    }
  }

  @Test
  void reallocatingAForeignPointerEndsWithTheLibrarysMessage() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      assertThatThrownBy(() -> heap.main.realloc(0x12_3456_7000L, 10))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessage("src/tcmalloc.cc:337] Attempt to realloc invalid pointer 0x1234567000");
    }
  }

  @Test
  void askingForTheSizeOfAForeignPointerEndsWithTheLibrarysMessage() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      assertThatThrownBy(() -> heap.main.usableSize(0x12_3456_7000L))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessage(
              "src/tcmalloc.cc:343] Attempt to get the size of an invalid pointer 0x1234567000");
    }
  }

  @Test
  void metadataAndTheInsideOfALargeBlockAreForeign() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      long block = heap.main.malloc(300_000);
      for (long address : new long[] {heap.initialBreak + 100, block + 8192}) {
        assertThatThrownBy(() -> heap.main.free(address))
            .isInstanceOf(HeapCorruptedException.class)
            .hasMessageContaining(
                String.format(Locale.ROOT, "Attempt to free invalid pointer 0x%x", address));
      }
    }
  }

  @Test
  void freeingNullDoesNothing() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      var before = heap.heap.counters();
      heap.main.free(0);
      assertThat(heap.heap.counters()).isEqualTo(before);
    }
  }

  @Test
  void aLargeBlockFreedTwiceIsReportedThoughTheLibraryWouldGoOnCorrupt() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      long block = heap.main.malloc(300_000);
      heap.main.free(block);
      assertThatThrownBy(() -> heap.main.free(block))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessageContaining("freed twice");
    }
  }

  /** As the real library: it does not notice, and hands the object out twice. */
  @Test
  void aSmallObjectFreedTwiceIsHandedOutTwice() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      long block = heap.main.malloc(100);
      heap.main.free(block);
      heap.main.free(block);
      assertThat(heap.main.malloc(100)).isEqualTo(block);
      assertThat(heap.main.malloc(100)).isEqualTo(block);
      heap.main.free(block);
      heap.main.free(block);
      assertThatThrownBy(heap.heap::audit)
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessageContaining(String.format(Locale.ROOT, "0x%x is free twice", block));
    }
  }
}
