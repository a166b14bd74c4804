package heapstakes.trace.io;

import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/**
 * A folder for binary forms of traces that come as something else: {@code -Dheapstakes.cache=DIR},
 * else {@code heapstakes-USER} in the folder for temporary files. It may be deleted at any time.
 */
public final class TraceCache {
  private TraceCache() {}

  /** The folder, made if need be. */
  public static Path folder() {
    Path folder = configured();
    try {
      if (Files.isDirectory(folder)) {
        return folder;
      }
      if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new TraceException(
          String.format(
                  Locale.ROOT,
                  "the folder %s for decoded traces cannot be made: %s. Name one that can be written:",
                  folder,
                  e)
              + " JAVA_TOOL_OPTIONS=-Dheapstakes.cache=DIR.",
          e);
    }
  }

  private static Path configured() {
    String given = System.getProperty("heapstakes.cache");
    if (given != null) {
      return Path.of(given);
    }
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
    return Path.of(System.getProperty("java.io.tmpdir", "."), "heapstakes-" + user);
  }
}
