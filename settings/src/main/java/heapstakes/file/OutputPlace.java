package heapstakes.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a path for output really is.
 *
 * @param path of it, with no symbolic link at its end
 * @param isStream whether it is written to as it stands: a device, a FIFO, or what a process has
 *     open, as {@code /dev/stdout}; never replaced by a file
 */
public record OutputPlace(Path path, boolean isStream) {
  private static final int MOST_LINKS = 40; // as many as Linux follows
  private static final Path OPEN_FILES = Path.of("/proc");

  /**
   * Follows links.
   *
   * @throws IOException when a link leads in a circle or a directory on the way is missing
   */
  public static OutputPlace of(Path file) throws IOException {
    Path path = file.toAbsolutePath();
    for (int links = 0; links < MOST_LINKS; links++) {
      Path directory = path.getParent();
      if (directory == null) {
        throw new FileSystemException(file.toString(), null, "it is a directory");
      }
      path = directory.toRealPath().resolve(path.getFileName());
      if (path.startsWith(OPEN_FILES)) {
        return new OutputPlace(path, true);
      }
      if (!Files.isSymbolicLink(path)) {
        return new OutputPlace(path, isSpecial(path));
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    throw new FileSystemException(file.toString(), null, "its links lead in a circle");
  }

  private static boolean isSpecial(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    BasicFileAttributes is =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (is.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "it is a directory");
    }
    return is.isOther();
  }
}
