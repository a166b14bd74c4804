package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * 1 000 000 × malloc(4), free all, malloc_trim(0): figures of glibc 2.36-9+deb12u14, by a program
 * in C that asked mallinfo2 and sbrk, 2026-11-30. Why memory stays up after free.
 */
class FourByteFloodTest {
  private static final int BLOCKS = 1_000_000;
  private static final int FIRST = 672;
  private static final int CHUNK = 32;

  private static void flood(TestProcess process) {
    for (int i = 0; i < BLOCKS; i++) {
      process.main().malloc(4);
    }
    assertThat(process.breakOffset()).isEqualTo(32_034_816);
    assertThat(process.counter("uordblks")).isEqualTo(656 + 32L * BLOCKS);
  }

  private static void expectAllInFastbins(TestProcess process) {
    assertThat(process.breakOffset()).isEqualTo(32_034_816);
    assertThat(process.counter("smblks")).isEqualTo(999_993);
    assertThat(process.counter("fsmblks")).isEqualTo(31_999_776);
    assertThat(process.counter("uordblks")).isEqualTo(880);
    assertThat(process.space().statistics().residentBytes()).isGreaterThan(31_999_776);
  }

  @Test
  void freedInOrderTheyStayInFastbinsAndATrimReturnsAllOfThem() {
    try (TestProcess process = TestProcess.start("")) {
      flood(process);
      for (int i = 0; i < BLOCKS; i++) {
        process.free(FIRST + (long) CHUNK * i);
      }
      expectAllInFastbins(process);
      process.main().trim(0);
      assertThat(process.breakOffset()).isEqualTo(4096);
      assertThat(process.space().statistics().residentBytes()).isEqualTo(4096);
    }
  }

  @Test
  void freedBackwardsTheCachedOnesPinTheBreakButThePagesGo() {
    try (TestProcess process = TestProcess.start("")) {
      flood(process);
      for (int i = BLOCKS - 1; i >= 0; i--) {
        process.free(FIRST + (long) CHUNK * i);
      }
      expectAllInFastbins(process);
      process.main().trim(0);
      assertThat(process.breakOffset()).isEqualTo(32_002_048);
      assertThat(process.counter("ordblks")).isEqualTo(2);
      assertThat(process.space().statistics().residentBytes()).isLessThan(5 * 4096);
    }
  }
}
