package heapstakes.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Whole folders. */
final class Folders {
  private Folders() {}

  static void deleteRecursively(Path folder) throws IOException {
    for (Path path : all(folder).reversed()) {
      Files.deleteIfExists(path);
    }
  }

  static void copyRecursively(Path from, Path to) throws IOException {
    deleteRecursively(to);
    Files.createDirectories(to);
    for (Path path : all(from)) {
      Path copy = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(path, copy);
      }
    }
  }

  /** A folder before what is in it; empty if there is none. */
  static List<Path> all(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
