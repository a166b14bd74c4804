package heapstakes.model.jemalloc;

/** Takes from a thread's bins what they did not need, and says how they are filled. */
abstract sealed class Collector permits RoundCollector, TimedCollector {
  /** Flushes bins of the thread. */
  final Flusher flusher;

  /** Classes that it goes round. */
  final int classes;

  Collector(Flusher flusher, int classes) {
    this.flusher = flusher;
    this.classes = classes;
  }

  /** The one of a version, and of its options. */
  static Collector of(SharedParts shared, Flusher flusher, int classes) {
    return shared.settings().timedCollection()
        ? new TimedCollector(shared.clock(), flusher, classes)
        : new RoundCollector(
            flusher, classes, shared.version().follows(JemallocRule.COUNTED_COLLECTION));
  }

  /** As that of a thread that forked, in the child: one of the same kind. */
  abstract void copyFrom(Collector parent);

  /** The thread allocated, or freed, some more: looks at bins. */
  abstract void collect(CacheBin[] bins, Arena own); // step 10

  /** How many blocks are needed where up to {@code most} are fetched. */
  abstract int leastOf(int most);

  /** A bin was filled. */
  abstract void filled(CacheBin bin);

  /** Fits the next fill of a bin of small blocks to what it needed. */
  static void adapt(CacheBin bin) {
    if (bin.lowWater > 0) {
      bin.fetchLess();
    } else if (bin.refilled) {
      bin.fetchMore();
    }
  }
}
