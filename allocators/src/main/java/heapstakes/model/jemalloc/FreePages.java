package heapstakes.model.jemalloc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The free extents of one arena, and how those that hold pages decay: from dirty to muzzy to
 * reserved.
 */
final class FreePages {
  private static final int NO_LIMIT = 63; // §7.1: of muzzy and reserved extents

  // §9.1: places in the arena's record
  private static final long DIRTY_DECAY_OFFSET = 69_320;
  private static final long MUZZY_DECAY_OFFSET = 71_104;

  final ExtentCache dirty;
  final ExtentCache muzzy = new ExtentCache(Extent.MUZZY, NO_LIMIT);
  final ExtentCache reserved = new ExtentCache(Extent.RESERVED, NO_LIMIT);
  final Decay dirtyDecay;
  final Decay muzzyDecay;

  /** Of extents in use, dirty or muzzy; address space that is reserved does not count. */
  final AtomicLong mappedBytes = new AtomicLong();

  /**
   * @param record where the library has the arena's record, from which it takes seeds
   * @param now the time in ns
   */
  FreePages(long record, JemallocSettings settings, long now) {
    dirty = new ExtentCache(Extent.DIRTY, settings.maxActiveFitShift());
    dirtyDecay = new Decay(record + DIRTY_DECAY_OFFSET, settings.dirtyDecayMillis(), now);
    muzzyDecay = new Decay(record + MUZZY_DECAY_OFFSET, settings.muzzyDecayMillis(), now);
  }
}
