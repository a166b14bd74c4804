package heapstakes.model.tcmalloc;

import heapstakes.allocator.VersionRule;
import heapstakes.allocator.Versions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
    KEEPS_FIRST_CACHE("the first thread cache is kept", "§19.2, 1"),
    /** The record of a growth is taken when the operation that grew is complete. */
    RECORDS_GROWTH_LAST("growth is recorded last", "§19.2, 2"),
    /** Mappings are asked for at the end of the one before. */
    MAPS_UPWARD("mappings follow one another", "§19.2, 3"),
    /** Of spans of one length a normal one is taken, wherever a returned one lies. */
    PREFERS_NORMAL("of equal lengths a span that was not returned is taken", "§19.3"),
    /** realloc stays exactly where malloc would give as large a block, and never rounds up. */
    REALLOCATES_EXACTLY("realloc fits exactly, without a spare quarter", "§19.4");

    private final String subject;
    private final String section;

    Change(String subject, String section) {
      this.subject = subject;
      this.section = section;
    }
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

  /** Those in which {@code after} differs from {@code before}. */
  static List<VersionRule> between(GperftoolsVersion before, GperftoolsVersion after) {
    return Arrays.stream(Change.values())
        .filter(change -> before.has(change) != after.has(change))
        .map(change ->
            VersionRule.flag(
                change.name(),
                change.subject,
                before.has(change),
                after.has(change),
                "tcmalloc.md " + change.section))
        .toList();
  }

  /** The same, but the changes of these names as {@code other} has them or not. */
  GperftoolsVersion with(GperftoolsVersion other, Set<String> names) {
    return new GperftoolsVersion(
        number,
        release,
        Arrays.stream(Change.values())
            .filter(change -> (names.contains(change.name()) ? other : this).has(change))
            .collect(Collectors.toUnmodifiableSet()));
  }

  boolean has(Change change) {
    return changes.contains(change);
  }

  /** As the library states it. */
  String library() {
    return "gperftools " + release;
  }
}
