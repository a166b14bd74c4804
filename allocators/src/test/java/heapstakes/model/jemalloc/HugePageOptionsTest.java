package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the library says to the kernel of huge pages, and counts of them (§22). Expected is what
 * Debian 12's libjemalloc2 5.3.0-1 did on 2026-11-30 in a C program that has 250 000 blocks of 4096
 * bytes in its first thread and then 30 000 in a second one: {@code MALLOC_CONF=OPTION strace -f -e
 * madvise}, and under {@code setarch -R}, as the map of addresses is among the records, {@code
 * stats.arenas.4096.metadata_thp} after each tenth and third. Other modes of the kernel than
 * madvise: a file in a mount namespace of its own in place of the kernel's {@code
 * transparent_hugepage/enabled}, which is all that the library asks.
 */
class HugePageOptionsTest {
  private static final int PAGE = 4096;
  private static final int FIRST = 250_000;
  private static final int SECOND = 30_000;

  @ParameterizedTest(name = "{0} where the kernel says {1}")
  @CsvSource({
    "'', madvise, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "metadata_thp=auto, madvise, 8, 0 0 0 0 0 0 11 12 14 17 18 | 18 20 20",
    "metadata_thp=always, madvise, 8, 3 3 5 6 8 9 11 12 14 17 18 | 19 20 20",
    "thp=always, madvise, 49, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "thp=never, madvise, 49, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "'thp=always,metadata_thp=auto', madvise, 57, 0 0 0 0 0 0 11 12 14 17 18 | 18 20 20",
    "metadata_thp=auto, always, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "metadata_thp=always, always, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "thp=always, always, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "thp=never, always, 49, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "metadata_thp=auto, never, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "metadata_thp=always, never, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "thp=always, never, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0",
    "thp=never, never, 0, 0 0 0 0 0 0 0 0 0 0 0 | 0 0 0"
  })
  void theKernelIsToldAndPagesAreCountedAsByTheLibrary(
      String options, String mode, int advices, String counted) {
    try (TestHeap heap = TestHeap.open(Machine.parse("simulated:thp=" + mode).open(), options)) {
      StringBuilder counts = new StringBuilder().append(heap.counter(".metadata_thp")).append(' ');
      long probes = 2; // which the library's start has, in every mode
      allocate(heap, heap.main, FIRST, FIRST / 10, counts);
      counts.append("| ");
      allocate(heap, heap.newThread(), SECOND, SECOND / 3, counts);
      assertThat(counts.toString().strip()).isEqualTo(counted);
      assertThat(heap.space.statistics().calls(Syscall.MADVISE) - probes).isEqualTo(advices);
    }
  }

  private static void allocate(
      TestHeap heap, JemallocThread thread, int blocks, int every, StringBuilder counts) {
    for (int i = 1; i <= blocks; i++) {
      thread.malloc(PAGE);
      if (i % every == 0) {
        counts.append(heap.counter(".metadata_thp")).append(' ');
      }
    }
  }

  /** §22: dropping the contents would break huge pages up. */
  @ParameterizedTest
  @CsvSource({"thp=always, 0", "thp=never, 1", "thp=default, 1"})
  void withHugePagesWantedCallocZeroesByHand(String option, int calls) {
    AddressSpace space = Machine.parse("simulated").open();
    try (TestHeap heap = TestHeap.open(space, option)) {
      long block = heap.main.malloc(100_000);
      space.memory().putLong(block, -1);
      heap.main.free(block);
      long before = space.statistics().calls(Syscall.MADVISE);
      long again = heap.main.calloc(1, 100_000);
      assertThat(again - again % PAGE).isEqualTo(block - block % PAGE);
      assertThat(space.statistics().calls(Syscall.MADVISE) - before).isEqualTo(calls);
      for (long at = again; at < again + 100_000; at++) {
        assertThat(space.memory().getByte(at)).isZero();
      }
    }
  }

  /** §22: the kernel gives the library's records huge pages as they are first touched. */
  @Test
  void advisedRecordsAreInHugePages() {
    try (TestHeap advised =
            TestHeap.open(
                Machine.parse("simulated:thp=madvise,khugepaged=false").open(),
                "metadata_thp=always");
        TestHeap plain = TestHeap.open("")) {
      assertThat(advised.residentKib() - plain.residentKib()).isGreaterThan(2 << 10);
    }
  }
}
