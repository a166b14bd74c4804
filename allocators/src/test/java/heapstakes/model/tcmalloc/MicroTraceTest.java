package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hand-checkable traces of the specification's §15, step by step. */
class MicroTraceTest {
  private static final Pattern CALL = Pattern.compile("(?:(\\w+)=)?(\\w+)\\(([^)]*)\\)");

  private final Map<String, Long> blocks = new HashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"micro-pages.tsv", "micro-slow-start.tsv"})
  void everyStepGivesTheRealAddressAndCounters(String table) {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      for (String[] row : GoldenTable.lines(table).toList()) {
        long block = perform(heap.main, row[0]);
        String offset =
            block == 0 ? "–" : String.format(Locale.ROOT, "+0x%x", block - heap.heapBase());
        assertThat(offset).as(row[0]).isEqualTo(row[1]);
        assertThat(counters(heap)).as(row[0]).isEqualTo(List.of(row).subList(2, row.length));
        heap.heap.audit();
      }
    }
  }

  private static List<String> counters(TcMallocHeap heap) {
    return List.of(
        heap.text("generic.current_allocated_bytes"),
        heap.text("generic.heap_size"),
        heap.text("tcmalloc.pageheap_free_bytes"),
        heap.text("tcmalloc.pageheap_unmapped_bytes"),
        heap.text("tcmalloc.pageheap_scavenge_count"),
        heap.text("tcmalloc.pageheap_commit_count")
            + "/"
            + heap.text("tcmalloc.pageheap_decommit_count"),
        heap.text("tcmalloc.thread_cache_free_bytes"),
        heap.text("tcmalloc.central_cache_free_bytes"),
        heap.text("tcmalloc.transfer_cache_free_bytes"));
  }

  /** Does one step; the block that it returns, or 0. */
  private long perform(TcMallocThread thread, String step) {
    Matcher call = CALL.matcher(step);
    if (!call.matches()) {
      switch (step) {
        case "start" -> {}
        case "ReleaseFreeMemory" -> thread.trim(0);
        case "MarkThreadTemporarilyIdle" -> thread.releaseAll();
        default -> throw new AssertionError("unknown step " + step);
      }
      return 0;
    }
    String[] arguments = call.group(3).split(",", -1);
    long block =
        switch (call.group(2)) {
          case "malloc" -> thread.malloc(Long.parseLong(arguments[0]));
          case "realloc" -> thread.realloc(block(arguments[0]), Long.parseLong(arguments[1]));
          case "memalign" ->
              thread.memalign(Long.parseLong(arguments[0]), Long.parseLong(arguments[1]));
          case "free" -> {
            thread.free(block(arguments[0]));
            yield 0;
          }
          default -> throw new AssertionError("unknown step " + step);
        };
    if (call.group(1) != null) {
      blocks.put(call.group(1), block);
    }
    return block;
  }

  private long block(String name) {
    Long block = blocks.get(name);
    if (block == null) {
      throw new AssertionError("no block " + name);
    }
    return block;
  }
}
