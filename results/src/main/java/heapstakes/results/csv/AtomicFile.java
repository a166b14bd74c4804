package heapstakes.results.csv;

import heapstakes.file.Durably;
import heapstakes.file.OutputPlace;
import heapstakes.results.OutputException;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files that appear whole or not at all, whenever the process or the machine dies. A
 * symbolic link stays and its target is replaced; a device or a FIFO is written to.
 */
public final class AtomicFile {
  /** End of the names of files that have not got theirs yet. */
  public static final String SUFFIX = ".tmp";

  /** So much of a name is kept in that of its temporary file; file systems take 255 bytes. */
  private static final int LONGEST_NAME = 40;

  private AtomicFile() {}

  /** What fills a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(Writer writer) throws IOException;
  }

  /** What fills a file that is no text. */
  @FunctionalInterface
  public interface Bytes {
    /** Writes all of it, and closes nothing. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces {@code file} by a text in UTF-8; the new content is on disk when this returns.
   *
   * @throws OutputException when it cannot be written; the old content is kept then
   */
  public static void write(Path file, Content content) {
    writeBytes(
        file,
        out -> {
          Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          content.writeTo(writer);
          writer.flush();
        });
  }

  /**
   * Replaces {@code file}; the new content is on disk when this returns.
   *
   * @throws OutputException when it cannot be written; the old content is kept then
   */
  public static void writeBytes(Path file, Bytes content) {
    try {
      OutputPlace place = OutputPlace.of(file);
      if (place.isStream()) {
        // From the end on: standard output may be a file that has something already.
        write(place.path(), content, Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND));
      } else {
        replace(place.path(), content);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new OutputException(file, e);
    }
  }

  private static void replace(Path file, Bytes content) throws IOException {
    Path temporary = temporary(file);
    try {
      write(temporary, content, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Durably.keepNames(file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A name beside {@code file} that nobody else has. */
  private static Path temporary(Path file) {
    String name = file.getFileName().toString();
    return file.resolveSibling(
        "."
            + name.substring(0, Math.min(LONGEST_NAME, name.length()))
            + "."
            + UUID.randomUUID()
            + SUFFIX);
  }

  private static void write(Path file, Bytes content, Set<? extends OpenOption> options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, options);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      content.writeTo(out);
      out.flush();
      if (options.contains(StandardOpenOption.CREATE_NEW)) {
        channel.force(true);
      }
    }
  }
}
