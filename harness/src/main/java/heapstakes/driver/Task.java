package heapstakes.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A thread at one end of a pipe, whose failure is that of whoever waits for it. */
final class Task {
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  /** What to do. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  private Task(String name, Work work) {
    thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> attempt(work));
  }

  static Task start(String name, Work work) {
    Task task = new Task(name, work);
    task.thread.start();
    return task;
  }

  private void attempt(Work work) {
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
  }

  void join() throws InterruptedException {
    thread.join();
    rethrow();
  }

  /** Whether it ended within that time. */
  boolean await(Duration limit) throws InterruptedException {
    boolean ended = thread.join(limit);
    if (ended) {
      rethrow();
    }
    return ended;
  }

  private void rethrow() {
    switch (failure) {
      case null -> {}
      case IOException e -> throw new UncheckedIOException(e);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
