package heapstakes.model.jemalloc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The free extents of one arena, and how those that hold pages decay: from dirty to muzzy to
 * reserved.
 */
final class FreePages {
  private static final int NO_LIMIT = 63; // §7.1: of muzzy and reserved extents
  private static final long DECAY_BYTES = 1784; // §9.1: of one state, both follow one another

  final ExtentCache dirty;
  final ExtentCache muzzy;
  final ExtentCache reserved;
  final Decay dirtyDecay;
  final Decay muzzyDecay;
  private final boolean countsMuzzy;

  /** Of extents in use, dirty or muzzy; address space that is reserved does not count. */
  final AtomicLong mappedBytes = new AtomicLong();

  /**
   * @param record where the library has the arena's record, from which it takes seeds
   * @param now the time in ns
   */
  FreePages(long record, JemallocVersion version, JemallocSettings settings, long now) {
    dirty = new ExtentCache(Extent.DIRTY, settings.maxActiveFitShift(), version, settings);
    muzzy = new ExtentCache(Extent.MUZZY, NO_LIMIT, version, settings);
    reserved = new ExtentCache(Extent.RESERVED, NO_LIMIT, version, settings);
    countsMuzzy = version.follows(JemallocRule.MUZZY_RESIDENT);
    long decay = record + version.records().dirtyDecay();
    dirtyDecay = new Decay(decay, settings.dirtyDecayMillis(), now);
    muzzyDecay = new Decay(decay + DECAY_BYTES, settings.muzzyDecayMillis(), now);
  }

  /** As a forked child has them. */
  FreePages(FreePages parent, ExtentCopies copies) {
    dirty = new ExtentCache(parent.dirty, copies);
    muzzy = new ExtentCache(parent.muzzy, copies);
    reserved = new ExtentCache(parent.reserved, copies);
    countsMuzzy = parent.countsMuzzy;
    dirtyDecay = new Decay(parent.dirtyDecay);
    muzzyDecay = new Decay(parent.muzzyDecay);
    mappedBytes.set(parent.mappedBytes.get());
  }

  /** Pages that the library takes for resident. */
  long residentPages() {
    return dirty.pages() + (countsMuzzy ? muzzy.pages() : 0);
  }
}
