package heapstakes.foreign.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The shared objects that are installed, found without loading them. */
public final class SystemLibraries {
  /** Where ld.so looks by default, Debian's and Red Hat's; what is in its path comes first. */
  private static final List<String> FOLDERS =
      List.of(
          "/usr/local/lib",
          "/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib");

  private SystemLibraries() {}

  /** The file that the loader takes for {@code soname}. */
  public static Optional<Path> find(String soname) {
    String loaderPath = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
    return Stream.concat(
            Stream.of(loaderPath.split(":")).filter(f -> !f.isEmpty()), FOLDERS.stream())
        .map(folder -> Path.of(folder, soname))
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
