package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.driver.NativeBuild;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C, which reaches whatever stands in the foreground, and last of all this JVM: nothing of the
 * command is left, and nobody takes what it did to its processes for their own doing.
 */
@Timeout(240)
class InterruptedTryTest {
  private static final int BY_SIGTERM = 128 + 15;

  /** A shell's jobs in the background ignore SIGINT, and no longer have a parent then. */
  private static final String LEAVING = "sleep 99 & touch mark; wait";

  @TempDir Path folder;

  @Test
  void whileTheProgramIsRecorded() throws Exception {
    interrupted("-n", "1", "--", "sh", "-c", LEAVING);
  }

  @Test
  void inARound() throws Exception {
    interrupted("-n", "1", "--", "sh", "-c", "[ -e met ] || exec touch met; " + LEAVING);
  }

  @Test
  void whileALoadIsDriven() throws Exception {
    interrupted("-n", "1", "--until", LEAVING, "--", "sleep", "98");
  }

  private void interrupted(String... words) throws Exception {
    Optional<String> lack = NativeBuild.of(NativeBuild.Program.WATCHER).unavailable();
    assumeTrue(lack.isEmpty(), () -> lack.orElse(""));
    List<String> command = new ArrayList<>(List.of("try", "-a", "native-glibc"));
    command.addAll(List.of(words));
    Path said = folder.resolve("said");
    Process run =
        Outcome.inAJvm(List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder), command)
            .directory(folder.toFile())
            .redirectOutput(said.toFile())
            .start();
    while (!Files.exists(folder.resolve("mark")) && run.isAlive()) {
      Thread.sleep(50);
    }
    assertThat(folder.resolve("mark")).as(Files.readString(said)).exists();
    List<ProcessHandle> processes = run.descendants().toList();

    signal(processes, run);

    assertThat(run.waitFor()).as(Files.readString(said)).isEqualTo(BY_SIGTERM);
    assertThat(processes).hasSizeGreaterThan(1);
    for (ProcessHandle process : processes) {
      process.onExit().get(30, TimeUnit.SECONDS);
    }
    assertThat(said).isEmptyFile();
  }

  /**
   * SIGTERM for the JVM, since whoever was started in the background of a script ignores SIGINT.
   */
  private static void signal(List<ProcessHandle> processes, Process run) throws Exception {
    String all =
        processes.stream()
            .map(process -> String.valueOf(process.pid()))
            .collect(Collectors.joining(" "));
    String script =
        String.format(Locale.ROOT, "kill -INT %s; sleep 0.2; kill -TERM %d", all, run.pid());
    new ProcessBuilder("sh", "-c", script).start().waitFor();
  }
}
