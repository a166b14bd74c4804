package heapstakes.trace.io;

import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that gets its name when it is complete: it is written beside its place under a hidden name
 * of its own, and dropped if it is closed without {@link #publish}.
 */
public final class UnfinishedFile implements AutoCloseable {
  private static final AtomicLong COUNT = new AtomicLong();

  private final Path target;
  private final Path path;

  /**
   * @param file where the file will be; an older one is replaced
   */
  public UnfinishedFile(Path file) {
    target = file.toAbsolutePath();
    String unique = ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    path =
        target.resolveSibling(
            String.format(Locale.ROOT, ".%s.%s.tmp", target.getFileName(), unique));
  }

  /** Where to write. */
  public Path path() {
    return path;
  }

  /** Gives the file its name, at one blow. */
  public void publish() throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** An error that says that {@code e} kept the file from being written. */
  public TraceException failed(IOException e) {
    return new TraceException(
        String.format(
                Locale.ROOT,
                "%s cannot be written: %s. Nothing is left of it; see that the folder exists, may be written",
                target,
                e)
            + " and has room, and try again.",
        e);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
