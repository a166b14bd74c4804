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

  @ParameterizedTest
  @CsvSource({
    "tune -a ptmalloc2 -t jq --objective peek, Did you mean 'peak'?",
    "tune -a ptmalloc2 -t jq --objective speed, For speed it is forecast-one-life",
    "run --profile quik, Did you mean 'quick'?",
    "run -w jq --memory simulated --instructions, Add --memory linux",
    "run -w jq --memory linux --locality, Add --memory simulated",
    "replay -a native-glibc -t jq --locality, take its twin",
    "replay -a bump -t jq --memory linux --locality, only on simulated memory",
    "replay -a bump -t process-per-task --locality, forks",
    "replay -a bump -t jq --format jason, Did you mean 'json'?",
    "export x -o y --format masif, Did you mean 'massif'?",
    "replay -a bump -t jq --memory simulated:thp=alway, Did you mean 'always'?",
    "replay -a ptmalloc2:trim=modern -t jq, Did you mean 'modern-on-free'?",
    "replay -a jemalloc:background=true -t jq, Did you mean 'background_thread'?",
    "run --wrokload jq, Did you mean '--workload'?",
    "run --wrokload=jq, Did you mean '--workload'?",
    "replay -a bump -t jq --formt csv, Did you mean --format?",
    "rum, Did you mean run?"
  })
  void aWordThatIsNoneOfThoseThatAreTakenIsAnsweredWithTheNearest(String command, String answer) {
    Outcome outcome = Outcome.heapstakes(command.split(" ", -1));

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(answer);
  }
}
