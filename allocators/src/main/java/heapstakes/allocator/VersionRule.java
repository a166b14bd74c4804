package heapstakes.allocator;

/**
 * A rule in which two versions of a library differ, small enough to be changed alone: {@link
 * AllocatorProvider#with}.
 *
 * @param key names it among those of the library
 * @param subject what it is about
 * @param before how the one version has it
 * @param after how the other version has it
 * @param section of docs/specs that describes it, e.g. {@code ptmalloc2.md §17.7}
 */
public record VersionRule(String key, String subject, String before, String after, String section) {

  /** One that a version has and another has not. */
  public static VersionRule flag(
      String key, String subject, boolean before, boolean after, String section) {
    return new VersionRule(key, subject, word(before), word(after), section);
  }

  private static String word(boolean value) {
    return value ? "yes" : "no";
  }

  /** {@code SUBJECT: BEFORE → AFTER}. */
  @Override
  public String toString() {
    return subject + ": " + before + " → " + after;
  }
}
