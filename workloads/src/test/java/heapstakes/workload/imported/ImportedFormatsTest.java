package heapstakes.workload.imported;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.ImportReport;
import heapstakes.trace.TraceException;
import heapstakes.trace.Traces;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fixtures are what the real tools wrote of calls.c: see README.md beside them. */
class ImportedFormatsTest {
  private static final int MUTATIONS = 10_000;

  @TempDir Path folder;

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(ImportedFormatsTest.class.getResource(name), name).toURI());
  }

  private ImportReport read(Path file, String format) {
    ImportReport report = Traces.importTo(file.toString(), folder.resolve("out.hst"));
    assertThat(report.format()).isEqualTo(format);
    return report;
  }

  /** By hand from calls.c; the names of blocks are reused when they are free. */
  @Test
  void valgrindTellsEveryKindOfCall() throws Exception {
    ImportReport report = read(fixture("calls.valgrind.txt"), "valgrind");

    assertThat(folder.resolve("out.hst"))
        .hasContent(
            """
            #heapstakes-trace 1
            m 0 100
            c 1 3 7
            g 2 64 128
            g 3 256 1000
            r 0 5000
            m 4 40
            f 1
            m 1 24
            g 5 32 64
            g 6 4096 10
            m 7 300
            f 7
            m 7 500
            f 0
            f 2
            f 3
            f 4
            f 5
            f 6
            """);
    assertThat(report.notes()).containsEntry("blocks that are never freed", 2L);
  }

  /** mtrace(3) does not tell calloc and alignment from malloc. */
  @Test
  void mtraceTellsSizesAndMoves() throws Exception {
    ImportReport report = read(fixture("calls.mtrace.txt"), "mtrace");

    assertThat(folder.resolve("out.hst"))
        .hasContent(
            """
            #heapstakes-trace 1
            m 0 100
            m 1 21
            m 2 128
            m 3 1000
            r 0 5000
            m 4 40
            f 1
            m 1 24
            m 5 64
            m 6 10
            m 7 300
            f 7
            m 7 500
            f 0
            f 2
            f 3
            f 4
            f 5
            f 6
            """);
    assertThat(report.notes()).isEqualTo(Map.of("blocks that are never freed", 2L));
  }

  @Test
  void aRepFileIsReadToTheNumberItPromises() throws Exception {
    ImportReport report = read(fixture("calls.rep"), "rep");

    assertThat(folder.resolve("out.hst"))
        .hasContent("#heapstakes-trace 1\nm 0 512\nm 1 128\nr 0 640\nm 2 16\nf 1\nf 0\n");
    assertThat(report.notes())
        .isEqualTo(Map.of("free(NULL) (left out)", 1L, "blocks that are never freed", 1L));
  }

  @ParameterizedTest
  @CsvSource({"calls.valgrind.txt,valgrind", "calls.mtrace.txt,mtrace", "calls.rep,rep"})
  void cutAnywhereItIsAValidTraceOrRefusedWithItsPlace(String name, String format)
      throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    for (int length = 0; length < whole.length; length++) {
      readOrRefuse(Arrays.copyOf(whole, length), format);
    }
  }

  @ParameterizedTest
  @CsvSource({"calls.valgrind.txt,valgrind", "calls.mtrace.txt,mtrace", "calls.rep,rep"})
  void damagedAtRandomItIsAValidTraceOrRefusedWithItsPlace(String name, String format)
      throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    Random random = new Random(20261126);
    int accepted = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
      }
      accepted += readOrRefuse(bytes, format) ? 1 : 0;
    }
    assertThat(accepted).isBetween(1, MUTATIONS - 1);
  }

  /** What is accepted passed the validator of every trace. */
  private boolean readOrRefuse(byte[] bytes, String format) throws IOException {
    Path file = Files.write(folder.resolve("damaged"), bytes);
    try {
      Traces.importTo(format + ":" + file, folder.resolve("out.hst"));
      return true;
    } catch (TraceException refused) {
      assertThat(refused.getMessage()).contains("damaged").containsPattern("line|empty|operation");
      return false;
    }
  }
}
