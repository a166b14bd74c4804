package heapstakes.bench;

import heapstakes.driver.Children;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends a fork that takes too long: a library that hangs hears no SIGTERM, and JMH would wait for
 * ever. Whatever child appears while it watches is the fork.
 */
final class ForkWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;

  private final Set<ProcessHandle> before =
      ProcessHandle.current().children().collect(Collectors.toSet());
  private final long deadline;
  private final Duration limit;
  private final Thread thread;
  private volatile @Nullable String verdict;
  private volatile boolean closed;

  /** Watches until it is closed. */
  ForkWatch(Duration limit) {
    this.limit = limit;
    this.deadline = System.nanoTime() + limit.toNanos();
    this.thread = Thread.ofPlatform().daemon().name("fork-watch").start(this::watch);
  }

  private void watch() {
    while (!closed) {
      forks().forEach(Children::add);
      if (System.nanoTime() - deadline > 0) {
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
    return ProcessHandle.current().children().filter(child -> !before.contains(child));
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
