package heapstakes.model.mimalloc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Normal segments of the process that nobody uses, for reuse (§13). */
final class SegmentCache {
  private static final int SLOTS = 1024; // MI_CACHE_MAX
  private static final int VISITED = 16; // slots looked at when a segment comes in
  private static final int EXPIRED_AT_ONCE = 5;

  private final OsLayer os;
  private final Decommits decommits;
  private final SegmentMap map;
  private final MimallocSettings settings;
  private final @Nullable Segment[] slots = new @Nullable Segment[SLOTS];

  SegmentCache(OsLayer os, Decommits decommits, SegmentMap map, MimallocSettings settings) {
    this.os = os;
    this.decommits = decommits;
    this.map = map;
    this.settings = settings;
  }

  /** As a forked child has it. */
  void copyFrom(SegmentCache parent, ForkCopies copies) {
    Arrays.setAll(slots, slot -> copies.of(parent.slots[slot]));
  }

  /** Takes a segment, which has no owner any more; false when there is no room. */
  boolean push(Segment segment) {
    os.lock.lock();
    try {
      purge(false);
      int slot = 0;
      while (slot < SLOTS && slots[slot] != null) {
        slot++;
      }
      if (slot == SLOTS) {
        return false;
      }
      slots[slot] = segment;
      segment.expire = 0;
      if (!segment.committed.isEmpty() && settings.allowDecommit()) {
        if (settings.segmentDecommitDelay() == 0) {
          decommits.decommitAll(segment);
        } else {
          segment.expire = os.now() + settings.segmentDecommitDelay();
        }
      }
      return true;
    } finally {
      os.lock.unlock();
    }
  }

  /** The one in the lowest slot, with what was committed and pending; null when there is none. */
  @Nullable Segment pop() {
    os.lock.lock();
    try {
      for (int slot = 0; slot < SLOTS; slot++) {
        Segment segment = slots[slot];
        if (segment != null) {
          slots[slot] = null;
          return segment;
        }
      }
      return null;
    } finally {
      os.lock.unlock();
    }
  }

  /** Decommits what expired, in a few slots that the clock chooses, or in {@code all}. */
  void purge(boolean all) {
    if (!settings.allowDecommit()) {
      return;
    }
    os.lock.lock();
    try {
      long now = os.now();
      int slot = all ? 0 : (int) Long.remainderUnsigned(shuffle(now), SLOTS);
      int visits = all ? SLOTS : VISITED;
      int expired = 0;
      for (int i = 0; i < visits && (all || expired < EXPIRED_AT_ONCE); i++) {
        Segment segment = slots[(slot + i) & (SLOTS - 1)];
        if (segment != null && segment.expire != 0 && now >= segment.expire) {
          segment.expire = 0;
          decommits.decommitAll(segment);
          expired++;
        }
      }
    } finally {
      os.lock.unlock();
    }
  }

  /** The library's mixing function for numbers that are not quite random (random.c). */
  private static long shuffle(long value) {
    long x = value == 0 ? 17 : value;
    x ^= x >>> 30;
    x *= 0xbf58476d1ce4e5b9L;
    x ^= x >>> 27;
    x *= 0x94d049bb133111ebL;
    return x ^ x >>> 31;
  }

  /** Unmaps all. */
  void freeAll() {
    for (Segment segment = pop(); segment != null; segment = pop()) {
      free(segment);
    }
  }

  /** Gives a segment back to the kernel. */
  void free(Segment segment) {
    map.remove(segment);
    os.free(
        segment.address - segment.lead, segment.bytes() + segment.lead, segment.committedBytes());
  }

  /** For audits: what is in {@code slot}. */
  @Nullable Segment at(int slot) {
    return slots[slot];
  }

  /** Slots there are. */
  static int slots() {
    return SLOTS;
  }
}
