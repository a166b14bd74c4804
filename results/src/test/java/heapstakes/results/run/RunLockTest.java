package heapstakes.results.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.ResultException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  @TempDir Path folder;

  /** Another process: has the directory until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (RunLock lock = RunLock.take(Path.of(arguments[0]))) {
        System.out.println(lock == null ? "not held" : "held");
        System.in.read();
      }
    }
  }

  @Test
  void aProcessThatIsKilledLetsGoByItself() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("held");

      assertThatThrownBy(() -> RunLock.take(folder))
          .isInstanceOf(ResultException.class)
          .hasMessageContainingAll(folder.toString(), "process " + other.pid(), "--resume");
    } finally {
      other.destroyForcibly();
    }
    other.waitFor();

    RunLock.take(folder).close();
    RunLock.take(folder).close();
  }
}
