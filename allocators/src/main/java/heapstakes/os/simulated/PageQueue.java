package heapstakes.os.simulated;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pages in the order in which reclaim should take them: a ring of runs. A page leaves by getting
 * another ticket or losing its state; its old place is skipped when it is met.
 */
final class PageQueue {
  private final boolean lazy;
  private ResidentSet[] owners = new ResidentSet[64];
  private long[] starts = new long[64];
  private int[] counts = new int[64];
  private int[] tickets = new int[64];
  private int head;
  private int size;
  private int lastTicket;
  private @Nullable ResidentSet owner;
  private long page;

  /**
   * @param lazy whether it holds MADV_FREE'd pages; else pages with data
   */
  PageQueue(boolean lazy) {
    this.lazy = lazy;
  }

  /** Puts a page at the end. */
  void add(ResidentSet process, PteTable table, int entry) {
    long added = table.firstPage + entry;
    int tail = (head + size - 1) & (starts.length - 1);
    if (size == 0 || owners[tail] != process || starts[tail] + counts[tail] != added) {
      if (size == starts.length) {
        makeRoom();
      }
      tail = (head + size++) & (starts.length - 1);
      owners[tail] = process;
      starts[tail] = added;
      counts[tail] = 0;
      tickets[tail] = ++lastTicket;
    }
    counts[tail]++;
    table.setTicket(entry, tickets[tail]);
  }

  /** Takes the first page that still waits; {@link #owner} and {@link #page} tell which. */
  boolean poll() {
    while (size > 0) {
      ResidentSet process = owners[head];
      long candidate = starts[head]++;
      int ticket = tickets[head];
      if (--counts[head] == 0) {
        head = (head + 1) & (starts.length - 1);
        size--;
      }
      if (waits(process, candidate, ticket)) {
        owner = process;
        page = candidate;
        return true;
      }
    }
    return false;
  }

  ResidentSet owner() {
    if (owner == null) {
      throw new IllegalStateException("nothing was polled");
    }
    return owner;
  }

  long page() {
    return page;
  }

  private boolean waits(ResidentSet process, long candidate, int ticket) {
    PteTable table = process.table().find(candidate);
    int entry = (int) candidate & (PteTable.ENTRIES - 1);
    if (table == null || table.ticket(entry) != ticket) {
      return false;
    }
    boolean queued = table.has(entry, PteTable.QUEUED);
    return lazy ? queued : !queued && table.state(entry) == PteTable.DIRTY;
  }

  /** Drops runs of which no page waits any more; doubles the ring if that frees too little. */
  private void makeRoom() {
    int kept = 0;
    ResidentSet[] oldOwners = owners;
    long[] oldStarts = starts;
    int[] oldCounts = counts;
    int[] oldTickets = tickets;
    int capacity = starts.length;
    int live = liveRuns();
    int newCapacity = live > capacity / 2 ? 2 * capacity : capacity;
    owners = new ResidentSet[newCapacity];
    starts = new long[newCapacity];
    counts = new int[newCapacity];
    tickets = new int[newCapacity];
    for (int i = 0; i < size; i++) {
      int at = (head + i) & (capacity - 1);
      if (oldCounts[at] > 0) {
        owners[kept] = oldOwners[at];
        starts[kept] = oldStarts[at];
        counts[kept] = oldCounts[at];
        tickets[kept++] = oldTickets[at];
      }
    }
    Arrays.fill(oldCounts, 0);
    head = 0;
    size = kept;
  }

  /** Counts runs with a waiting page and empties the others. */
  private int liveRuns() {
    int live = 0;
    for (int i = 0; i < size; i++) {
      int at = (head + i) & (starts.length - 1);
      boolean any = false;
      for (int j = 0; j < counts[at] && !any; j++) {
        any = waits(owners[at], starts[at] + j, tickets[at]);
      }
      if (any) {
        live++;
      } else {
        counts[at] = 0;
      }
    }
    return live;
  }
}
