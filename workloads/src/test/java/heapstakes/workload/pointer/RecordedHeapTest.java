package heapstakes.workload.pointer;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.Limits;
import heapstakes.trace.format.TraceSink;
import org.junit.jupiter.api.Test;

/** Frees of what is not live, told apart. */
class RecordedHeapTest {
  private static final int BLOCKS = 20_000;

  /** In a recording of any length: what was freed of late is remembered while it grows. */
  @Test
  void aSecondFreeRightBehindTheFirstIsADoubleFree() {
    TraceSink sink = new TraceSink("recording", Limits.current(), batch -> {});
    RecordedHeap heap = new RecordedHeap(sink);
    heap.switchTo(1, 1);
    for (int i = 1; i <= BLOCKS; i++) {
      heap.malloc(0x1000 + 32L * i, 24, i);
    }

    for (int i = 1; i <= BLOCKS; i++) {
      heap.free(0x1000 + 32L * i, i);
      heap.free(0x1000 + 32L * i, i);
      heap.free(0x9000_0000L + 32L * i, i);
    }

    assertThat(sink.notes())
        .containsEntry(RecordedHeap.DOUBLE_FREES, (long) BLOCKS)
        .containsEntry(RecordedHeap.UNKNOWN_FREES, (long) BLOCKS);
  }

  /** Sixty blocks, then the first again: a table that grew meanwhile has not lost it. */
  @Test
  void whatWasFreedBeforeTheTableGrewIsRemembered() {
    TraceSink sink = new TraceSink("recording", Limits.current(), batch -> {});
    RecordedHeap heap = new RecordedHeap(sink);
    heap.switchTo(1, 1);
    for (int i = 1; i <= 64; i++) {
      heap.malloc(0x1000 * i, 24, i);
      heap.free(0x1000 * i, i);
    }

    heap.free(64 * 0x1000, 65);
    heap.free(63 * 0x1000, 66);

    assertThat(sink.notes()).containsEntry(RecordedHeap.DOUBLE_FREES, 2L);
  }
}
