package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the kernel itself, in a control group made for it where this machine allows that. */
class OomWatchTest {
  private static final int SIGKILLED = 137;
  private static final String LIMIT = Long.toString(32 << 20);

  private final Path group = group();

  @AfterEach
  void removeTheGroup() throws IOException {
    Files.deleteIfExists(group);
  }

  /** Of v1 where its memory controller is mounted, else of v2. */
  private static Path group() {
    return Stream.of("/sys/fs/cgroup/memory", "/sys/fs/cgroup")
        .map(Path::of)
        .filter(folder -> Files.exists(folder.resolve("cgroup.procs")))
        .findFirst()
        .orElse(Path.of("/sys/fs/cgroup"))
        .resolve("heapstakes-test-" + ProcessHandle.current().pid());
  }

  /** A shell in a group of 32 MiB that waits for a line before it becomes what eats memory. */
  private Process shellInSmallGroup() throws IOException {
    try {
      Files.createDirectory(group);
      for (String file : List.of("memory.limit_in_bytes", "memory.max")) {
        if (Files.exists(group.resolve(file))) {
          Files.writeString(group.resolve(file), LIMIT);
        }
      }
    } catch (IOException e) {
      abort("no control group can be made here: " + e);
    }
    String script =
        String.format(
            Locale.ROOT,
            "echo $$ > %s/cgroup.procs && echo ready && read line && exec tail /dev/zero",
            group);
    Process process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    if (!"ready".equals(process.inputReader().readLine())) {
      process.destroyForcibly();
      abort("no process can be put into the control group " + group);
    }
    return process;
  }

  private static int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void whomTheKernelEndsForWantOfMemoryIsKnown() throws Exception {
    Process process = shellInSmallGroup();
    OomWatch watch = OomWatch.of(process.pid());
    assertThat(watch.hasStruck()).isFalse();

    process.outputWriter().append('\n').close();
    assertThat(end(process)).isEqualTo(SIGKILLED);
    assertThat(watch.hasStruck()).isTrue();
  }

  @Test
  void whomSomebodyEndsIsNot() throws Exception {
    Process process = shellInSmallGroup();
    OomWatch watch = OomWatch.of(process.pid());

    process.destroyForcibly();
    assertThat(end(process)).isEqualTo(SIGKILLED);
    assertThat(watch.hasStruck()).isFalse();
  }
}
