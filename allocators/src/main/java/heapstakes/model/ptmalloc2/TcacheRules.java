package heapstakes.model.ptmalloc2;

import java.util.EnumSet;
import java.util.Set;

/**
 * When a thread gets its tcache, and what the tcache is for.
 *
 * @param bytes sizeof (tcache_perthread_struct)
 * @param bins in it, TCACHE_MAX_BINS: those beyond {@link TcachePerThread#SMALL_BINS} for ranges of
 *     sizes
 * @param birth at which calls it is made
 * @param servesCalloc whether calloc takes from it
 * @param servesMemalign whether memalign takes an aligned block from it
 * @param takesInternalFrees whether what malloc frees by itself goes there too
 * @param takesExactFits whether chunks of the size wanted that are met in unsorted go there
 * @param takesMappings whether a mapping of a size that is kept goes there
 * @param excludesLimit whether the chunk size of tcache_max is itself too large
 * @param servesLarger whether a request may get a block of a larger size of the same bin
 */
record TcacheRules(
    long bytes,
    int bins,
    Birth birth,
    boolean servesCalloc,
    boolean servesMemalign,
    boolean takesInternalFrees,
    boolean takesExactFits,
    boolean takesMappings,
    boolean excludesLimit,
    boolean servesLarger) {

  /** Where malloc notices that the thread has no tcache. */
  enum Call {
    /** malloc and calloc. */
    REQUEST,
    MEMALIGN,
    /** free, of a block of the heap as far as it asks for no size. */
    FREE,
    /** realloc of a block of the heap. */
    RESIZE,
    /** Within an arena: a small bin gave its last chunk of the size wanted. */
    SMALL_BIN,
    /** Within an arena: a chunk of the size wanted was in unsorted. */
    EXACT_FIT
  }

  /**
   * When it is made.
   *
   * @param anySize calls that make it
   * @param keptSize calls that make it when they concern a size that it would keep
   * @param once whether it is tried once in the life of a thread, and not at all where nothing
   *     would be kept
   * @param retriesAlone whether another arena is tried in a process without threads, too
   * @param words when, for people
   * @param requestWithin bytes that it asks for within an arena
   */
  record Birth(
      String words,
      Set<Call> anySize,
      Set<Call> keptSize,
      boolean once,
      boolean retriesAlone,
      long requestWithin) {}

  private static final long SMALL = 640;
  private static final long WITH_LARGE_BINS = 760;

  private static final Set<Call> NONE = EnumSet.noneOf(Call.class);

  private static final Birth AT_ANY_CALL =
      new Birth(
          "at the first call",
          EnumSet.of(Call.REQUEST, Call.FREE, Call.RESIZE),
          NONE,
          false,
          true,
          0);
  private static final Birth AT_REQUEST =
      new Birth(
          "at the first request that it can serve",
          NONE,
          EnumSet.of(Call.REQUEST, Call.MEMALIGN),
          false,
          false,
          0);

  /** The size is padded twice. */
  private static final Birth AT_FREE_OR_STASH =
      new Birth(
          "at the first free or exact fit",
          EnumSet.of(Call.EXACT_FIT),
          EnumSet.of(Call.FREE, Call.SMALL_BIN),
          true,
          false,
          768);

  private static final Birth AT_FREE_OR_SMALL_BIN =
      new Birth(
          "at the first free",
          NONE,
          EnumSet.of(Call.FREE, Call.SMALL_BIN),
          true,
          false,
          WITH_LARGE_BINS);

  static final TcacheRules V2_30 =
      new TcacheRules(SMALL, 64, AT_ANY_CALL, false, false, true, true, false, false, false);
  static final TcacheRules V2_38 =
      new TcacheRules(SMALL, 64, AT_ANY_CALL, false, true, true, true, false, false, false);
  static final TcacheRules V2_41 =
      new TcacheRules(SMALL, 64, AT_ANY_CALL, true, true, true, true, false, false, false);
  static final TcacheRules V2_42 =
      new TcacheRules(WITH_LARGE_BINS, 76, AT_REQUEST, true, true, false, true, false, true, true);
  static final TcacheRules V2_43 =
      new TcacheRules(
          WITH_LARGE_BINS, 76, AT_FREE_OR_STASH, true, true, false, true, true, false, false);
  static final TcacheRules V2_44 =
      new TcacheRules(
          WITH_LARGE_BINS, 76, AT_FREE_OR_SMALL_BIN, true, true, false, false, true, false, false);

  /** The same, but those of {@code rules} that concern a tcache as {@code other} has them. */
  TcacheRules with(TcacheRules other, Set<GlibcRule> rules) {
    return new TcacheRules(
        of(other, rules, GlibcRule.TCACHE_BLOCK).bytes,
        of(other, rules, GlibcRule.TCACHE_BLOCK).bins,
        of(other, rules, GlibcRule.TCACHE_BIRTH).birth,
        of(other, rules, GlibcRule.CALLOC).servesCalloc,
        of(other, rules, GlibcRule.MEMALIGN_FROM_TCACHE).servesMemalign,
        of(other, rules, GlibcRule.INTERNAL_FREES).takesInternalFrees,
        of(other, rules, GlibcRule.EXACT_FITS).takesExactFits,
        of(other, rules, GlibcRule.CACHED_MAPPINGS).takesMappings,
        of(other, rules, GlibcRule.TCACHE_LIMIT).excludesLimit,
        of(other, rules, GlibcRule.LARGER_BLOCKS).servesLarger);
  }

  private TcacheRules of(TcacheRules other, Set<GlibcRule> rules, GlibcRule rule) {
    return rules.contains(rule) ? other : this;
  }

  /** Largest chunk kept where tcache_max allows chunks of {@code limit} bytes. */
  long largest(long limit) {
    return excludesLimit ? limit - Chunk.ALIGNMENT : limit;
  }
}
