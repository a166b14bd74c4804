package heapstakes.model.ptmalloc2;

/**
 * Where memalign finds a block, and what it does with what lies before and behind the aligned one.
 *
 * @param scansBins whether it looks for a chunk with an aligned place in the bins first
 * @param lead what becomes of the bytes before the block
 * @param tail what becomes of those behind it
 * @param strict whether aligned_alloc refuses an alignment that is no power of two
 */
record AlignRules(boolean scansBins, Rest lead, Rest tail, boolean strict) {
  /** What becomes of a rest. */
  enum Rest {
    /** It is freed like any chunk; of 32 bytes or less it stays with the block. */
    FREED,
    /** It merges with its neighbours at once, and may be smaller than a chunk if it does. */
    JOINED,
    /** It merges with its neighbours at once, if it can be a chunk. */
    MERGED
  }

  static final AlignRules V2_26 = new AlignRules(false, Rest.FREED, Rest.FREED, false);
  static final AlignRules V2_38 = new AlignRules(true, Rest.FREED, Rest.FREED, true);
  static final AlignRules V2_39 = new AlignRules(false, Rest.MERGED, Rest.JOINED, true);
  static final AlignRules V2_43 = new AlignRules(false, Rest.MERGED, Rest.MERGED, true);
}
