package heapstakes.model.ptmalloc2;

import heapstakes.allocator.VersionRule;
import heapstakes.allocator.options.LibraryOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How two versions have the same rule. */
final class GlibcChanges {
  private GlibcChanges() {}

  /** The rules in which {@code after} differs from {@code before}. */
  static List<VersionRule> between(GlibcVersion before, GlibcVersion after) {
    return Arrays.stream(GlibcRule.values())
        .filter(rule -> !value(rule, before).equals(value(rule, after)))
        .map(rule ->
            new VersionRule(
                rule.name(),
                rule.subject(),
                value(rule, before),
                value(rule, after),
                rule.section()))
        .toList();
  }

  private static String value(GlibcRule rule, GlibcVersion version) {
    TcacheRules tcache = version.tcache();
    ArenaRules arenas = version.arenas();
    return switch (rule) {
      case TCACHE_BIRTH -> tcache.birth().words();
      case TCACHE_COUNT -> stock(version, rule.option());
      case FASTBINS -> yes(arenas.hasFastbins());
      case CALLOC -> yes(tcache.servesCalloc());
      case SMALL_FREES -> yes(arenas.sortsFreed());
      case EXACT_FITS -> yes(tcache.takesExactFits());
      case INTERNAL_FREES -> yes(tcache.takesInternalFrees());
      case TCACHE_BLOCK -> Long.toString(tcache.bytes());
      case TCACHE_LIMIT -> yes(!tcache.excludesLimit());
      case LARGER_BLOCKS -> yes(tcache.servesLarger());
      case CACHED_MAPPINGS -> yes(tcache.takesMappings());
      case REALLOC -> version.resizing().words();
      case MEMALIGN_FROM_TCACHE -> yes(tcache.servesMemalign());
      case MEMALIGN -> rests(version.aligning());
      case MAPPING -> mapping(version.mapping());
      case ARENA_RECORDS -> Long.toString(arenas.firstChunk());
      case ARENA_LIMIT -> yes(arenas.isLimitedByTest());
    };
  }

  private static String yes(boolean value) {
    return value ? "yes" : "no";
  }

  private static String stock(GlibcVersion version, String option) {
    return version
        .options()
        .find(option)
        .map(LibraryOption::setting)
        .map(setting -> setting.defaultValue())
        .orElse("none");
  }

  private static String rests(AlignRules rules) {
    String way =
        switch (rules.lead()) {
          case FREED -> "the way of any free";
          case JOINED, MERGED ->
              rules.tail() == AlignRules.Rest.JOINED
                  ? "into their neighbours, from 16 bytes"
                  : "into their neighbours, from 32 bytes";
        };
    return rules.scansBins() ? way + ", after a look at the bins" : way;
  }

  private static String mapping(MappingRules rules) {
    return String.format(
        Locale.ROOT,
        "%d, a substitute for the break of %s",
        rules.padding(),
        rules.substitutesNeed() ? "the need" : rules.substituteMin() + " at least");
  }
}
