package heapstakes.trace.io;

import heapstakes.file.Durably;
import heapstakes.file.OutputPlace;
import heapstakes.trace.TraceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * A file that gets its name when it is complete: it is written under a name that nobody else has,
 * and dropped if it is closed without {@link #publish}. A symbolic link stays and its target is
 * replaced; a device or a FIFO gets the bytes when they are complete.
 */
public final class UnfinishedFile implements AutoCloseable {
  private final Path target;
  private final boolean isStream;
  private final Path path;

  /**
   * Makes an empty file.
   *
   * @param file where the file will be; an older one is replaced
   * @throws TraceException when there is no writing there
   */
  public UnfinishedFile(Path file) {
    try {
      OutputPlace place = OutputPlace.of(file);
      target = place.path();
      isStream = place.isStream();
      path =
          isStream
              ? Files.createTempFile("heapstakes-", ".tmp")
              : Files.createFile(
                  target.resolveSibling(
                      String.format(
                          Locale.ROOT, ".%.40s.%s.tmp", target.getFileName(), UUID.randomUUID())));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Where to write: an empty file. */
  public Path path() {
    return path;
  }

  /** Whether it goes to a device or a FIFO, which cannot be read back. */
  public boolean isStream() {
    return isStream;
  }

  /** Puts the file on the disk and gives it its name, at one blow. */
  public void publish() throws IOException {
    if (isStream) {
      try (OutputStream out =
          Files.newOutputStream(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
        Files.copy(path, out);
      }
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    Durably.keepNames(target);
  }

  /** An error that says that {@code e} kept the file from being written. */
  public TraceException failed(IOException e) {
    return failed(target, e);
  }

  private static TraceException failed(Path file, IOException e) {
    return new TraceException(
        String.format(
                Locale.ROOT,
                "%s cannot be written: %s. Nothing is left of it; see that the folder exists, may be written",
                file,
                e)
            + " and has room, and try again.",
        e);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
