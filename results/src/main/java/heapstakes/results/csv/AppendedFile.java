package heapstakes.results.csv;

import heapstakes.file.Durably;
import heapstakes.results.OutputException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Adds whole lines to the end of files that grow with a run. Where the process dies on the way, the
 * file has a last line without an end, which nobody takes for one.
 */
public final class AppendedFile {
  private AppendedFile() {}

  /**
   * Adds {@code content}, which ends with a line end, or makes the file; it is on disk when this
   * returns.
   *
   * @throws OutputException when it cannot be written
   */
  public static void append(Path file, AtomicFile.Content content) {
    try {
      StringWriter text = new StringWriter();
      content.writeTo(text);
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      boolean fresh = !Files.exists(file);
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND)) {
        long whole = channel.size();
        try {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        } catch (IOException e) {
          channel.truncate(whole);
          throw e;
        }
      }
      if (fresh) {
        Durably.keepNames(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new OutputException(file, e);
    }
  }

  /**
   * Drops a last line without an end, and the file with it where there is no other.
   *
   * @throws OutputException when it cannot be done
   */
  public static void dropUnfinishedLine(Path file) {
    try {
      if (!Files.exists(file)) {
        return;
      }
      byte[] bytes = Files.readAllBytes(file);
      int whole = bytes.length;
      while (whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
      }
      if (whole == 0) {
        Files.delete(file);
      } else if (whole < bytes.length) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(whole);
          channel.force(true);
        }
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }
}
