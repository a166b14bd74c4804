package heapstakes.os.simulated;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;
import heapstakes.memory.PageFaultHandler;
import heapstakes.os.linux.ProcessLayout;

/**
 * Where the bytes of simulated pages are (ADR 0001): in {@link FlatFrames}; where the host has
 * something else at that place, or cannot reserve, in {@link ScatteredFrames}, and each access
 * takes the slow path: same results, only slower.
 */
final class HostBacking implements AutoCloseable {
  private static final int WRITES = Memory.WRITABLE | Memory.TOUCHABLE;
  private static final int ALL = Memory.READABLE | WRITES;

  private final ScatteredFrames scattered = new ScatteredFrames();
  private final long noTable = scattered.allocate();
  private FlatFrames flat;

  /**
   * @param layout tells which places matter most
   * @param flat false: keep every page in scattered frames, as on a host without reservations
   */
  HostBacking(ProcessLayout layout, boolean flat) {
    this.flat = flat ? FlatFrames.take(layout.startBreak()) : FlatFrames.NONE;
  }

  /** The loads and stores that use this backing. */
  Memory memory(PageFaultHandler kernel) {
    return flat == FlatFrames.NONE
        ? Memory.simulated(0, noTable, 0, kernel)
        : Memory.simulated(flat.offset(), flat.table(), FlatFrames.tableMask(), kernel);
  }

  /** Host address of the page's first byte; the frame reads as zero if it is new. */
  long frame(long page) {
    return flat.has(page) ? flat.frame(page) : scattered.frame(page);
  }

  /** Whether the page's bytes are known to be 0 and the host need not be asked for them. */
  boolean isBlank(long page) {
    return flat.has(page) && flat.isBlank(page);
  }

  /** Whether the page's bytes are all 0. */
  boolean isZero(long page) {
    return isBlank(page) || HostMemory.isZero(frame(page), PAGE_BYTES);
  }

  /** Makes the frame of a page that had none read as zero. */
  void zeroFrame(long page) {
    if (flat.has(page)) {
      flat.zero(page);
    }
  }

  /** Gives a page that had none the bytes of another. */
  void copyFrame(HostBacking from, long source, long page) {
    zeroFrame(page);
    if (!from.isBlank(source)) {
      use(page, false, false);
      HostMemory.copy(from.frame(source), frame(page), PAGE_BYTES);
    }
  }

  /** The frame is about to be used; further loads or stores may pass without a fault. */
  void use(long page, boolean loads, boolean stores) {
    if (flat.has(page)) {
      flat.use(page, (loads ? Memory.READABLE : 0) | (stores ? WRITES : 0));
    }
  }

  /** Lets touches pass without a fault. */
  void permitTouch(long page) {
    if (flat.has(page)) {
      flat.permitTouch(page);
    }
  }

  /** Sends every access to the page through the fault handler; its bytes stay. */
  void revoke(long page) {
    if (flat.has(page)) {
      flat.revoke(page, ALL);
    }
  }

  /** Sends stores through the fault handler. */
  void revokeWrite(long page) {
    if (flat.has(page)) {
      flat.revoke(page, WRITES);
    }
  }

  /** The bytes of {@code count} pages, all in one 2 MiB, are no longer wanted. */
  void drop(long page, int count) {
    if (flat.has(page)) {
      flat.drop(page, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      scattered.release(page + i);
    }
  }

  /** The process, which has dropped all of its pages, is gone. */
  @Override
  public void close() {
    scattered.close();
    FlatFrames given = flat;
    flat = FlatFrames.NONE;
    FlatFrames.giveBack(given);
  }
}
