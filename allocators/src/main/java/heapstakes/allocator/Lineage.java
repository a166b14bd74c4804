package heapstakes.allocator;

/**
 * What an allocator is.
 *
 * @param kind model or native library
 * @param version version of the modelled or real library, e.g. {@code "glibc 2.36"}
 * @param summary one line for {@code list allocators}
 */
public record Lineage(Kind kind, String version, String summary) {
  /** The number in a version such as {@code glibc 2.36}: what follows the name. */
  public static String number(String version) {
    return version.substring(version.indexOf(' ') + 1);
  }

  /** Whether it is a model of ours or the real thing. */
  public enum Kind {
    /** A Java model that works in an {@link heapstakes.os.AddressSpace}. */
    MODEL,
    /** A real library called through the foreign-function API, in real memory of its own. */
    NATIVE
  }
}
