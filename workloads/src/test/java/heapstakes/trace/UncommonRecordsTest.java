package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ltrace and glibc's trace utilities write in some circumstances only. */
class UncommonRecordsTest {
  @TempDir Path folder;

  /** As ltrace -f -o does when another thread calls before a call has returned. */
  private static final String LTRACE =
      """
      10 app->malloc(100 <unfinished ...>
      11 app->malloc(200)                              = 0x2000
      10 <... malloc resumed> )                        = 0x1000
      11 app->realloc(0x1000, 300 <unfinished ...>
      10 app->malloc(5)                                = 0x1000
      11 <... realloc resumed> )                       = 0x3000
      10 app->free(0x2000 <unfinished ...>
      11 app->malloc(7)                                = 0x2000
      10 <... free resumed> )                          = <void>
      11 <... calloc resumed> )                        = 0x9000
      10 app->free(0x3000)                             = <void>
      11 app->calloc(2, 8 <unfinished ...>
      """;

  /**
   * A request happens when it returns, a free when it is entered; the block that is being resized
   * is not at its old address meanwhile.
   */
  @Test
  void callsOfLtraceThatAreResumedLaterAreOneCall() throws IOException {
    Path file = Files.writeString(folder.resolve("app.ltrace"), LTRACE);

    ImportReport report = imported("ltrace:" + file);

    assertThat(lines())
        .isEqualTo("t 11;m 0 200;t 10;m 1 100;m 2 5;t 11;r 1 300;t 10;f 0;t 11;m 0 7;t 10;f 1");
    assertThat(report.notes())
        .containsEntry("ends of calls whose beginning is not here (skipped)", 1L)
        .containsEntry("calls that never returned (left out)", 1L)
        .containsEntry("blocks that are never freed", 2L);
  }

  /** Older records end behind the first size; of a memalign they do not say the alignment. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recordsOf32BytesAreReadInBothByteOrders(boolean little) throws IOException {
    Path file = Files.write(folder.resolve("app.mtrace"), shortRecords(little));

    ImportReport report = imported(file.toString());

    assertThat(report.format()).isEqualTo("glibc-raw");
    assertThat(lines()).isEqualTo("t 7;m 0 24;c 1 1 60;g 2 4096 100;r 0 500;t 9;f 2");
    assertThat(report.notes()).containsEntry("blocks that are never freed", 2L);
  }

  @Test
  void aRecordOf32BytesThatIsCutIsNamed() throws IOException {
    byte[] whole = shortRecords(true);
    Path file = Files.write(folder.resolve("app.mtrace"), Arrays.copyOf(whole, whole.length - 1));

    assertThat(TraceErrorsTest.errorOf(() -> imported(file.toString())))
        .contains("app.mtrace, byte 192", "ends within a record of 32 bytes");
  }

  private static byte[] shortRecords(boolean little) {
    ByteBuffer bytes =
        ByteBuffer.allocate(7 * 32).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    record(bytes, 7, 255, 0x1234, 0, 8);
    record(bytes, 7, 1, 0, 0x1000, 24);
    record(bytes, 7, 2, 0, 0x2000, 60);
    record(bytes, 7, 5, 0, 0x3000, 100);
    record(bytes, 7, 4, 0x1000, 0x4000, 500);
    record(bytes, 9, 3, 0x3000, 0, 0);
    // Space that was kept for more.
    record(bytes, 0, 0, 0, 0, 0);
    return bytes.array();
  }

  private static void record(ByteBuffer out, int thread, int type, long one, long two, long size) {
    // The type is the fifth byte in either order, for bit fields begin at the high end there.
    out.putInt(thread).put((byte) type).put(new byte[3]).putLong(one).putLong(two).putLong(size);
  }

  private ImportReport imported(String spec) {
    return Traces.importTo(spec, folder.resolve("out.hst"));
  }

  private String lines() throws IOException {
    String text = String.join(";", Files.readAllLines(folder.resolve("out.hst")));
    return text.replaceFirst("#heapstakes-trace 1;", "");
  }
}
