package heapstakes.model.jemalloc;

import heapstakes.allocator.VersionRule;
import heapstakes.allocator.options.JemallocOptions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What of a {@link JemallocVersion} can be had from another one alone. */
enum JemallocRule {
  PAGE_SIZES("large sizes are whole pages, not classes", JemallocOptions.PAGE_SIZES),
  TIMED_COLLECTION(
      "time and place decide what a thread's cache gives back", JemallocOptions.TIMED_COLLECTION),
  ZEROING("calloc asks the kernel for zeros from 8 MiB on only", JemallocOptions.ZEROING),
  JOINING("a freed extent joins only up to a multiple of its size", v -> v.limitsJoining()),
  HEAP_ORDER("the heaps of extents keep their order", v -> v.keepsHeapOrder()),
  SWAPS("a flush lets blocks of other arenas change places", v -> v.swapsBlocks()),
  MISSES("a large block that no cache has is counted", v -> v.countsMisses()),
  EMPTY_ALIGNED("memalign of 0 bytes is aligned", v -> v.alignsNothing()),
  BACKGROUND("background threads purge what is large, too", v -> v.waitsForBackground()),
  RECORDS("sizes of its own records are those of 5.3.1", v -> v.records().cacheInfo() == 0);

  private final String subject;
  private final Function<JemallocVersion, Boolean> value;
  private final String option;

  /** A rule that an option, on by default, turns off. */
  JemallocRule(String subject, String option) {
    this.subject = subject;
    this.value = version -> version.options().find(option).isPresent();
    this.option = option;
  }

  JemallocRule(String subject, Function<JemallocVersion, Boolean> value) {
    this.subject = subject;
    this.value = value;
    this.option = "";
  }

  /** The option that it is; empty for none. */
  String option() {
    return option;
  }

  /** Those in which {@code after} differs from {@code before}. */
  static List<VersionRule> between(JemallocVersion before, JemallocVersion after) {
    return Arrays.stream(values())
        .filter(rule -> !rule.value.apply(before).equals(rule.value.apply(after)))
        .map(rule ->
            VersionRule.flag(
                rule.name(),
                rule.subject,
                rule.value.apply(before),
                rule.value.apply(after),
                "jemalloc.md " + (rule == RECORDS ? "§21.3" : "§21.2")))
        .toList();
  }

  /** Those with these names. */
  static Set<JemallocRule> of(Set<String> keys) {
    return keys.stream()
        .map(JemallocRule::valueOf)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(JemallocRule.class)));
  }
}
