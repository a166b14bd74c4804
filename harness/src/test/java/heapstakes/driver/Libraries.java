package heapstakes.driver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The libraries of this machine that tests meter; a test is skipped where one is missing. */
final class Libraries {
  private static final Path FOLDER = Path.of("/usr/lib/x86_64-linux-gnu");

  private Libraries() {}

  static MeteredLibrary glibc() {
    assumeDriver();
    return MeteredLibrary.glibc();
  }

  static MeteredLibrary jemalloc() {
    return preloaded("native-jemalloc", "libjemalloc.so.2", "libjemalloc2");
  }

  static MeteredLibrary tcmalloc() {
    return preloaded("native-tcmalloc", "libtcmalloc_minimal.so.4", "libtcmalloc-minimal4");
  }

  static MeteredLibrary mimalloc() {
    return preloaded("native-mimalloc", "libmimalloc.so.2", "libmimalloc2.0");
  }

  /** Every library that is there. */
  static Stream<MeteredLibrary> all() {
    assumeDriver();
    return Stream.concat(
        Stream.of(MeteredLibrary.glibc()),
        Stream.of("libjemalloc.so.2", "libtcmalloc_minimal.so.4", "libmimalloc.so.2")
            .map(FOLDER::resolve)
            .filter(Files::isReadable)
            .map(file -> MeteredLibrary.preloaded(file.getFileName().toString(), file)));
  }

  private static MeteredLibrary preloaded(String name, String file, String debianPackage) {
    assumeDriver();
    Path path = FOLDER.resolve(file);
    assumeTrue(Files.isReadable(path), path + " is missing: apt-get install " + debianPackage);
    return MeteredLibrary.preloaded(name, path);
  }

  private static void assumeDriver() {
    Optional<String> reason = NativeBuild.ofDriver().unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  /** Golden figures of glibc hold for this version. */
  static void assumeGlibc236() {
    String version = gnuGetLibcVersion();
    assumeTrue(version.equals("2.36"), "the golden figures are glibc 2.36's, this is " + version);
  }

  private static String gnuGetLibcVersion() {
    try {
      Process getconf = new ProcessBuilder("getconf", "GNU_LIBC_VERSION").start();
      return new String(getconf.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .replace("glibc", "")
          .strip();
    } catch (java.io.IOException e) {
      return "unknown";
    }
  }
}
