package heapstakes.model.ptmalloc2;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a {@link GlibcVersion} can be had from another one alone. */
enum GlibcRule {
  TCACHE_BIRTH("a thread's tcache is made", "§17.7, 3"),
  TCACHE_COUNT("blocks that a tcache keeps of a size", "§17.7, 2", "tcache_count"),
  FASTBINS("fastbins", "§17.7, 1", "mxfast"),
  CALLOC("calloc takes from the tcache", "§17.5, 1"),
  SMALL_FREES("a freed small block is sorted at once", "§17.5, 2"),
  EXACT_FITS("the tcache takes exact fits of the unsorted list", "§17.8, 1"),
  INTERNAL_FREES("what malloc frees by itself goes to the tcache", "§17.6, 5"),
  TCACHE_BLOCK("bytes of a tcache", "§17.6, 1"),
  TCACHE_LIMIT("the tcache keeps the size of its limit", "§17.6, 3"),
  LARGER_BLOCKS("a tcache may give a larger block", "§17.6, 4"),
  CACHED_MAPPINGS("a tcache keeps mappings of small blocks", "§17.7, 7"),
  REALLOC("realloc leaves a rest", "§17.2"),
  MEMALIGN_FROM_TCACHE("memalign takes from the tcache", "§17.3"),
  MEMALIGN("memalign's rests go", "§17.4"),
  MAPPING("bytes of a mapping besides the block", "§17.7, 4"),
  ARENA_RECORDS("bytes before an arena's first block", "§17.11"),
  ARENA_LIMIT("arena_test is the limit on arenas", "§17.11");

  private final String subject;
  private final String section;
  private final String option;

  GlibcRule(String subject, String section) {
    this(subject, section, "");
  }

  GlibcRule(String subject, String section, String option) {
    this.subject = subject;
    this.section = section;
    this.option = option;
  }

  /** What it is about. */
  String subject() {
    return subject;
  }

  /** Where docs/specs describe it. */
  String section() {
    return "ptmalloc2.md " + section;
  }

  /** The option that goes with it; empty for none. */
  String option() {
    return option;
  }

  /** Those with these names. */
  static Set<GlibcRule> of(Set<String> keys) {
    return keys.stream()
        .map(GlibcRule::valueOf)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(GlibcRule.class)));
  }
}
