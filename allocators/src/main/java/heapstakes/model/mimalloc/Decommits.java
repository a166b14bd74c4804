package heapstakes.model.mimalloc;

/** Which slices of segments are usable, and when what is unused goes back to the kernel (§12). */
final class Decommits {
  private static final int GRANULE = 16; // slices: a commit is widened to 1 MiB

  private final OsLayer os;
  private final MimallocSettings settings;

  Decommits(OsLayer os, MimallocSettings settings) {
    this.os = os;
    this.settings = settings;
  }

  /** Makes slices of {@code segment} usable; false when the kernel does not let it. */
  boolean ensureCommitted(Segment segment, int slice, int slices) {
    SliceSet committed = segment.committed;
    if (committed.isFull() && segment.pending.isEmpty()) {
      return true;
    }
    int from = Math.max(slice & -GRANULE, Math.min(slice, Segment.HEADER_SLICES));
    int to = Math.min((slice + slices + GRANULE - 1) & -GRANULE, segment.slices);
    int already = committed.count(from, to);
    if (already < to - from) {
      os.adjustCommitted(-bytes(already));
      if (!os.commit(segment.addressOf(from), bytes(to - from))) {
        return false;
      }
      committed.add(from, to);
    }
    if (segment.pending.count(from, to) > 0) {
      segment.expire = os.now() + settings.decommitDelay();
    }
    segment.pending.remove(from, to);
    return true;
  }

  private static long bytes(int slices) {
    return (long) slices << Segment.SLICE_SHIFT;
  }

  /**
   * A span of {@code segment} is free: it is decommitted after a while, unless used before. One
   * that has been decommitted all along moves the time as well.
   */
  void schedule(Segment segment, FreeSpan span) {
    if (!segment.allowDecommit) {
      return;
    }
    if (settings.decommitDelay() == 0) {
      decommit(segment, span.slice, span.end());
      return;
    }
    segment.pending.addFrom(segment.committed, span.slice, span.end());
    long now = os.now();
    if (segment.expire == 0) {
      segment.expire = now + settings.decommitDelay();
    } else if (segment.expire > now) {
      segment.expire += settings.decommitExtendDelay();
    } else if (segment.expire + settings.decommitExtendDelay() <= now) {
      run(segment, true);
    } else {
      segment.expire = now + settings.decommitExtendDelay();
    }
  }

  /** Decommits what is due in {@code segment}; {@code force}: what is not due yet, too. */
  void run(Segment segment, boolean force) {
    SliceSet pending = segment.pending;
    if (!segment.allowDecommit || pending.isEmpty() || (!force && os.now() < segment.expire)) {
      return;
    }
    segment.expire = 0;
    for (int from = pending.nextIn(0); from < Segment.SLICES; from = pending.nextIn(from)) {
      decommit(segment, from, pending.nextOut(from));
    }
  }

  private void decommit(Segment segment, int from, int to) {
    int committed = segment.committed.count(from, to);
    if (committed > 0) {
      os.adjustCommitted(bytes(to - from - committed));
      os.decommit(segment.addressOf(from), bytes(to - from));
      segment.committed.remove(from, to);
    }
    segment.pending.remove(from, to);
  }

  /** Decommits every committed run of a segment that is in the cache. */
  void decommitAll(Segment segment) {
    SliceSet committed = segment.committed;
    for (int from = committed.nextIn(0); from < Segment.SLICES; ) {
      int to = committed.nextOut(from);
      os.decommit(segment.addressOf(from), bytes(to - from));
      from = committed.nextIn(to);
    }
    committed.clear();
    segment.pending.clear();
  }
}
