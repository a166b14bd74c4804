package heapstakes.model.jemalloc;

import heapstakes.allocator.Versions;
import java.util.List;

/**
 * What differs between versions of jemalloc. A version that is modelled too gets a constant here,
 * and a component for each thing that it does otherwise.
 *
 * @param number as users write it, {@code jemalloc@NUMBER}
 */
record JemallocVersion(String number) {
  static final JemallocVersion V5_3_0 = new JemallocVersion("5.3.0");

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<JemallocVersion> ALL = List.of(V5_3_0);

  /**
   * The one that {@code jemalloc@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static JemallocVersion of(String number) {
    return Versions.find("jemalloc", ALL, JemallocVersion::number, number);
  }

  /** As the library states it. */
  String library() {
    return "jemalloc " + number;
  }
}
