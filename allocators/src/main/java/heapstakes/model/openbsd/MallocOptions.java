package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.PAGE_BYTES;

/**
 * What malloc(3) can be told.
 *
 * @param cache freed regions kept of one page; 0: none of any size
 * @param pools pools, the first of which only conceals
 * @param junk 0 nothing is overwritten, 1 a little of what is freed, 2 everything
 * @param guard a page without access behind each region
 * @param freeUnmap no access to what is cached
 * @param seed of all that is left to chance
 */
record MallocOptions(int cache, int pools, int junk, boolean guard, boolean freeUnmap, long seed) {
  /** Of the page behind a region. */
  long guardBytes() {
    return guard ? PAGE_BYTES : 0;
  }
}
