package heapstakes.model.jemalloc;

import heapstakes.allocator.Versions;
import heapstakes.allocator.options.JemallocOptions;
import heapstakes.allocator.options.LibraryOptions;
import java.util.List;
import java.util.Set;

/**
 * What differs between versions of jemalloc. A version that is modelled too gets a constant here,
 * and a component for each thing that it does otherwise.
 *
 * @param number as users write it, {@code jemalloc@NUMBER}
 * @param records sizes and places of its own records
 * @param options that it knows
 * @param keepsHeapOrder whether its heaps always give their least extent (§6, §21.2)
 * @param limitsJoining whether a freed extent joins only up to a multiple of its size (§21.2)
 * @param swapsBlocks whether a flush lets blocks of other arenas change places (§21.2)
 * @param countsMisses whether a large block that a thread's cache has not is a request of it
 *     (§21.2)
 * @param alignsNothing whether memalign(3) of 0 bytes gives an aligned block (§21.2)
 * @param waitsForBackground whether background threads, where they run, purge what is large too,
 *     which else goes at once (§9.7)
 */
record JemallocVersion(
    String number,
    Records records,
    LibraryOptions options,
    boolean keepsHeapOrder,
    boolean limitsJoining,
    boolean swapsBlocks,
    boolean countsMisses,
    boolean alignsNothing,
    boolean waitsForBackground) {

  /**
   * Sizes and places of the library's own records, in bytes (§12, §21.3).
   *
   * @param cacheInfo of a class, in base 0
   * @param arena of an arena
   * @param countersStart in the arena's record: of the counters of large classes
   * @param countersOfClass of one large class
   * @param dirtyDecay where it is in the arena's record; the muzzy one follows
   * @param caches where the thread caches of an arena are listed in its record
   * @param statistics of all arenas together
   * @param arenaStatistics of one arena
   * @param threadCounters where they are in a thread's state
   */
  record Records(
      long cacheInfo,
      long arena,
      long countersStart,
      long countersOfClass,
      long dirtyDecay,
      long caches,
      long statistics,
      long arenaStatistics,
      long threadCounters) {}

  static final JemallocVersion V5_3_0 =
      new JemallocVersion(
          "5.3.0",
          new Records(2, 78_952, 288, 40, 69_320, 0x28f8, 720, 37_856, 824),
          JemallocOptions.ALL,
          false,
          false,
          false,
          false,
          false,
          false);

  static final JemallocVersion V5_3_1 =
      new JemallocVersion(
          "5.3.1",
          new Records(0, 80_704, 344, 48, 70_944, 0x2f50, 736, 41_136, 936),
          JemallocOptions.SINCE_5_3_1,
          true,
          true,
          true,
          true,
          true,
          true);

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<JemallocVersion> ALL = List.of(V5_3_0, V5_3_1);

  /**
   * The one that {@code jemalloc@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static JemallocVersion of(String number) {
    return Versions.find("jemalloc", ALL, JemallocVersion::number, number);
  }

  /** The same, but {@code rules} as {@code other} has them. */
  JemallocVersion with(JemallocVersion other, Set<JemallocRule> rules) {
    LibraryOptions mixed = options;
    for (JemallocRule rule : rules) {
      mixed = rule.option().isEmpty() ? mixed : mixed.with(other.options, rule.option());
    }
    return new JemallocVersion(
        number,
        rules.contains(JemallocRule.RECORDS) ? other.records : records,
        mixed,
        (rules.contains(JemallocRule.HEAP_ORDER) ? other : this).keepsHeapOrder,
        (rules.contains(JemallocRule.JOINING) ? other : this).limitsJoining,
        (rules.contains(JemallocRule.SWAPS) ? other : this).swapsBlocks,
        (rules.contains(JemallocRule.MISSES) ? other : this).countsMisses,
        (rules.contains(JemallocRule.EMPTY_ALIGNED) ? other : this).alignsNothing,
        (rules.contains(JemallocRule.BACKGROUND) ? other : this).waitsForBackground);
  }

  /** As the library states it. */
  String library() {
    return "jemalloc " + number;
  }
}
