package heapstakes.results.csv;

import heapstakes.results.ResultException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Writes files that appear whole or not at all, whenever the process dies. */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  private AtomicFile() {}

  /** What fills a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(Writer writer) throws IOException;
  }

  /**
   * Replaces {@code file}.
   *
   * @throws ResultException when it cannot be written; the old content is kept then
   */
  public static void write(Path file, Content content) {
    replace(file, false, content);
  }

  /**
   * Adds to the end of {@code file}, or makes it.
   *
   * @throws ResultException when it cannot be written; the old content is kept then
   */
  public static void append(Path file, Content content) {
    replace(file, true, content);
  }

  private static void replace(Path file, boolean keep, Content content) {
    Path temporary = file.resolveSibling(file.getFileName() + SUFFIX);
    try {
      Files.deleteIfExists(temporary);
      if (keep && Files.exists(file)) {
        Files.copy(file, temporary);
      }
      try (BufferedWriter writer =
          Files.newBufferedWriter(
              temporary,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND)) {
        content.writeTo(writer);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | UncheckedIOException e) {
      discard(temporary);
      throw new ResultException(
          String.format(
              Locale.ROOT,
              """
              cannot write %s: %s.
                What was there before is kept. Make room or give another directory with --out, then \
              go on with --resume.\
              """,
              file,
              reason(e)),
          e);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // It is overwritten by the next attempt; the failure that matters is already on its way.
      return;
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
