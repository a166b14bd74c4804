package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 14 traces of the specification's §17.4: all addresses and all counters. */
class GoldenTraceTest {
  private static final long BREAK = 0x5555_555e_f000L;
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
          "tcmalloc.transfer_cache_free_bytes",
          "tcmalloc.max_total_thread_cache_bytes");

  /** One line of the table. */
  record Row(String trace, String environment, String at, String counters, String hash) {}

  /** The lines of one trace. */
  record Golden(String trace, String environment, List<Row> rows) {
    @Override
    public String toString() {
      return trace + " " + environment;
    }
  }

  static List<Golden> traces() {
    Stream<Row> rows =
        GoldenTable.lines("traces.tsv").map(c -> new Row(c[0], c[1], c[2], c[3], c[4]));
    Map<List<String>, List<Row>> byTrace =
        rows.collect(
            Collectors.groupingBy(
                row -> List.of(row.trace(), row.environment()), Collectors.toList()));
    return byTrace.entrySet().stream()
        .map(e -> new Golden(e.getKey().get(0), e.getKey().get(1), e.getValue()))
        .sorted(Comparator.comparing(Golden::toString))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("traces")
  void addressesAndCountersAreThoseOfTheRealLibrary(Golden golden) {
    String settings = golden.environment().equals("AGG=1") ? "aggressive_decommit=true" : "";
    try (TcMallocHeap heap = TcMallocHeap.open(settings, BREAK)) {
      PortableTrace trace = new PortableTrace(heap, golden.trace());
      for (Row row : golden.rows()) {
        advance(heap, trace, row.at());
        heap.heap.audit();
        String counters =
            COLUMNS.stream()
                .map(name -> Long.toString(heap.counter(name)))
                .collect(Collectors.joining(" "));
        assertThat(counters).as(row.at()).isEqualTo(row.counters());
        assertThat(trace.hash()).as("addresses at %s", row.at()).isEqualTo(row.hash());
      }
    }
  }

  private static void advance(TcMallocHeap heap, PortableTrace trace, String at) {
    switch (at) {
      case "threads joined" -> trace.joinThreads();
      case "all freed" -> trace.freeAll();
      case "idle + ReleaseFreeMemory" -> {
        heap.main.releaseAll();
        heap.main.trim(0);
      }
      default -> trace.runTo(Integer.parseInt(at.substring("op ".length())));
    }
  }
}
