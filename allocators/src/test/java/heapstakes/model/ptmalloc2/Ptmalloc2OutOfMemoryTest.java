package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.FailingSpace;
import heapstakes.os.Syscall;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The kernel refuses memory: address 0 where nothing else helps, and a heap that goes on. */
class Ptmalloc2OutOfMemoryTest {
  private static final Set<Syscall> GIVING =
      EnumSet.of(Syscall.SBRK, Syscall.MMAP, Syscall.MREMAP, Syscall.MPROTECT);

  @Test
  void whenTheBreakIsBlockedTheHeapGoesOnInMappingsOfAMebibyteFirst() {
    FailingSpace space =
        new FailingSpace(TestProcess.open()).refusing(Set.of(Syscall.SBRK), 2, Long.MAX_VALUE);
    try (TestProcess process = TestProcess.start(space, "")) {
      process.main().malloc(10);
      long heap = process.main().malloc(130_000);
      process.heap().audit();
      assertThat(process.breakOffset()).isEqualTo(135_168);
      assertThat(process.heap().regionOf(process.main().malloc(130_000)).name()).isEqualTo("mmap");
      assertThat(process.counter("hblks")).isZero();
      assertThat(process.counter("arena")).isEqualTo(135_168 + (1 << 20));
      assertThat(heap).isNotZero();
      for (int i = 0; i < 8; i++) {
        process.main().malloc(130_000);
      }
      process.heap().audit();
      assertThat(process.counter("arena"))
          .isEqualTo(135_168 + (1 << 20) + 262_144); // 130 016 + 131 072 + 32 up to whole pages
    }
  }

  @Test
  void withoutAnyMemoryMallocIsNullAndTheHeapEmpty() {
    FailingSpace space = new FailingSpace(TestProcess.open()).refusing(GIVING, 1, Long.MAX_VALUE);
    try (TestProcess process = TestProcess.start(space, "")) {
      assertThat(process.main().malloc(10)).isZero();
      assertThat(process.main().calloc(1, 1_000_000)).isZero();
      assertThat(process.main().memalign(4096, 10)).isZero();
      process.heap().audit();
      assertThat(process.counter("arena")).isZero();
    }
  }
}
