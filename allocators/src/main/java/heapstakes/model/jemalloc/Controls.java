package heapstakes.model.jemalloc;

import heapstakes.memory.Memory;

/** Tables behind mallctl(3): the first call of any kind makes them. */
final class Controls {
  // §12, the first mallctl; what is touched of them as GoldenTest's page counts say
  private static final long INDEX_BYTES = 32_800;
  private static final long INDEX_HEADER_BYTES = 24; // epoch, number of arenas, destroyed ones
  private static final long ARENA_START_BYTES =
      88; // number first, last the place of its statistics
  private static final long ALIGNMENT = 16;

  private static final int SUMS = 2; // tables of all arenas together, and of destroyed ones

  private final Base base;
  private final Memory memory;
  private final ArenaTable arenas;
  private final JemallocVersion.Records records;
  private final long[] tables;
  private long index;
  private long statistics;
  private boolean open;

  /**
   * @param base of arena 0
   * @param arenas for each of which, and for each there may be, there is a table
   * @param records of the version: how large they are
   */
  Controls(Base base, Memory memory, ArenaTable arenas, JemallocVersion.Records records) {
    this.base = base;
    this.memory = memory;
    this.arenas = arenas;
    this.records = records;
    this.tables = new long[SUMS + arenas.most()];
  }

  /** As a forked child has them. */
  Controls(Base base, Memory memory, ArenaTable arenas, Controls parent) {
    this(base, memory, arenas, parent.records);
    System.arraycopy(parent.tables, 0, tables, 0, tables.length);
    index = parent.index;
    statistics = parent.statistics;
    open = parent.open;
  }

  synchronized void open() {
    if (open) {
      return;
    }
    open = true;
    index = base.allocate(INDEX_BYTES, ALIGNMENT);
    touchStart(index, INDEX_HEADER_BYTES + (long) tables.length * Long.BYTES);
    statistics = base.allocate(records.statistics(), ALIGNMENT);
    touchStart(statistics, records.statistics());
    for (int i = 0; i < tables.length; i++) {
      tables[i] = base.allocate(records.arenaStatistics(), ALIGNMENT);
      touchStart(tables[i], i < SUMS ? records.arenaStatistics() : ARENA_START_BYTES);
    }
  }

  /**
   * Statistics are gathered: the tables of arenas that exist are written, those of all together,
   * and in each other table that there is no arena. Behind a fork their pages may be shared.
   */
  synchronized void refresh() {
    touchStart(index, INDEX_HEADER_BYTES);
    touchStart(statistics, records.statistics());
    touchStart(tables[0], records.arenaStatistics());
    for (int i = 0; i < arenas.most(); i++) {
      touchStart(
          tables[SUMS + i], arenas.exists(i) ? records.arenaStatistics() : ARENA_START_BYTES);
    }
  }

  private void touchStart(long address, long bytes) {
    if (address != 0) {
      memory.touch(address, bytes);
    }
  }
}
