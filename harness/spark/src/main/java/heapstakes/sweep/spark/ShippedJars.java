package heapstakes.sweep.spark;

import heapstakes.sweep.EngineException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;

/**
 * This program's part of the class path, as jars that a cluster can be sent: all but what lies
 * beside Spark's own. Classes in folders are packed for as long as this process lives.
 */
final class ShippedJars {
  private ShippedJars() {}

  static String[] paths() {
    try {
      List<String> paths = new ArrayList<>();
      Path spark = folderOfSpark();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        if (!Files.exists(Path.of(entry))) {
          continue;
        }
        Path path = Path.of(entry).toRealPath(); // a checkout may be reached by a link
        if (Files.isDirectory(path)) {
          paths.add(pack(path).toString());
        } else if (!spark.equals(path.getParent())) {
          paths.add(path.toString());
        }
      }
      return paths.toArray(String[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folderOfSpark() throws IOException {
    try {
      Path jar =
          Path.of(SparkContext.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.toRealPath().resolveSibling("");
    } catch (URISyntaxException e) {
      throw new EngineException("Spark's jar is at no path: " + e.getMessage(), e);
    }
  }

  private static Path pack(Path folder) throws IOException {
    Path jar = Files.createTempFile("heapstakes-classes-", ".jar");
    jar.toFile().deleteOnExit(); // executors that come later ask for it
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new JarEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
