package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.trace.format.TraceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected lines are read off calls.c, and off the bytes of {@link ForeignFixtures}. */
@Timeout(60)
class ForeignFormatsTest {
  private static final Map<String, String> EXPECTED =
      Map.of(
          "rep",
          "m 0 100;m 1 20;r 0 300;f 1;m 1 8;f 0",
          "mtrace",
          "m 0 100;m 1 21;m 2 128;m 3 1000;r 0 5000;m 4 40;f 1;m 1 24;m 5 64;m 6 10;m 7 300;f 7;"
              + "m 7 500;f 0;f 2;f 3;f 4;f 5;f 6",
          // pthread_create asks for its table of 17 × 16 bytes, and glibc frees it at the end.
          "valgrind",
          "m 0 100;c 1 3 7;g 2 64 128;g 3 256 1000;r 0 5000;r 4 40;f 1;m 1 24;g 5 32 64;g 6 4096"
              + " 10;m 7 300;c 8 17 16;f 7;m 7 500;f 0;f 2;f 3;f 4;f 5;f 6;f 8",
          // Without the block of posix_memalign, and what pthread_create asks for.
          "ltrace",
          "t 29919;m 0 100;c 1 3 7;g 2 64 128;r 0 5000;r 3 40;f 1;m 1 24;g 4 32 64;g 5 4096 10;"
              + "m 6 300;t 29920;f 6;m 6 500;x 29920;t 29919;f 0;f 2;f 3;f 4;f 5;x 29919",
          // With libstdc++'s 72 704 bytes at the start; without memalign, which is not seen.
          "heaptrack",
          "m 0 72704;m 1 100;m 2 21;m 3 128;m 4 1000;f 1;m 1 5000;m 5 40;f 2;m 2 24;m 6 10;m 7 300;"
              + "m 8 320;f 7;m 7 500;f 1;f 3;f 4;f 5;f 6;f 0",
          // Thread 1 waits for mark 1; thread 0 then for mark 2, before it frees thread 1's block.
          "wl",
          "t 0;m 0 500;t 1;r 0 256;g 1 64 100;t 0;f 0",
          "glibc-raw",
          "t 7;m 0 24;c 1 1 60;g 2 256 100;t 9;t 7;f 0;t 9;m 0 30;t 7;t 9;r 1 500");

  @TempDir Path folder;

  static Stream<Map.Entry<String, byte[]>> formats() throws IOException {
    return ForeignFixtures.all().entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aFileIsRecognisedAndBecomesTheExpectedLines(Map.Entry<String, byte[]> fixture)
      throws IOException {
    Path file = Files.write(folder.resolve("in"), fixture.getValue());
    Path out = folder.resolve("out.hst");

    ImportReport report = Traces.importTo(file.toString(), out);

    assertThat(report.format()).isEqualTo(fixture.getKey());
    assertThat(String.join(";", Files.readAllLines(out)))
        .isEqualTo("#heapstakes-trace 1;" + EXPECTED.get(fixture.getKey()));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void onlyItsOwnFormatRecognisesAFile(Map.Entry<String, byte[]> fixture) {
    assertThat(
            Traces.formats().stream()
                .filter(f -> f.recognises(fixture.getValue()))
                .map(TraceFormat::name))
        .containsExactly(fixture.getKey());
  }
}
