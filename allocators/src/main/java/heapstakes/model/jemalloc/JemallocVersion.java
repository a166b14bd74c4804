package heapstakes.model.jemalloc;

import heapstakes.allocator.Versions;
import heapstakes.allocator.options.JemallocOptions;
import heapstakes.allocator.options.LibraryOptions;
import java.util.List;
import java.util.Set;

/**
 * What differs between versions of jemalloc. A version that is modelled too gets a constant here,
 * and a {@link JemallocRule} for each thing that it does otherwise.
 *
 * @param number as users write it, {@code jemalloc@NUMBER}
 * @param records sizes and places of its own records
 * @param options that it knows
 * @param rules that it follows, where 5.3.0 does not
 */
record JemallocVersion(
    String number, Records records, LibraryOptions options, Set<JemallocRule> rules) {

  /**
   * Sizes and places of the library's own records, in bytes (§12, §21.3).
   *
   * @param cacheInfo of a class, in base 0
   * @param base of the base itself
   * @param descriptorAlignment of the record of an extent
   * @param arena of an arena
   * @param bin of a bin of an arena, which follow it
   * @param countersStart in the arena's record: of the counters of large classes
   * @param countersOfClass of one large class
   * @param dirtyDecay where it is in the arena's record; the muzzy one follows
   * @param caches where the thread caches of an arena are listed in its record
   * @param statistics of all arenas together
   * @param arenaStatistics of one arena
   * @param threadCounters where they are in a thread's state
   * @param mutexPages of the first block of an arena's base: OS pages with a mutex in them
   */
  record Records(
      long cacheInfo,
      long base,
      long descriptorAlignment,
      long arena,
      long bin,
      long countersStart,
      long countersOfClass,
      long dirtyDecay,
      long caches,
      long statistics,
      long arenaStatistics,
      long threadCounters,
      List<Integer> mutexPages) {}

  static final JemallocVersion V5_2_1 =
      new JemallocVersion(
          "5.2.1",
          new Records(
              4,
              2040,
              64,
              29_496,
              280,
              768,
              48,
              25_376,
              0x2828,
              272,
              34_440,
              16,
              List.of(0, 3, 4, 5, 6, 7, 8, 9, 10)),
          JemallocOptions.UNTIL_5_2_1,
          JemallocRule.UNTIL_5_2_1);

  static final JemallocVersion V5_3_0 =
      new JemallocVersion(
          "5.3.0",
          new Records(
              2,
              3912,
              128,
              78_952,
              224,
              288,
              40,
              69_320,
              0x28f8,
              720,
              37_856,
              824,
              List.of(0, 1, 3, 8, 13, 17, 18, 20, 21, 22)),
          JemallocOptions.ALL,
          Set.of());

  static final JemallocVersion V5_3_1 =
      new JemallocVersion(
          "5.3.1",
          new Records(
              0,
              3912,
              128,
              80_704,
              224,
              344,
              48,
              70_944,
              0x2f50,
              736,
              41_136,
              936,
              List.of(0, 1, 3, 4, 8, 13, 18, 20, 21, 22)),
          JemallocOptions.SINCE_5_3_1,
          JemallocRule.SINCE_5_3_1);

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<JemallocVersion> ALL = List.of(V5_3_0, V5_3_1, V5_2_1);

  /**
   * The one that {@code jemalloc@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static JemallocVersion of(String number) {
    return Versions.find("jemalloc", ALL, JemallocVersion::number, number);
  }

  /** Whether it does what {@code rule} says. */
  boolean follows(JemallocRule rule) {
    return rules.contains(rule);
  }

  /** The same, but {@code changed} as {@code other} has them. */
  JemallocVersion with(JemallocVersion other, Set<JemallocRule> changed) {
    LibraryOptions mixed = options;
    Set<JemallocRule> followed = JemallocRule.none();
    followed.addAll(rules);
    for (JemallocRule rule : changed) {
      mixed = rule.option().isEmpty() ? mixed : mixed.with(other.options, rule.option());
      followed.remove(rule);
      if (other.follows(rule)) {
        followed.add(rule);
      }
    }
    return new JemallocVersion(
        number, changed.contains(JemallocRule.RECORDS) ? other.records : records, mixed, followed);
  }

  /** As the library states it. */
  String library() {
    return "jemalloc " + number;
  }
}
