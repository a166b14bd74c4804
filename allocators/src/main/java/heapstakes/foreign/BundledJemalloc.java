package heapstakes.foreign;

import heapstakes.foreign.SharedLibrary.LoadFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The jemalloc that comes inside a dependency of ours (org.lwjgl:lwjgl-jemalloc), for machines
 * where none is installed: it needs no static thread-local storage. A development build later than
 * 5.3.0, not the one that the model follows, and without statistics: of the counters only pages
 * remain.
 */
final class BundledJemalloc {
  static final String PREFIX = "je_";

  private static final String RESOURCE = "/linux/x64/org/lwjgl/jemalloc/libjemalloc.so";
  private static final String COMMIT = "/META-INF" + RESOURCE + ".git";

  private BundledJemalloc() {}

  static boolean isAvailable() {
    return System.getProperty("os.arch").equals("amd64")
        && BundledJemalloc.class.getResource(RESOURCE) != null;
  }

  /** Loads the copy. */
  static SharedLibrary load() throws LoadFailure {
    return SharedLibrary.load(
        Copy.FILE, String.format(Locale.ROOT, "jemalloc %s of lwjgl-jemalloc", commit()));
  }

  /** A copy of it, for other processes to load; it goes with this process. */
  static Path file() {
    return Copy.FILE;
  }

  /** Made when somebody asks. */
  private static final class Copy {
    static final Path FILE = make();

    private static Path make() {
      try (InputStream in = BundledJemalloc.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException(RESOURCE + " is not on the class path");
        }
        Path copy = Files.createTempFile("heapstakes-libjemalloc", ".so");
        copy.toFile().deleteOnExit();
        Files.write(copy, in.readAllBytes());
        return copy;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The commit of jemalloc that it was built from, as the jar states it. */
  private static String commit() {
    try (InputStream in = BundledJemalloc.class.getResourceAsStream(COMMIT)) {
      return in == null
          ? "(unknown commit)"
          : new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip().substring(0, 12);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
