package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The C programs of the specification's §16: what is held after every step. */
class ProgramTableTest {
  private static final String MANY_SMALL = "malloc(4) x 10 000 000, free forward";
  private static final List<String> COLUMNS =
      List.of(
          "generic.current_allocated_bytes",
          "generic.heap_size",
          "generic.total_physical_bytes",
          "tcmalloc.pageheap_free_bytes",
          "tcmalloc.pageheap_unmapped_bytes",
          "tcmalloc.pageheap_committed_bytes",
          "tcmalloc.pageheap_scavenge_count",
          "tcmalloc.pageheap_commit_count",
          "tcmalloc.pageheap_total_commit_bytes",
          "tcmalloc.pageheap_decommit_count",
          "tcmalloc.pageheap_total_decommit_bytes",
          "tcmalloc.pageheap_reserve_count",
          "tcmalloc.pageheap_total_reserve_bytes",
          "tcmalloc.thread_cache_free_bytes",
          "tcmalloc.central_cache_free_bytes",
          "tcmalloc.transfer_cache_free_bytes");

  // The kernel counts resident pages in batches, so statm lags by up to 64 pages for each counter.
  private static final long STATM_LAG_KIB = 256;

  /** One program in one mode. */
  record Program(String name, String mode, List<String[]> rows) {
    @Override
    public String toString() {
      return name + ", " + mode;
    }
  }

  static List<Program> programs() {
    Map<String, Program> programs = new LinkedHashMap<>();
    GoldenTable.lines("programs.tsv")
        .forEach(row ->
            programs
                .computeIfAbsent(
                    row[0] + row[1], k -> new Program(row[0], row[1], new ArrayList<>()))
                .rows()
                .add(row));
    return List.copyOf(programs.values());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void countersAreExactAndResidentMemoryIsThatOfTheRealProgram(Program program) {
    String settings = program.mode().equals("aggressive") ? "aggressive_decommit=true" : "";
    int count = program.name().equals(MANY_SMALL) ? 10_000_000 : 1000;
    long[] blocks = new long[count];
    try (TcMallocHeap heap = TcMallocHeap.open(settings)) {
      long realStart = kib(program.rows().getFirst());
      long twinStart = heap.residentKib();
      for (String[] row : program.rows()) {
        perform(heap.main, blocks, row[2]);
        assertThat(COLUMNS.stream().map(heap::text).toList())
            .as(row[2])
            .isEqualTo(List.of(row).subList(4, row.length));
        assertThat(heap.residentKib() - twinStart)
            .as("%s: resident", row[2])
            .isCloseTo(kib(row) - realStart, within(STATM_LAG_KIB));
      }
      heap.heap.audit();
    }
  }

  private static long kib(String[] row) {
    return Long.parseLong(row[3].substring(0, row[3].indexOf(' ')));
  }

  private static void perform(TcMallocThread thread, long[] blocks, String step) {
    int half = blocks.length / 2;
    int last = blocks.length - 1;
    switch (step) {
      case "start" -> {}
      case "malloc(4)x10M" -> allocate(thread, blocks, 4);
      case "malloc(10240)x1000" -> allocate(thread, blocks, 10_240);
      case "free all fwd", "free the rest" -> free(thread, blocks, i -> true);
      case "free every 2nd (i even)" -> free(thread, blocks, i -> i % 2 == 0);
      case "free all but last" -> free(thread, blocks, i -> i < last);
      case "free last" -> free(thread, blocks, i -> i == last);
      case "free second half" -> free(thread, blocks, i -> i >= half);
      case "free first half" -> free(thread, blocks, i -> i < half);
      case "ReleaseFreeMemory", "ReleaseFreeMemory 2" -> thread.trim(0);
      case "MarkThreadTemporarilyIdle" -> thread.releaseAll();
      case "Idle+ReleaseFreeMemory" -> {
        thread.releaseAll();
        thread.trim(0);
      }
      default -> throw new AssertionError("unknown step " + step);
    }
  }

  private static void allocate(TcMallocThread thread, long[] blocks, long size) {
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = thread.malloc(size);
    }
  }

  private static void free(TcMallocThread thread, long[] blocks, IntPredicate which) {
    for (int i = 0; i < blocks.length; i++) {
      if (blocks[i] != 0 && which.test(i)) {
        thread.free(blocks[i]);
        blocks[i] = 0;
      }
    }
  }
}
