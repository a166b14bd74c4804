package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.file.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stretch of a program's life is recorded, and nothing before or behind it. */
@Timeout(120)
class RecordingWindowTest extends RecordedPrograms {
  /** Steps of {@code window WORD…}: a signal, a fork, or waiting for a file; a block after each. */
  private static final String PROGRAM =
      """
      #include <signal.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/wait.h>
      #include <unistd.h>
      int main(int count, char **words) {
        void *first = malloc(10000);
        for (int i = 1; i < count; i++) {
          if (!strcmp(words[i], "signal")) raise(SIGUSR2);
          else if (!strcmp(words[i], "free")) free(first);
          else if (!strcmp(words[i], "fork")) { if (fork()) return wait(NULL), 0; }
          else while (access(words[i], F_OK)) usleep(1000);
          malloc(10000 + i);
        }
        return 0;
      }
      """;

  @BeforeAll
  static void compileWindow() throws Exception {
    Path source = Files.writeString(built.resolve("window.c"), PROGRAM);
    cc("-O0", "-fno-builtin", "-w", "-o", window(), source.toString());
  }

  private static String window() {
    return built.resolve("window").toString();
  }

  private static RecordingOptions options(RecordingOptions.Window window) {
    return new RecordingOptions(false, 0, false, window, false);
  }

  private List<String> calls(Recorder recorder) throws Exception {
    Path text = folder.resolve("calls.hst");
    Traces.importTo("recorder:" + recorder.images().getLast().file(), text);
    return Calls.of(text);
  }

  private List<String> callsBySignal(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(window()));
    command.addAll(List.of(words));
    RecordingOptions options = options(RecordingOptions.Window.ON_SIGNAL);
    try (Recorder recorder = new Recorder(command, folder, options)) {
      code = recorder.await();
      return calls(recorder);
    }
  }

  @Test
  void theFirstSignalBeginsTheSecondEndsAndAThirdDoesNothing() throws Exception {
    assertThat(callsBySignal("free", "signal", "free", "signal", "signal"))
        .containsExactly("t 0", "m a 10002", "m b 10003");
    assertThat(code).isZero();
  }

  @Test
  void aChildSharesTheWindowOfItsParent() throws Exception {
    assertThat(callsBySignal("fork", "signal", "fork", "signal", "free"))
        .containsSubsequence("m a 10002", "P populated", "m b 10003")
        .noneMatch(call -> call.contains("10001") || call.contains("10004"));
  }

  @Test
  void aWordOpensItAndAWordClosesItWhileTheProgramGoesOn() throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Path three = folder.resolve("three");
    List<String> command = List.of(window(), one.toString(), two.toString(), three.toString());
    RecordingOptions options = options(RecordingOptions.Window.ON_WORD);
    try (Recorder recorder = new Recorder(command, folder, options)) {
      RecordingWindow window = recorder.window().orElseThrow();
      assertThat(window.wasOpened()).isFalse();
      window.open();
      Files.createFile(two);
      Files.createFile(one);
      while (recorder.images().stream().mapToLong(RecordedImage::calls).sum() < 2) {
        Thread.sleep(1);
      }
      window.close();
      window.open();
      assertThat(window.isClosed()).isTrue();
      List<String> seen = calls(recorder);
      Files.createFile(three);
      assertThat(recorder.await()).isZero();

      assertThat(seen).endsWith("m " + (char) ('a' + seen.size() - 2) + " 10002");
      assertThat(calls(recorder)).isEqualTo(seen);
    }
  }

  @Test
  void nothingIsRecordedOfAProgramThatEndsBefore() throws Exception {
    RecordingOptions options = options(RecordingOptions.Window.ON_SIGNAL);
    try (Recorder recorder = new Recorder(List.of(window(), "free"), folder, options)) {
      recorder.await();
      assertThat(recorder.images()).isEmpty();
      assertThat(recorder.window().orElseThrow().wasOpened()).isFalse();
    }
  }
}
