package heapstakes.allocator;

/**
 * What an allocator descends from.
 *
 * @param version of the modelled or real library, e.g. {@code "glibc 2.36"}
 * @param summary one line for {@code list allocators}
 */
public record Lineage(String version, String summary) {
  /** The number in a version such as {@code glibc 2.36}: what follows the name. */
  public static String number(String version) {
    return version.substring(version.indexOf(' ') + 1);
  }
}
