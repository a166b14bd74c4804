package heapstakes.driver;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A malloc library, and how it gets into a process.
 *
 * @param name what to call it to a user, e.g. {@code native-jemalloc}
 * @param file the library; empty for the C library's malloc, which is always there
 * @param prefix before its functions' names. With none the library is preloaded, as users deploy
 *     it; with one it is opened by the driver
 */
public record MeteredLibrary(String name, Optional<Path> file, String prefix) {
  /** The C library's malloc. */
  public static MeteredLibrary glibc() {
    return new MeteredLibrary("native-glibc", Optional.empty(), "");
  }

  /** A library that replaces malloc wherever it is preloaded. */
  public static MeteredLibrary preloaded(String name, Path file) {
    return new MeteredLibrary(name, Optional.of(file), "");
  }

  /** A library whose functions are named {@code prefix + "malloc"} and so on. */
  public static MeteredLibrary prefixed(String name, Path file, String prefix) {
    return new MeteredLibrary(name, Optional.of(file), prefix);
  }

  boolean isPreloaded() {
    return file.isPresent() && prefix.isEmpty();
  }
}
