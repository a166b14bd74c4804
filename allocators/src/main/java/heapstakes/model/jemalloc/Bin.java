package heapstakes.model.jemalloc;

import org.jspecify.annotations.Nullable;

/** Slabs of one size class in one arena. Guarded by its lock. */
final class Bin {
  final Mutex lock = new Mutex();
  final int sizeClass;
  final int regions;
  private final Arena arena;
  private @Nullable Extent current;
  private final PairingHeap nonfull;
  private final long[] one = new long[1];

  // Statistics.
  long allocations;
  long deallocations;
  long requests;
  long live; // objects, those in thread caches too
  long fills;
  long flushes;
  long slabs; // ever made
  long liveSlabs;
  long reuses; // of a slab as the current one
  long nonfullSlabs;

  /**
   * @param version whose rules its heap of slabs follows
   */
  Bin(Arena arena, int sizeClass, JemallocVersion version) {
    this.arena = arena;
    this.sizeClass = sizeClass;
    this.regions = SizeClasses.regions(sizeClass);
    this.nonfull = new PairingHeap(version);
  }

  /** As a forked child has it. */
  Bin(Arena arena, Bin parent, ExtentCopies copies) {
    this.arena = arena;
    sizeClass = parent.sizeClass;
    regions = parent.regions;
    current = copies.of(parent.current);
    nonfull = new PairingHeap(parent.nonfull, copies);
    allocations = parent.allocations;
    deallocations = parent.deallocations;
    requests = parent.requests;
    live = parent.live;
    fills = parent.fills;
    flushes = parent.flushes;
    slabs = parent.slabs;
    liveSlabs = parent.liveSlabs;
    reuses = parent.reuses;
    nonfullSlabs = parent.nonfullSlabs;
  }

  /**
   * Takes objects for a thread cache.
   *
   * @param to receives them, the first taken last
   * @param least how many are needed
   * @param most how many are taken where slabs have them
   * @param servedByCache requests that the cache served since it told last
   * @return how many there were: fewer when memory is short
   */
  int fill(long[] to, int least, int most, long servedByCache) { // step 3
    lock.lock();
    int taken = take(to, least, most);
    fills++;
    requests += servedByCache;
    lock.unlock();
    if (taken < most) {
      System.arraycopy(to, most - taken, to, 0, taken);
    }
    return taken;
  }

  /** Takes one object for a thread without a cache; 0 when memory is short. */
  long takeOne() {
    lock.lock();
    int taken = take(one, 1, 1);
    requests += taken;
    long address = taken == 0 ? 0 : one[0];
    lock.unlock();
    return address;
  }

  /** A cache served {@code more} requests. */
  void served(long more) {
    lock.lock();
    requests += more;
    lock.unlock();
  }

  /** Step 4. The lock is released while a slab is made. */
  private int take(long[] to, int least, int most) {
    int taken = 0;
    Extent fresh = null;
    boolean refused = false;
    while (taken < least) {
      Extent slab = current;
      if (slab != null && slab.free > 0) {
        int count = taken + slab.free <= most ? slab.free : least - taken;
        Slab.take(slab, to, most - taken, count);
        taken += count;
      } else if (reuse()) {
        reuses++;
      } else if (fresh != null) {
        slabs++;
        liveSlabs++;
        current = fresh;
        fresh = null;
      } else if (refused) {
        break;
      } else {
        lock.unlock();
        fresh = arena.newSlab(sizeClass);
        lock.lock();
        refused = fresh == null;
      }
    }
    allocations += taken;
    live += taken;
    if (fresh != null) { // another thread brought one meanwhile
      arena.deleteSlab(fresh);
    }
    return taken;
  }

  private boolean reuse() {
    current = nonfull.removeFirst();
    if (current == null) {
      return false;
    }
    nonfullSlabs--;
    return true;
  }

  /**
   * Gives an object back; the lock is held.
   *
   * @return whether its slab is empty: it left the bin, and the caller must delete it
   */
  boolean giveBack(Extent slab, long address) {
    Slab.giveBack(slab, address);
    deallocations++;
    live--;
    if (slab.free == regions) {
      dissociate(slab);
      liveSlabs--;
      return true;
    }
    if (slab.free == 1 && slab != current) {
      insertLower(slab);
    }
    return false;
  }

  /** As above; takes the lock. */
  boolean giveBackAlone(Extent slab, long address) {
    lock.lock();
    try {
      return giveBack(slab, address);
    } finally {
      lock.unlock();
    }
  }

  private void dissociate(Extent slab) {
    if (slab == current) {
      current = null;
    } else if (regions > 1) {
      nonfull.remove(slab);
      nonfullSlabs--;
    }
  }

  /** A slab that was full has room again: the older one is the current one. */
  private void insertLower(Extent slab) {
    Extent held = current;
    if (held == null || !slab.precedes(held)) {
      insertNonfull(slab);
      return;
    }
    if (held.free > 0) {
      insertNonfull(held);
    }
    current = slab;
    reuses++;
  }

  private void insertNonfull(Extent slab) {
    nonfull.insert(slab);
    nonfullSlabs++;
  }

  /** Where the next objects lie: the slab that is used now, else the first that is not full. */
  @Nullable Extent next() {
    lock.lock();
    try {
      return current == null ? nonfull.first() : current;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Extent current() {
    return current;
  }

  PairingHeap nonfull() {
    return nonfull;
  }
}
