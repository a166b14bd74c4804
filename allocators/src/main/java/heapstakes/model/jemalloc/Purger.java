package heapstakes.model.jemalloc;

import heapstakes.os.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the pages of free extents back: as they decay, when asked to, or at once. */
final class Purger {
  private final FreePages free;
  private final Coalescing coalescing;
  private final Descriptors descriptors;
  private final MemoryCalls pages;
  private final ExtentMap map;
  private final VirtualClock clock;
  private final int arena;
  private final BackgroundThreads background;
  private final boolean retain;

  /**
   * @param arena whose pages these are
   */
  Purger(
      int arena,
      FreePages free,
      Coalescing coalescing,
      Descriptors descriptors,
      SharedParts shared) {
    this.arena = arena;
    this.free = free;
    this.coalescing = coalescing;
    this.descriptors = descriptors;
    this.pages = shared.pages();
    this.map = shared.map();
    this.clock = shared.clock();
    this.background = shared.background();
    background.serve(arena, this);
    this.retain = shared.settings().retain();
  }

  /** Lets epochs pass and purges what may not stay, unless a thread of its own does that. */
  void poll() { // step 8
    if (poll(free.dirtyDecay, free.dirty) && concernsMuzzy()) {
      poll(free.muzzyDecay, free.muzzy);
    }
  }

  /** Purges everything, past the muzzy cache. */
  void purgeAll() {
    purgeAll(free.dirtyDecay, free.dirty);
    if (concernsMuzzy()) {
      purgeAll(free.muzzyDecay, free.muzzy);
    }
  }

  private boolean concernsMuzzy() {
    return free.muzzy.pages() > 0 || free.muzzyDecay.millis() > 0;
  }

  /** Returns false when another thread is at it. */
  private boolean poll(Decay decay, ExtentCache cache) {
    if (!decay.lock.tryLock()) {
      return false;
    }
    boolean advanced = false;
    try {
      long present = cache.pages();
      if (decay.millis() == 0) {
        purge(decay, cache, 0, present, false);
      } else if (decay.millis() > 0 && decay.advance(clock.nanos(), present)) {
        advanced = true;
        if (!background.run()) {
          purgeDecayed(decay, cache, present);
        }
      }
    } finally {
      decay.lock.unlock();
    }
    if (advanced && background.run()) {
      background.reconsider(arena, decay);
    }
    return true;
  }

  private void purgeDecayed(Decay decay, ExtentCache cache, long present) {
    if (present > decay.limit()) {
      purge(decay, cache, decay.limit(), present - decay.limit(), false);
    }
  }

  /** What a thread made for it does: lets epochs pass and purges what may not stay. */
  void purgeDecayed() {
    purgeDecayed(free.dirtyDecay, free.dirty);
    if (concernsMuzzy()) {
      purgeDecayed(free.muzzyDecay, free.muzzy);
    }
  }

  /** How long such a thread may sleep, in ns: until enough has decayed to be worth waking for. */
  long untilWorthwhile() {
    return Math.min(
        untilWorthwhile(free.dirtyDecay, free.dirty), untilWorthwhile(free.muzzyDecay, free.muzzy));
  }

  private static long untilWorthwhile(Decay decay, ExtentCache cache) {
    decay.lock.lock();
    try {
      return decay.untilWorthwhile(cache.pages());
    } finally {
      decay.lock.unlock();
    }
  }

  private void purgeDecayed(Decay decay, ExtentCache cache) {
    decay.lock.lock();
    try {
      long present = cache.pages();
      if (decay.millis() == 0) {
        purge(decay, cache, 0, present, false);
      } else if (decay.millis() > 0) {
        decay.advance(clock.nanos(), present);
        purgeDecayed(decay, cache, present);
      }
    } finally {
      decay.lock.unlock();
    }
  }

  /** Purges all of {@code cache}, not by way of the muzzy cache. */
  void purgeAll(Decay decay, ExtentCache cache) {
    decay.lock.lock();
    try {
      purge(decay, cache, 0, cache.pages(), true);
    } finally {
      decay.lock.unlock();
    }
  }

  /** Every free page goes at once, unless it is kept for ever: so it is in the huge arena. */
  void purgeAtOnce() {
    if (free.dirtyDecay.millis() > 0) {
      setDecay(free.dirtyDecay, free.dirty, 0);
    }
    if (free.muzzyDecay.millis() > 0) {
      setDecay(free.muzzyDecay, free.muzzy, 0);
    }
  }

  /** Changes the decay time, in ms, and acts on it. */
  void setDecay(Decay decay, ExtentCache cache, long millis) {
    decay.lock.lock();
    decay.restart(millis, clock.nanos());
    decay.lock.unlock();
    poll(decay, cache);
  }

  /** Needs the decay's lock, which is released while the kernel works. */
  private void purge(Decay decay, ExtentCache cache, long limit, long most, boolean full) {
    if (decay.purging || most == 0) {
      return;
    }
    decay.purging = true;
    decay.lock.unlock();
    List<Extent> victims = new ArrayList<>();
    long count = 0;
    try {
      for (Extent e = evict(cache, limit); e != null; e = evict(cache, limit)) {
        victims.add(e);
        count += e.pages();
        if (count >= most) {
          break;
        }
      }
      discard(victims, cache, full);
    } finally {
      decay.lock.lock();
      decay.purging = false;
    }
    if (!victims.isEmpty()) {
      decay.purges++;
      decay.calls += victims.size();
      decay.purgedPages += count;
    }
  }

  /** Takes the oldest extent out; null when no more than {@code limit} pages are left. */
  private @Nullable Extent evict(ExtentCache cache, long limit) {
    cache.lock.lock();
    try {
      while (true) {
        Extent victim = cache.oldest();
        if (victim == null || cache.pages() <= limit) {
          return null;
        }
        cache.remove(victim);
        Extent merged =
            cache == free.dirty ? coalescing.mergeOne(cache, victim, Long.MAX_VALUE, true) : null;
        if (merged == null) {
          return victim;
        }
        cache.insert(merged);
      }
    } finally {
      cache.lock.unlock();
    }
  }

  private void discard(List<Extent> victims, ExtentCache cache, boolean full) {
    boolean lazily = cache == free.dirty && !full && free.muzzyDecay.millis() != 0;
    long unmapped = 0;
    for (Extent victim : victims) {
      if (lazily && pages.purgeLazily(victim)) {
        coalescing.record(free.muzzy, victim);
      } else {
        unmapped += victim.size;
        discard(victim);
      }
    }
    free.mappedBytes.addAndGet(-unmapped);
  }

  /** Leaves {@code extent}, active, without pages. */
  private void discard(Extent extent) {
    if (!retain) {
      map.forget(extent);
      if (pages.unmap(extent)) {
        descriptors.give();
        return;
      }
      map.record(extent);
    }
    extent.zeroed = pages.purge(extent);
    coalescing.record(free.reserved, extent);
  }

  /** A free extent, in no cache, that is too large to wait for its decay. */
  void purgeOversize(Extent extent) {
    long count = extent.pages();
    long bytes = extent.size;
    discard(extent);
    Decay decay = free.dirtyDecay;
    decay.lock.lock();
    decay.calls++;
    decay.purgedPages += count;
    decay.lock.unlock();
    free.mappedBytes.addAndGet(-bytes);
  }
}
