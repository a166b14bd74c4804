package heapstakes.model.jemalloc;

/** Takes from a thread's bins what they did not need: one bin at a time, in turns (§4). */
final class Collector {
  private final Flusher flusher;
  private final int classes;
  private int next;

  /**
   * @param classes that it goes round
   */
  Collector(Flusher flusher, int classes) {
    this.flusher = flusher;
    this.classes = classes;
  }

  /** Looks at the next bin, gives back three quarters of what it did not need. */
  void collect(CacheBin[] bins, Arena own) { // step 10
    CacheBin bin = bins[next];
    if (bin.lowWater > 0) {
      flusher.flush(bin, bin.count - bin.lowWater + (bin.lowWater >> 2), own);
      if (bin.isSmall()) {
        bin.fetchLess();
      }
    } else if (bin.isSmall() && bin.refilled) {
      bin.fetchMore();
    }
    bin.lowWater = bin.count;
    next++;
    if (next == classes) {
      next = 0;
    }
  }
}
