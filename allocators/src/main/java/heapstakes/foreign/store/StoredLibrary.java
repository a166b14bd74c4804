package heapstakes.foreign.store;

import heapstakes.setting.Release;
import java.nio.file.Path;

/**
 * A library that was added.
 *
 * @param name of the contestant, e.g. {@code native-jemalloc}
 * @param version as users write it behind {@code @}
 * @param release what the version is a build of, e.g. {@code 5.3.0} of {@code 5.3.0-3}
 * @param statement name and version as the library itself states them, e.g. {@code jemalloc 5.3.0}
 * @param folder with the shared objects, each under its soname
 * @param soname of the library itself
 * @param origin file that it came in
 * @param sha256 digest of the library's file, lower-case hexadecimal
 * @param company the C library that came in the same command; empty for none
 */
public record StoredLibrary(
    String name,
    String version,
    String release,
    String statement,
    Path folder,
    String soname,
    String origin,
    String sha256,
    String company) {
  /** The library's file. */
  public Path file() {
    return folder.resolve(soname);
  }

  /** Whether it is a C library, under whose loader a program then runs. */
  public boolean isCLibrary() {
    return CLibrary.of(soname).isPresent();
  }

  /** Whether {@code wanted} names it, by its version or its release. */
  boolean answersTo(String wanted) {
    return Release.isOf(version, wanted) || Release.isOf(release, wanted);
  }

  /** {@code NAME@VERSION}. */
  @Override
  public String toString() {
    return name + "@" + version;
  }
}
