package heapstakes.os.simulated;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Frames at fixed places in the host: page {@code p} at {@code p × 4096 + offset}, in reservations
 * of 1 GiB made when first asked for, with a byte a page that lets {@link Memory} pass without a
 * fault. What a page's bytes are is told by two bits of its byte: without {@link #USED} they are 0,
 * whatever the frame holds, which costs the host nothing; without {@link #STALE} the frame holds 0.
 *
 * <p>A fresh frame costs the host twenty times what it takes to zero a used one, and giving one
 * back stops every thread of this JVM. So frames are kept, for this process and for the next.
 */
final class FlatFrames {
  private static final byte STALE = 4;
  private static final byte USED = 16;

  private static final int PAGES_PER_RESERVATION_SHIFT = 18; // 1 GiB
  private static final long RESERVATION_BYTES = 1L << 30;

  /** Beyond a TiB the host's own page tables would cost more than the slow path. */
  private static final int MAX_RESERVED = 1024;

  private static final long TABLE_BYTES = 1L << 35; // one byte a page: 47 bits of address
  private static final long SLOT_BYTES = 1L << 40;

  /** Used frames of no page, 64 MiB; beyond, runs go back to the host. */
  private static final int KEPT_PAGES = 1 << 14;

  /** Pages below which a run is not worth a call of the host's. */
  private static final int DISCARD_PAGES = 64;

  /** Offsets that keep clear of the JVM's own mappings, one TiB apart. */
  private static final int SLOTS = 48;

  /** No frames: every page is scattered. */
  static final FlatFrames NONE = new FlatFrames(HostMemory.NULL, -1, 0);

  // Guarded by the class.
  private static final BitSet SLOTS_IN_USE = new BitSet();
  private static final Deque<FlatFrames> KEPT = new ArrayDeque<>();
  private static final int MOST_KEPT =
      Math.min(Runtime.getRuntime().availableProcessors(), SLOTS / 4);

  private final long table; // host address of the permission bytes
  private final int slot;
  private final long offset;
  private final BitSet reserved = new BitSet();
  private final BitSet refused = new BitSet();
  private int reservedCount;
  private int lastReserved = -1;
  private int staleCount; // frames of no page that are STALE

  private FlatFrames(long table, int slot, long offset) {
    this.table = table;
    this.slot = slot;
    this.offset = offset;
  }

  /**
   * Frames for one process, all of which read as zero; {@link #NONE} where the host has no room.
   *
   * @param startBreak a low one cannot be shifted down; shifted up, the mmap area is scattered
   */
  static synchronized FlatFrames take(long startBreak) {
    int sign = startBreak < SLOT_BYTES ? 1 : -1;
    for (FlatFrames kept : KEPT) {
      if (Long.signum(kept.offset) == sign) {
        KEPT.remove(kept);
        return kept;
      }
    }
    long table = HostMemory.reserve(TABLE_BYTES);
    if (table == HostMemory.NULL) {
      return NONE;
    }
    int free = SLOTS_IN_USE.nextClearBit(0);
    int slot = free < SLOTS ? free : 0;
    SLOTS_IN_USE.set(slot);
    return new FlatFrames(table, slot, sign * (slot + 2) * SLOT_BYTES);
  }

  /** A process that has dropped all of its pages is gone. */
  static synchronized void giveBack(FlatFrames frames) {
    if (frames == NONE) {
      return;
    }
    if (KEPT.size() < MOST_KEPT && frames.staleCount <= KEPT_PAGES) {
      frames.refused.clear(); // who was in the way may be gone
      KEPT.push(frames); // the warmest comes first
    } else {
      frames.release();
      SLOTS_IN_USE.clear(frames.slot);
    }
  }

  private void release() {
    int end;
    for (int from = reserved.nextSetBit(0); from >= 0; from = reserved.nextSetBit(end)) {
      end = reserved.nextClearBit(from);
      HostMemory.release(reservationStart(from), (end - from) * RESERVATION_BYTES);
    }
    HostMemory.release(table, TABLE_BYTES);
  }

  /** Host address of the byte of page 0. */
  long table() {
    return table;
  }

  /** Applied to a page number before it indexes {@link #table}. */
  static long tableMask() {
    return TABLE_BYTES - 1;
  }

  /** What is added to an address. */
  long offset() {
    return offset;
  }

  /** Whether the page has its fixed place in the host; reserves it when first asked. */
  boolean has(long page) {
    int reservation = (int) (page >>> PAGES_PER_RESERVATION_SHIFT);
    return reservation == lastReserved || reserve(reservation);
  }

  private boolean reserve(int reservation) {
    if (this == NONE) { // which all threads share
      return false;
    }
    boolean flat = reserved.get(reservation);
    if (!flat && !refused.get(reservation)) {
      flat =
          reservedCount < MAX_RESERVED
              && HostMemory.reserveAt(reservationStart(reservation), RESERVATION_BYTES);
      reservedCount += flat ? 1 : 0;
      (flat ? reserved : refused).set(reservation);
    }
    lastReserved = flat ? reservation : lastReserved;
    return flat;
  }

  private long reservationStart(int reservation) {
    return ((long) reservation << 30) + offset;
  }

  /** Host address of the page's first byte. */
  long frame(long page) {
    return (page << 12) + offset;
  }

  /** Whether the page's bytes are 0 because nobody has asked for its frame. */
  boolean isBlank(long page) {
    return (HostMemory.getByte(table + page) & USED) == 0;
  }

  /** Makes the bytes of a page that had no frame 0. */
  void zero(long page) {
    int stale = HostMemory.getByte(table + page) & STALE;
    HostMemory.putByte(table + page, (byte) stale);
    staleCount -= stale / STALE;
  }

  /** The frame is about to be used; such accesses pass without a fault from now on. */
  void use(long page, int access) {
    int was = HostMemory.getByte(table + page);
    if ((was & (USED | STALE)) == STALE) {
      HostMemory.fill(frame(page), PAGE_BYTES, (byte) 0);
    } else if ((was & USED) == 0 && (access & Memory.WRITABLE) != 0) {
      HostMemory.putByte(frame(page), (byte) 0); // a load first would cost the host two faults
    }
    HostMemory.putByte(table + page, (byte) (access | STALE | USED));
  }

  /** Lets {@link Memory#touch} pass, which does not use the frame. */
  void permitTouch(long page) {
    byte was = HostMemory.getByte(table + page);
    HostMemory.putByte(table + page, (byte) (was | Memory.TOUCHABLE));
  }

  /** Sends such accesses through the fault handler; the bytes stay. */
  void revoke(long page, int access) {
    byte was = HostMemory.getByte(table + page);
    HostMemory.putByte(table + page, (byte) (was & ~access));
  }

  /** The bytes of {@code count} pages are no longer wanted. */
  void drop(long page, int count) {
    if (count >= DISCARD_PAGES && staleCount + count > KEPT_PAGES) {
      HostMemory.discard(frame(page), count * PAGE_BYTES);
      HostMemory.fill(table + page, count, (byte) 0);
      return;
    }
    for (long at = table + page; at < table + page + count; at++) {
      int stale = HostMemory.getByte(at) & STALE;
      HostMemory.putByte(at, (byte) stale);
      staleCount += stale / STALE;
    }
  }
}
