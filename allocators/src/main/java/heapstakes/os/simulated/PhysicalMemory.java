package heapstakes.os.simulated;

import heapstakes.memory.OutOfMemoryKill;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The frames of the machine, its swap and its memory control group: charging, reclaim and the OOM
 * killer (linux-vm.md §9). All processes of a simulation share one; everything in pages.
 */
final class PhysicalMemory {
  private static final int RECLAIM_BATCH = 32; // SWAP_CLUSTER_MAX (linux-vm.md §1, §9)
  private static final int CHARGE_BATCH =
      64; // MEMCG_CHARGE_BATCH of mm/memcontrol.c: pages a penalty is meant for
  private static final long MAX_PENALTY_NANOS = 2_000_000_000L; // memory.high (linux-vm.md §9)

  /** A huge frame that is mapped in part. */
  private record Part(ResidentSet owner, PteTable table) {}

  private final long limit;
  private final String limitName;
  private final long high;
  private final long swap;
  private final PageQueue lazyPages = new PageQueue(true);
  private final PageQueue dataPages = new PageQueue(false);
  private final Deque<Part> partlyMapped = new ArrayDeque<>();
  private final List<ResidentSet> processes = new ArrayList<>();
  private int[] owners = new int[1024]; // by share number
  private int[] freeShares = new int[1024];
  private int freeShareCount;
  private int lastShare;
  private long usedFrames;
  private long usedTables;
  private long usedSwap;
  private long kills;

  /**
   * @param ram frames of the machine
   * @param memoryMax memory.max: frames and page tables of all processes
   * @param high memory.high: above it allocation is throttled
   * @param swap swap slots
   */
  PhysicalMemory(long ram, long memoryMax, long high, long swap) {
    this.limit = Math.min(ram, memoryMax);
    this.limitName = memoryMax < ram ? "memory_max" : "ram";
    this.high = high;
    this.swap = swap;
  }

  long usedFrames() {
    return usedFrames;
  }

  long usedTables() {
    return usedTables;
  }

  long usedSwap() {
    return usedSwap;
  }

  /** Processes killed so far. */
  long kills() {
    return kills;
  }

  void enter(ResidentSet process) {
    processes.add(process);
  }

  void leave(ResidentSet process) {
    processes.remove(process);
  }

  /** Takes frames for a fault of {@code process}; reclaims, or kills, when there are none. */
  void charge(ResidentSet process, long frames) {
    if (usedFrames + usedTables + frames > Math.min(limit, high)) {
      makeRoom(process, frames);
    }
    usedFrames += frames;
  }

  /** Takes frames for page tables. */
  void chargeTables(ResidentSet process, int tables) {
    if (usedFrames + usedTables + tables > Math.min(limit, high)) {
      makeRoom(process, tables);
    }
    usedTables += tables;
  }

  /** Takes frames if there are that many free without reclaim. */
  boolean tryCharge(long frames) {
    boolean fits = usedFrames + usedTables + frames <= Math.min(limit, high);
    usedFrames += fits ? frames : 0;
    return fits;
  }

  /** Takes frames if there are that many free, or reclaim frees as many at the first attempt. */
  boolean tryChargeReclaiming(long frames) {
    long missing = usedFrames + usedTables + frames - Math.min(limit, high);
    if (missing > 0) {
      reclaim(Math.max(RECLAIM_BATCH, missing));
    }
    return tryCharge(frames);
  }

  void free(long frames) {
    usedFrames -= frames;
  }

  void freeTables(long tables) {
    usedTables -= tables;
  }

  private void makeRoom(ResidentSet process, long frames) {
    while (usedFrames + usedTables + frames > limit) {
      long missing = usedFrames + usedTables + frames - limit;
      if (reclaim(Math.max(RECLAIM_BATCH, missing)) == 0) {
        kill(process);
      }
    }
    if (usedFrames + usedTables + frames > high) {
      reclaim(Math.max(RECLAIM_BATCH, usedFrames + usedTables + frames - high));
      process.sleep(penaltyNanos(usedFrames + usedTables + frames - high) * frames / CHARGE_BATCH);
    }
  }

  /** The kernel's throttle: quadratic in the overage relative to memory.high. */
  private long penaltyNanos(long over) {
    if (over <= 0) {
      return 0;
    }
    double overage = (double) ((over << 20) / Math.max(1, high)); // 2^20: all of high again
    return (long) Math.min(MAX_PENALTY_NANOS, overage * overage * 1e9 / (1L << 34));
  }

  /** Frees about {@code target} frames; how many it were. */
  private long reclaim(long target) {
    long before = usedFrames;
    while (before - usedFrames < target && !partlyMapped.isEmpty()) {
      Part part = partlyMapped.poll();
      part.table.splitQueued = false;
      if (!part.table.huge) { // else it became one again
        part.owner.splitFrame(part.table);
      }
    }
    while (before - usedFrames < target && lazyPages.poll()) {
      lazyPages.owner().reclaimLazy(lazyPages.page());
    }
    while (before - usedFrames < target && usedSwap < swap && dataPages.poll()) {
      dataPages.owner().swapOut(dataPages.page());
    }
    return before - usedFrames;
  }

  private void kill(ResidentSet asking) {
    ResidentSet victim = asking;
    for (ResidentSet process : processes) {
      victim = process.badness() > victim.badness() ? process : victim;
    }
    kills++;
    String message =
        String.format(
            Locale.ROOT,
            "out of memory: killed the process with %d KiB resident and %d KiB of page tables; %d"
                + " KiB of %s=%dK were in use, %d of %d KiB of swap.",
            victim.counters().resident() << 2,
            victim.table().tables() << 2,
            (usedFrames + usedTables) << 2,
            limitName,
            limit << 2,
            usedSwap << 2,
            swap << 2);
    victim.kill(message);
    if (victim == asking) {
      throw new OutOfMemoryKill(message);
    }
  }

  /** A page became lazy. */
  void queueLazy(ResidentSet process, PteTable table, int entry) {
    table.states[entry] |= PteTable.QUEUED;
    lazyPages.add(process, table, entry);
  }

  /** A page got data; it waits for swap, where there is any. */
  void queueData(ResidentSet process, PteTable table, int entry) {
    table.states[entry] &= ~PteTable.QUEUED;
    if (swap > 0) {
      dataPages.add(process, table, entry);
    }
  }

  /** A huge frame lost a part; pressure may free the rest. */
  void queuePartlyMapped(ResidentSet owner, PteTable table) {
    if (!table.splitQueued) {
      table.splitQueued = true;
      partlyMapped.add(new Part(owner, table));
    }
  }

  boolean takeSwap() {
    boolean fits = usedSwap < swap;
    usedSwap += fits ? 1 : 0;
    return fits;
  }

  void freeSwap() {
    usedSwap--;
  }

  /** A number for a frame or swap slot with two owners. */
  int share() {
    int share = freeShareCount > 0 ? freeShares[--freeShareCount] : ++lastShare;
    if (share == owners.length) {
      owners = Arrays.copyOf(owners, 2 * share);
    }
    owners[share] = 2;
    return share;
  }

  /** One owner more. */
  void join(int share) {
    owners[share]++;
  }

  /** Owners of a shared frame; 1 for a private one (number 0). */
  int owners(int share) {
    return share == 0 ? 1 : owners[share];
  }

  /** One owner less; how many are left. */
  int quit(int share) {
    int left = --owners[share];
    if (left == 0) {
      if (freeShareCount == freeShares.length) {
        freeShares = Arrays.copyOf(freeShares, 2 * freeShareCount);
      }
      freeShares[freeShareCount++] = share;
    }
    return left;
  }
}
