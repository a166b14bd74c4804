package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

/**
 * Memory that is mapped: for one block, and in place of a break that cannot move.
 *
 * @param padding bytes that a mapping has beyond the chunk size asked for, at least
 * @param uncounted bytes of a mapping that its chunk's size word leaves out
 * @param unusable bytes of that size which are not the user's
 * @param minLead fewest bytes by which memalign moves a chunk within its mapping
 * @param maxThreshold the largest M_MMAP_THRESHOLD that is taken, in bytes
 * @param substituteUnit to a multiple of which a substitute for the break is rounded, in bytes
 * @param substituteMin the least that it has, in bytes
 * @param substitutesNeed whether it is for all that is needed, whatever the top has
 */
record MappingRules(
    long padding,
    long uncounted,
    long unusable,
    long minLead,
    long maxThreshold,
    long substituteUnit,
    long substituteMin,
    boolean substitutesNeed) {

  /** MMAP_AS_MORECORE_SIZE. */
  private static final long MORECORE_BYTES = 1L << 20;

  private static final long HALF_A_HEAP = 32L << 20;
  private static final long ANY = Long.MAX_VALUE;

  static final MappingRules V2_26 =
      new MappingRules(8, 0, 16, 32, HALF_A_HEAP, PAGE_BYTES, MORECORE_BYTES, false);

  /** The last two are swapped against the evident intent. */
  static final MappingRules V2_35 =
      new MappingRules(8, 0, 16, 32, ANY, MORECORE_BYTES, PAGE_BYTES, false);

  static final MappingRules V2_38 =
      new MappingRules(8, 0, 16, 32, ANY, PAGE_BYTES, MORECORE_BYTES, false);
  static final MappingRules V2_43 =
      new MappingRules(16, 16, 8, 16, ANY, PAGE_BYTES, MORECORE_BYTES, true);

  /** Bytes to map for a chunk of {@code nb} bytes. */
  long bytesFor(long nb) {
    return pageAlignUp(nb + padding);
  }

  /**
   * Bytes to map in place of moving the break.
   *
   * @param need bytes that a new top must have
   * @param growth by which the break should have moved
   * @param merging bytes of the old top that were to be part of the new one; -1: none was
   */
  long substituteFor(long need, long growth, long merging) {
    long bytes = growth;
    if (merging >= 0) {
      bytes = substitutesNeed ? pageAlignUp(need) : alignUp(growth + merging, substituteUnit);
    }
    return Long.compareUnsigned(bytes, substituteMin) < 0 ? substituteMin : bytes;
  }
}
