package heapstakes.model.jemalloc;

/** Looks at one bin at a time, in turns (§4, §21.5). */
final class RoundCollector extends Collector {
  private final boolean marksFilled;
  private int next;

  /**
   * @param marksFilled whether a bin that was filled counts as having lacked blocks until it is
   *     looked at, and no longer
   */
  RoundCollector(Flusher flusher, int classes, boolean marksFilled) {
    super(flusher, classes);
    this.marksFilled = marksFilled;
  }

  @Override
  void copyFrom(Collector parent) {
    next = ((RoundCollector) parent).next;
  }

  /** Gives back three quarters of what the next bin did not need. */
  @Override
  void collect(CacheBin[] bins, Arena own) {
    CacheBin bin = bins[next];
    int unneeded = bin.lowWater;
    if (bin.isSmall()) {
      adapt(bin);
    }
    if (unneeded > 0) {
      flusher.flush(bin, bin.count - unneeded + (unneeded >> 2), own);
    }
    bin.lowWater = bin.count;
    next = next + 1 == classes ? 0 : next + 1;
  }

  @Override
  int leastOf(int most) {
    return most;
  }

  @Override
  void filled(CacheBin bin) {
    bin.refilled = true;
    if (marksFilled) {
      bin.lowWater = -1;
    }
  }
}
