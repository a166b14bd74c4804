package heapstakes.os.simulated;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;
import heapstakes.memory.PageFaultHandler;
import heapstakes.os.linux.ProcessLayout;
import java.util.BitSet;

/**
 * Where the bytes of simulated pages are (ADR 0001). Page {@code p} lives at host address {@code p
 * × 4096 + hostOffset}, in reservations of 1 GiB made at the first fault there; where the host has
 * something else at that place, or cannot reserve, pages live in {@link ScatteredFrames} and each
 * access takes the slow path: same results, only slower.
 *
 * <p>A permission byte per page lets {@link Memory} pass without a fault. Its bit {@link #STALE}
 * says that the host's frame holds bytes of an earlier life, to be zeroed at the next fault.
 */
final class HostBacking implements AutoCloseable {
  private static final byte READABLE = Memory.READABLE;
  private static final byte READ_WRITE = Memory.READABLE | Memory.WRITABLE;
  private static final byte STALE = 4;

  private static final int PAGES_PER_RESERVATION_SHIFT = 18; // 1 GiB
  private static final long RESERVATION_BYTES = 1L << 30;
  private static final int RESERVATIONS = 1 << 17; // 47 bits of address

  /** Beyond a TiB the host's own page tables would cost more than the slow path. */
  private static final int MAX_RESERVED = 1024;

  private static final long TABLE_BYTES = 1L << 35; // one byte a page
  private static final long SLOT_BYTES = 1L << 40;

  /** Pages from which on a run goes back to the host; shorter ones are zeroed when used again. */
  private static final int DISCARD_PAGES = 64;

  /** Offsets below 0 that keep clear of the JVM's own mappings, one TiB apart. */
  private static final int SLOTS = 48;

  private static final BitSet SLOTS_IN_USE = new BitSet();

  private final int slot;
  private final long hostOffset;
  private final long table; // host address of the permission table; NULL: no fast path at all
  private final BitSet reserved = new BitSet();
  private final BitSet refused = new BitSet();
  private final ScatteredFrames scattered = new ScatteredFrames();
  private final long noTable;
  private int reservedCount;
  private int lastReserved = -1;

  /**
   * @param layout tells which places matter most
   * @param flat false: keep every page in scattered frames, as on a host without reservations
   */
  HostBacking(ProcessLayout layout, boolean flat) {
    this.table = flat ? HostMemory.reserve(TABLE_BYTES) : HostMemory.NULL;
    this.noTable = scattered.allocate();
    this.slot = table == HostMemory.NULL ? -1 : takeSlot();
    boolean low = layout.startBreak() < SLOT_BYTES;
    // A low program break cannot be shifted down; shifted up, the mmap area takes the slow path.
    this.hostOffset = (low ? 1 : -1) * (slot + 2) * SLOT_BYTES;
  }

  private static synchronized int takeSlot() {
    int free = SLOTS_IN_USE.nextClearBit(0);
    int slot = free < SLOTS ? free : 0;
    SLOTS_IN_USE.set(slot);
    return slot;
  }

  private static synchronized void freeSlot(int slot) {
    SLOTS_IN_USE.clear(slot);
  }

  /** The loads and stores that use this backing. */
  Memory memory(PageFaultHandler kernel) {
    return table == HostMemory.NULL
        ? Memory.simulated(hostOffset, noTable, 0, kernel)
        : Memory.simulated(hostOffset, table, TABLE_BYTES - 1, kernel);
  }

  /** Whether the page has its fixed place in the host; reserves it when first asked. */
  private boolean isFlat(long page) {
    int reservation = (int) (page >>> PAGES_PER_RESERVATION_SHIFT);
    return reservation == lastReserved || isFlatSlow(reservation);
  }

  private boolean isFlatSlow(int reservation) {
    boolean flat = reserved.get(reservation);
    if (!flat && table != HostMemory.NULL && !refused.get(reservation)) {
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
    return ((long) reservation << 30) + hostOffset;
  }

  /** Host address of the page's first byte; the frame reads as zero if it is new. */
  long frame(long page) {
    return isFlat(page) ? (page << 12) + hostOffset : scattered.frame(page);
  }

  /** Makes the frame read as zero, wherever its last life left bytes in it. */
  void zeroFrame(long page) {
    if (isFlat(page) && (HostMemory.getByte(table + page) & STALE) != 0) {
      HostMemory.fill((page << 12) + hostOffset, PAGE_BYTES, (byte) 0);
      HostMemory.putByte(table + page, (byte) 0);
    }
  }

  /** Lets loads, and stores if {@code write}, pass without a fault. */
  void permit(long page, boolean write) {
    if (isFlat(page)) {
      HostMemory.putByte(table + page, write ? READ_WRITE : READABLE);
    }
  }

  /** Sends every access to the page through the fault handler; its bytes stay. */
  void revoke(long page) {
    if (isFlat(page)) {
      HostMemory.putByte(table + page, (byte) 0);
    }
  }

  /** Sends stores through the fault handler. */
  void revokeWrite(long page) {
    if (isFlat(page)) {
      byte was = HostMemory.getByte(table + page);
      HostMemory.putByte(table + page, (byte) (was & ~Memory.WRITABLE));
    }
  }

  /** The bytes of {@code count} pages, all in one 2 MiB, are no longer wanted. */
  void drop(long page, int count) {
    if (!isFlat(page)) {
      for (int i = 0; i < count; i++) {
        scattered.release(page + i);
      }
    } else if (count >= DISCARD_PAGES) {
      HostMemory.discard((page << 12) + hostOffset, count * PAGE_BYTES);
      HostMemory.fill(table + page, count, (byte) 0);
    } else {
      HostMemory.fill(table + page, count, STALE);
    }
  }

  /** Gives everything back to the host. */
  @Override
  public void close() {
    int end;
    for (int from = reserved.nextSetBit(0); from >= 0; from = reserved.nextSetBit(end)) {
      end = reserved.nextClearBit(from);
      HostMemory.release(reservationStart(from), (end - from) * RESERVATION_BYTES);
    }
    reserved.clear();
    refused.set(0, RESERVATIONS);
    lastReserved = -1;
    scattered.close();
    if (table != HostMemory.NULL) {
      HostMemory.release(table, TABLE_BYTES);
      freeSlot(slot);
    }
  }
}
