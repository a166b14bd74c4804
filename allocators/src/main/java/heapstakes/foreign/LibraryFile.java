package heapstakes.foreign;

import java.util.List;

/**
 * What a real library is, for the record of a run's environment.
 *
 * @param allocator the contestant's name, e.g. {@code native-jemalloc}
 * @param version the library's own statement
 * @param origin its path, or the dependency that brings it
 * @param sha256 digest of its file, lower-case hexadecimal
 */
public record LibraryFile(String allocator, String version, String origin, String sha256) {
  /** Every library that this process has loaded so far, in order. */
  public static List<LibraryFile> loaded() {
    return NativeLibrary.loaded().values().stream().map(NativeLibrary::file).toList();
  }
}
