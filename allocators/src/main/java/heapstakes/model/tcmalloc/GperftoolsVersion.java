package heapstakes.model.tcmalloc;

import heapstakes.allocator.Versions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A version of gperftools' thread-caching malloc: what it does otherwise than 2.10, which the
 * specification's other sections describe.
 *
 * @param number as users write it, {@code tcmalloc@NUMBER}
 * @param release of that number that was compared, which {@code tcmalloc@RELEASE} means as well
 * @param changes that it has
 */
record GperftoolsVersion(String number, String release, Set<Change> changes) {
  /** Where versions differ. */
  enum Change {
    /** The cache of the first malloc becomes the initial thread's, and start-up leaves less. */
    KEEPS_FIRST_CACHE,
    /** The record of a growth is taken when the operation that grew is complete. */
    RECORDS_GROWTH_LAST,
    /** Mappings are asked for at the end of the one before. */
    MAPS_UPWARD,
    /** Of spans of one length a normal one is taken, wherever a returned one lies. */
    PREFERS_NORMAL,
    /** realloc stays exactly where malloc would give as large a block, and never rounds up. */
    REALLOCATES_EXACTLY
  }

  static final GperftoolsVersion V2_8 = new GperftoolsVersion("2.8", "2.8.1", Set.of());
  static final GperftoolsVersion V2_10 = new GperftoolsVersion("2.10", "2.10", Set.of());
  static final GperftoolsVersion V2_16 =
      V2_10.then(
          "2.16", "2.16", Change.KEEPS_FIRST_CACHE, Change.RECORDS_GROWTH_LAST, Change.MAPS_UPWARD);
  static final GperftoolsVersion V2_17 = V2_16.then("2.17", "2.17.2", Change.PREFERS_NORMAL);
  static final GperftoolsVersion V2_18 = V2_17.then("2.18", "2.18.1", Change.REALLOCATES_EXACTLY);

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<GperftoolsVersion> ALL = List.of(V2_10, V2_8, V2_16, V2_17, V2_18);

  private GperftoolsVersion then(String number, String release, Change first, Change... more) {
    EnumSet<Change> all = EnumSet.of(first, more);
    all.addAll(changes);
    return new GperftoolsVersion(number, release, Set.copyOf(all));
  }

  /**
   * The one that {@code tcmalloc@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static GperftoolsVersion of(String number) {
    return ALL.stream()
        .filter(version -> version.release.equals(number))
        .findFirst()
        .orElseGet(() -> Versions.find("tcmalloc", ALL, GperftoolsVersion::number, number));
  }

  boolean has(Change change) {
    return changes.contains(change);
  }

  /** As the library states it. */
  String library() {
    return "gperftools " + release;
  }
}
