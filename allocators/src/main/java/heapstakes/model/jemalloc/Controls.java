package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;

/** Tables behind mallctl(3): the first call of any kind makes them. */
final class Controls {
  private static final long INDEX_BYTES = 32_800;
  private static final long STATISTICS_BYTES = 720;
  private static final long ARENA_BYTES = 37_856;
  private static final long ALIGNMENT = 16;

  private final Base base;
  private final Memory memory;
  private final int tables;
  private boolean open;

  /**
   * @param base of arena 0
   * @param arenas that there may be
   */
  Controls(Base base, Memory memory, int arenas) {
    this.base = base;
    this.memory = memory;
    this.tables = arenas + 2; // one for the sum, one for what destroyed arenas had
  }

  synchronized void open() {
    if (open) {
      return;
    }
    open = true;
    touchStart(base.allocate(INDEX_BYTES, ALIGNMENT), PAGE_BYTES);
    touchStart(base.allocate(STATISTICS_BYTES, ALIGNMENT), STATISTICS_BYTES);
    for (int i = 0; i < tables; i++) {
      touchStart(base.allocate(ARENA_BYTES, ALIGNMENT), ALIGNMENT);
    }
  }

  private void touchStart(long address, long bytes) {
    if (address != 0) {
      memory.touch(address, bytes);
    }
  }
}
