package heapstakes.program;

import heapstakes.driver.Children;
import heapstakes.driver.DriverException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The command that drives a server until the round ends. It is watched as the server is, so that
 * nothing stays of it.
 */
final class Load {
  private static final long LOOK_MILLIS = 10;

  private final Path watcher;
  private final Path output;

  /**
   * @param output takes what it writes
   */
  Load(Path watcher, Path output) {
    this.watcher = watcher;
    this.output = output;
  }

  /**
   * Runs {@code command} while {@code server} lives.
   *
   * @param server the process that is to outlive it
   * @return what went wrong; empty when the load ended well
   */
  Optional<String> drive(String command, Process server, Duration limit)
      throws InterruptedException {
    Process load = start(command);
    try {
      long waited = 0;
      while (!load.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        waited += LOOK_MILLIS;
        if (!server.isAlive()) {
          return Optional.of("it ended before its load did");
        }
        if (waited > limit.toMillis()) {
          return Optional.of(
              String.format(Locale.ROOT, "its load was not done after %d s", limit.toSeconds()));
        }
      }
      return load.exitValue() == 0
          ? Optional.empty()
          : Optional.of(
              String.format(Locale.ROOT, "its load ended with exit code %d", load.exitValue()));
    } finally {
      load.descendants().forEach(ProcessHandle::destroyForcibly);
      load.destroyForcibly();
    }
  }

  private Process start(String command) {
    try {
      Process load =
          new ProcessBuilder(watcher.toString(), "/dev/null", "-", "--", "/bin/sh", "-c", command)
              .redirectInput(Program.NO_INPUT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      Children.add(load.toHandle());
      return load;
    } catch (IOException e) {
      throw new DriverException(
          String.format(Locale.ROOT, "--until: the load cannot be started: %s", e.getMessage()));
    }
  }
}
