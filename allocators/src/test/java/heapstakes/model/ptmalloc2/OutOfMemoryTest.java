package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.Syscall;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel refuses memory: address 0 where nothing else helps, and a heap that goes on. */
class OutOfMemoryTest {
  private static final int OPERATIONS = 2_500;
  private static final Set<Syscall> ALL = EnumSet.complementOf(EnumSet.of(Syscall.FORK));
  private static final Set<Syscall> GIVING =
      EnumSet.of(Syscall.SBRK, Syscall.MMAP, Syscall.MREMAP, Syscall.MPROTECT);

  /** Runs the trace; the blocks and the heap must be sound whatever was refused. */
  private static long run(RefusingAddressSpace space, String settings, boolean threads) {
    try (TestProcess process = TestProcess.start(space, settings)) {
      RandomProgram program = new RandomProgram(process.memory(), 7);
      ThreadAllocator other = threads ? process.heap().attach() : process.main();
      for (int i = 0; i < OPERATIONS; i++) {
        program.step(i % 7 < 4 ? process.main() : other);
      }
      process.heap().audit();
      program.check();
      program.freeAll(process.main());
      process.heap().audit();
      return space.calls();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachSingleRefusalLeavesEveryBlockAndTheHeapIntact(boolean threads) {
    long calls = run(RefusingAddressSpace.refusing(TestProcess.open(), ALL, 0), "", threads);
    assertThat(calls).isGreaterThan(50);
    for (long n = 1; n <= calls; n += 1 + calls / 50) {
      run(RefusingAddressSpace.refusing(TestProcess.open(), ALL, n), "", threads);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusalsForEverLeaveEveryBlockAndTheHeapIntact(boolean threads) {
    for (long n = 1; n <= 60; n += n < 6 ? 1 : 9) {
      run(RefusingAddressSpace.refusingFrom(TestProcess.open(), GIVING, n), "", threads);
    }
  }

  @Test
  void whenTheBreakIsBlockedTheHeapGoesOnInMappingsOfAMebibyteFirst() {
    RefusingAddressSpace space =
        RefusingAddressSpace.refusingFrom(TestProcess.open(), Set.of(Syscall.SBRK), 2);
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
    RefusingAddressSpace space = RefusingAddressSpace.refusingFrom(TestProcess.open(), GIVING, 1);
    try (TestProcess process = TestProcess.start(space, "")) {
      assertThat(process.main().malloc(10)).isZero();
      assertThat(process.main().calloc(1, 1_000_000)).isZero();
      assertThat(process.main().memalign(4096, 10)).isZero();
      process.heap().audit();
      assertThat(process.counter("arena")).isZero();
    }
  }
}
