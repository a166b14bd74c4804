package heapstakes.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

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
}
