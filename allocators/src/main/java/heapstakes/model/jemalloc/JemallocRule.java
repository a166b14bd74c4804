package heapstakes.model.jemalloc;

import heapstakes.allocator.VersionRule;
import heapstakes.allocator.options.JemallocOptions;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a {@link JemallocVersion} can be had from another one alone; 5.3.0 follows none. */
enum JemallocRule {
  PAGE_SIZES("large sizes are whole pages, not classes", JemallocOptions.PAGE_SIZES),
  TIMED_COLLECTION(
      "time and place decide what a thread's cache gives back", JemallocOptions.TIMED_COLLECTION),
  ZEROING("calloc asks the kernel for zeros from 8 MiB on only", JemallocOptions.ZEROING),
  JOINING("a freed extent joins only up to a multiple of its size"),
  HEAP_ORDER("the heaps of extents keep their order"),
  SWAPS("a flush lets blocks of other arenas change places"),
  MISSES("a large block that no cache has is counted"),
  EMPTY_ALIGNED("memalign of 0 bytes is aligned"),
  BACKGROUND("background threads purge what is large, too"),
  STACKS_IN_RECORDS("with metadata_thp the stacks of caches are records, used again"),
  RECORDS_UNADVISED("thp says nothing of its own records"),
  COUNTED_COLLECTION("the number of operations decides when a thread's cache gives back"),
  OLDEST_FIRST("a flush begins with the oldest block, and frees an empty slab at once"),
  PLAIN_HEAPS("the heaps of extents compare nothing as they grow, and all are looked into"),
  JOINED_MAPPINGS("free extents of different mappings join"),
  SLABS_APART("what is freed does not join what was a slab until it is used again or purged"),
  ONE_PROBE("at the start it tries whether madvise is lazy, not whether it zeroes"),
  COUNTED_TICKS("decay is looked at after every 1000 pieces of work on an arena"),
  LARGE_PAGES("what is aligned to a page is a large block"),
  DISPLACED_STACKS("the stacks of a thread's cache are displaced"),
  ALWAYS_OVERSIZE("what is very large is purged at once although pages decay never"),
  LARGE_UNCOUNTED("large blocks in a thread's cache are not counted as cached"),
  FLUSHES_UNSUMMED("flushes of large bins are not summed over arenas"),
  MUZZY_RESIDENT("muzzy pages count as resident"),
  RECORDS("sizes of its own records");

  /** Those of 5.2.1. */
  static final Set<JemallocRule> UNTIL_5_2_1 =
      Collections.unmodifiableSet(EnumSet.range(RECORDS_UNADVISED, MUZZY_RESIDENT));

  /** Those of 5.3.1. */
  static final Set<JemallocRule> SINCE_5_3_1 =
      Collections.unmodifiableSet(EnumSet.range(PAGE_SIZES, RECORDS_UNADVISED));

  private final String subject;
  private final String option;

  JemallocRule(String subject) {
    this(subject, "");
  }

  /** A rule that an option, on by default, turns off. */
  JemallocRule(String subject, String option) {
    this.subject = subject;
    this.option = option;
  }

  /** The option that it is; empty for none. */
  String option() {
    return option;
  }

  /** None of them, for some to be added. */
  static Set<JemallocRule> none() {
    return EnumSet.noneOf(JemallocRule.class);
  }

  /** Those in which {@code after} differs from {@code before}. */
  static List<VersionRule> between(JemallocVersion before, JemallocVersion after) {
    return Arrays.stream(values())
        .filter(rule -> rule.differs(before, after))
        .map(rule -> rule.between(before.follows(rule), after.follows(rule), before, after))
        .toList();
  }

  private boolean differs(JemallocVersion before, JemallocVersion after) {
    return this == RECORDS
        ? !before.records().equals(after.records())
        : before.follows(this) != after.follows(this);
  }

  private VersionRule between(
      boolean before, boolean after, JemallocVersion from, JemallocVersion to) {
    return this == RECORDS
        ? new VersionRule(name(), subject, from.number(), to.number(), "jemalloc.md §21.3")
        : VersionRule.flag(name(), subject, before, after, section());
  }

  private String section() {
    if (this == STACKS_IN_RECORDS || this == RECORDS_UNADVISED) {
      return "jemalloc.md §22";
    }
    return "jemalloc.md " + (UNTIL_5_2_1.contains(this) ? "§21.5" : "§21.2");
  }

  /** Those with these names. */
  static Set<JemallocRule> of(Set<String> keys) {
    return keys.stream()
        .map(JemallocRule::valueOf)
        .collect(Collectors.toCollection(JemallocRule::none));
  }
}
