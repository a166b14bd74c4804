package heapstakes.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.TraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MistakesTest {
  @Test
  void aFullJavaHeapIsToldInAParagraphWithTheOptionThatMendsIt() {
    ByteArrayOutputStream told = new ByteArrayOutputStream();

    int code =
        Mistakes.report(
            new OutOfMemoryError("Java heap space"), false, new PrintStream(told, true, UTF_8));

    assertThat(code).isEqualTo(ExitCode.CELL_FAILED);
    assertThat(told.toString(UTF_8))
        .contains("Java heap space", "HEAPSTAKES_JAVA_OPTS=-Xmx")
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, 5",
    "Read-only file system, 5",
    "Disk quota exceeded, 5",
    "Too many open files, 3",
    "Unexpected end, 2"
  })
  void whatTheDiskLacksIsNoUsageButAnOutputThatCannotBeWritten(String errno, int code) {
    TraceException e = new TraceException("o.hsb cannot be written", new IOException(errno));

    PrintStream told = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);

    assertThat(Mistakes.report(e, false, told)).isEqualTo(code);
  }
}
