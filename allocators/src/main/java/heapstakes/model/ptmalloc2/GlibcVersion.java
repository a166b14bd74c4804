package heapstakes.model.ptmalloc2;

import heapstakes.allocator.Versions;
import java.util.List;

/**
 * What differs between versions of glibc's malloc. A version that is modelled too gets a constant
 * here, and a component for each thing that it does otherwise.
 *
 * @param number as users write it, {@code ptmalloc2@NUMBER}
 */
record GlibcVersion(String number) {
  static final GlibcVersion V2_36 = new GlibcVersion("2.36");

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<GlibcVersion> ALL = List.of(V2_36);

  /**
   * The one that {@code ptmalloc2@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static GlibcVersion of(String number) {
    return Versions.find("ptmalloc2", ALL, GlibcVersion::number, number);
  }

  /** As the library states it. */
  String library() {
    return "glibc " + number;
  }
}
