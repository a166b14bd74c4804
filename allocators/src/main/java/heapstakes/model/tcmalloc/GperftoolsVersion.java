package heapstakes.model.tcmalloc;

import heapstakes.allocator.Versions;
import java.util.List;

/**
 * What differs between versions of gperftools' thread-caching malloc. A version that is modelled
 * too gets a constant here, and a component for each thing that it does otherwise.
 *
 * @param number as users write it, {@code tcmalloc@NUMBER}
 */
record GperftoolsVersion(String number) {
  static final GperftoolsVersion V2_10 = new GperftoolsVersion("2.10");

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<GperftoolsVersion> ALL = List.of(V2_10);

  /**
   * The one that {@code tcmalloc@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static GperftoolsVersion of(String number) {
    return Versions.find("tcmalloc", ALL, GperftoolsVersion::number, number);
  }

  /** As the library states it. */
  String library() {
    return "gperftools " + number;
  }
}
