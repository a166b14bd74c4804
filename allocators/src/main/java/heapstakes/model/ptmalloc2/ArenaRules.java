package heapstakes.model.ptmalloc2;

import java.util.Set;

/**
 * What an arena consists of.
 *
 * @param heapInfoBytes sizeof (heap_info)
 * @param stateBytes sizeof (struct malloc_state)
 * @param hasFastbins whether it has any
 * @param sortsFreed whether a freed small chunk goes to its own bin at once and not to unsorted
 * @param hasWideCounters whether there is mallinfo2(3); the fields of mallinfo(3) are of 32 bits
 * @param isLimitedByTest whether M_ARENA_TEST is itself the limit on arenas, not when to compute it
 */
record ArenaRules(
    long heapInfoBytes,
    long stateBytes,
    boolean hasFastbins,
    boolean sortsFreed,
    boolean hasWideCounters,
    boolean isLimitedByTest) {

  static final ArenaRules V2_26 = new ArenaRules(32, 2200, true, false, false, false);
  static final ArenaRules V2_33 = new ArenaRules(32, 2200, true, false, true, false);
  static final ArenaRules V2_35 = new ArenaRules(48, 2200, true, false, true, false);
  static final ArenaRules V2_41 = new ArenaRules(48, 2200, true, true, true, false);
  static final ArenaRules V2_43 = new ArenaRules(48, 2112, false, true, true, false);
  static final ArenaRules V2_44 = new ArenaRules(48, 2112, false, true, true, true);

  /** The same, but those of {@code rules} that concern an arena as {@code other} has them. */
  ArenaRules with(ArenaRules other, Set<GlibcRule> rules) {
    ArenaRules sized = rules.contains(GlibcRule.ARENA_RECORDS) ? other : this;
    return new ArenaRules(
        sized.heapInfoBytes,
        sized.stateBytes,
        rules.contains(GlibcRule.FASTBINS) ? other.hasFastbins : hasFastbins,
        rules.contains(GlibcRule.SMALL_FREES) ? other.sortsFreed : sortsFreed,
        hasWideCounters,
        rules.contains(GlibcRule.ARENA_LIMIT) ? other.isLimitedByTest : isLimitedByTest);
  }

  /** Where the chunks of an arena's first heap begin: behind both structures, aligned. */
  long firstChunk() {
    return (heapInfoBytes + stateBytes + Chunk.ALIGNMENT - 1) & -Chunk.ALIGNMENT;
  }
}
