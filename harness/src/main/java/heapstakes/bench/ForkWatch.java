package heapstakes.bench;

import heapstakes.driver.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends a fork that takes too long: a library that hangs hears no SIGTERM, and JMH would wait for
 * ever. The fork is the child on whose command line its id stands.
 */
final class ForkWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;
  private static final long NEVER = Long.MAX_VALUE;

  private final String id;
  private final Thread thread;
  private volatile long deadline = NEVER;
  private volatile Duration limit = Duration.ZERO;
  private volatile @Nullable String verdict;
  private volatile boolean closed;

  /** Watches until it is closed. */
  ForkWatch(UUID id) {
    this.id = id.toString();
    this.thread = Thread.ofPlatform().daemon().name("fork-watch").start(this::watch);
  }

  /** From now on it is to be done with something within {@code limit}. */
  void expect(Duration limit) {
    this.limit = limit;
    deadline = System.nanoTime() + limit.toNanos();
  }

  /** It has done that; it may rest as long as it likes. */
  void rest() {
    deadline = NEVER;
  }

  private void watch() {
    while (!closed) {
      forks().forEach(Children::add);
      long until = deadline;
      if (until != NEVER && System.nanoTime() - until > 0) {
        end(
            String.format(
                Locale.ROOT, "the fork was not done after %.0f s", limit.toMillis() / 1e3));
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Stream<ProcessHandle> forks() {
    return ProcessHandle.current().children().filter(this::isMeant);
  }

  private boolean isMeant(ProcessHandle child) {
    try {
      Path words = Path.of("/proc", Long.toString(child.pid()), "cmdline");
      return new String(Files.readAllBytes(words), StandardCharsets.ISO_8859_1).contains(id);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** Ends the fork by SIGKILL. */
  void end(String reason) {
    if (verdict == null) {
      verdict = reason + "; it was ended with SIGKILL";
    }
    forks().forEach(ProcessHandle::destroyForcibly);
  }

  /** Why the fork was ended from here, if it was. */
  Optional<String> verdict() {
    return Optional.ofNullable(verdict);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
