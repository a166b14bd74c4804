package heapstakes.workload.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.TraceException;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.workload.pointer.PointerSlots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are written after trace-formats §3.9. */
class AndroidFormatTest {
  private static final String RECORDING =
      """
      12: malloc 0xb000 1024
      12: calloc 0xb400 3 16
      12: memalign 0xc000 4096 100
      13: realloc 0xd000 0xb000 2048
      13: realloc 0xd800 0x0 7
      13: free 0x0
      13: free 0xdead
      13: free 0xb400
      13: malloc 0xb400 8
      13: thread_done 0x0
      12: malloc 0xc000 9
      13: free 0xd000 100 200
      12: realloc 0x0 0xb400 0
      12: malloc 0x0 9999999
      14: thread_done 0x0
      """;

  @TempDir Path folder;

  @Test
  void everyCallBecomesALineOfTheLanguage() throws Exception {
    Path file = Files.writeString(folder.resolve("app.txt"), RECORDING);
    Path out = folder.resolve("app.hst");

    ImportReport report = Traces.importTo(file.toString(), out);

    assertThat(report.format()).isEqualTo("android");
    assertThat(out)
        .hasContent(
            """
            #heapstakes-trace 1
            t 12
            m 0 1024
            c 1 3 16
            g 2 4096 100
            t 13
            r 0 2048
            r 3 7
            f 1
            m 1 8
            x 13
            t 12
            f 2
            m 2 9
            t 4194304
            f 0
            t 12
            f 1
            """);
    assertThat(report.notes())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "free(NULL) (left out)", 1L,
                "frees of unknown pointers (left out)", 1L,
                "blocks whose free was not recorded (freed when their address came again)", 1L,
                "requests that were refused when recorded (left out)", 1L,
                "threads that end without a call", 1L,
                "blocks that are never freed", 2L));
  }

  @Test
  void aMalformedLineIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("app.txt"), "1: malloc 0x10 8\n1: malloc 16 8\n");

    assertThatThrownBy(() -> Traces.open(file.toString()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("0x");
    assertThatThrownBy(() ->
            Traces.open(
                "android:" + Files.writeString(folder.resolve("b.txt"), "1: mallok 0x1 8\n")))
        .hasMessageContaining("'mallok' is not a call of this format");
  }

  /** Against a map of the standard library. */
  @Test
  void pointersFindTheirSlotsThroughAnyOrderOfCalls() {
    Random random = new Random(5);
    PointerSlots slots = new PointerSlots();
    Map<Long, Integer> expected = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long pointer = 16L * (1 + random.nextInt(3000));
      long other = 16L * (1 + random.nextInt(3000));
      Integer slot = expected.get(pointer);
      assertThat(slots.find(pointer)).isEqualTo(slot == null ? PointerSlots.UNKNOWN : slot);
      if (slot == null) {
        expected.put(pointer, slots.take(pointer));
      } else if (random.nextBoolean() || expected.containsKey(other)) {
        assertThat(slots.give(pointer)).isEqualTo(slot);
        expected.remove(pointer);
      } else {
        slots.move(pointer, other);
        expected.remove(pointer);
        expected.put(other, slot);
      }
    }
    assertThat(expected.values()).doesNotHaveDuplicates();
    assertThat(slots.live()).isEqualTo(expected.size());
  }
}
