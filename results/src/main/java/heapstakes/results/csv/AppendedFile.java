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
      long whole;
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        whole = wholeLines(channel);
        if (whole > 0 && whole < channel.size()) {
          channel.truncate(whole);
          channel.force(true);
        }
      }
      if (whole == 0) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  /** Bytes up to the last line end: looked for from the end, as files may be larger than memory. */
  private static long wholeLines(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    for (long end = channel.size(); end > 0; ) {
      long from = Math.max(0, end - bytes.capacity());
      bytes.clear().limit((int) (end - from));
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
        // A read may bring less.
      }
      for (int i = bytes.position() - 1; i >= 0; i--) {
        if (bytes.get(i) == '\n') {
          return from + i + 1;
        }
      }
      end = from;
    }
    return 0;
  }
}
