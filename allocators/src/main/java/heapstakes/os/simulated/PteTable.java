package heapstakes.os.simulated;

import org.jspecify.annotations.Nullable;

/**
 * The states of 512 pages: one page-table page of the kernel's lowest level (linux-vm.md §6).
 *
 * <pre>
 *  state byte:  7 | 6 a huge page brought it | 5 part of a huge frame | 4 queued as lazy | 3 young | 2 1 0 state |
 * </pre>
 */
final class PteTable {
  /** Pages it maps. */
  static final int ENTRIES = 512;

  /** No frame; reads as zero. */
  static final int EMPTY = 0;

  /** The shared frame of zeros: read, never written. */
  static final int ZERO = 1;

  /** A frame with data. */
  static final int DIRTY = 2;

  /** A frame that was MADV_FREE'd and not written since. */
  static final int LAZY = 3;

  /** In swap. */
  static final int SWAPPED = 4;

  /** Mask for the above. */
  static final int STATE = 7;

  /** A LAZY page that was read since; all others with a frame are young. */
  static final int YOUNG = 8;

  /** In the queue of lazy pages, maybe written since. */
  static final int QUEUED = 0x10;

  /** Belongs to a huge frame, which is freed when all parts are. */
  static final int COMPOUND = 0x20;

  /** Resident only since a huge page was mapped over it, and not written since. */
  static final int BROUGHT = 0x40;

  /** Number of the first page. */
  final long firstPage;

  /** State bytes. */
  final byte[] states = new byte[ENTRIES];

  /** Entries that are not EMPTY. */
  int used;

  /** Entries that are part of a huge frame. */
  int compound;

  /** Mapped as one huge page: all entries are ZERO, or all DIRTY, or all LAZY. */
  boolean huge;

  /** Waits in the queue of partly unmapped huge frames. */
  boolean splitQueued;

  /** Number of the shared frame or swap slot behind an entry; 0: private. */
  int @Nullable [] shares;

  /** Ticket of an entry's place in a reclaim queue. */
  int @Nullable [] tickets;

  PteTable(long firstPage) {
    this.firstPage = firstPage;
  }

  int state(int entry) {
    return states[entry] & STATE;
  }

  boolean has(int entry, int flag) {
    return (states[entry] & flag) != 0;
  }

  int share(int entry) {
    return shares == null ? 0 : shares[entry];
  }

  void setShare(int entry, int share) {
    if (shares == null) {
      if (share == 0) {
        return;
      }
      shares = new int[ENTRIES];
    }
    shares[entry] = share;
  }

  int ticket(int entry) {
    return tickets == null ? 0 : tickets[entry];
  }

  void setTicket(int entry, int ticket) {
    if (tickets == null) {
      tickets = new int[ENTRIES];
    }
    tickets[entry] = ticket;
  }

  /**
   * First entry at or after {@code from} and before {@code to} that is not EMPTY, or {@code to}.
   */
  int nextUsed(int from, int to) {
    int at = from;
    while (at < to && (states[at] & STATE) == EMPTY) {
      at++;
    }
    return at;
  }

  /** Whether the entry counts as resident. */
  boolean isResident(int entry) {
    int state = states[entry] & STATE;
    return state == DIRTY || state == LAZY;
  }

  /** Makes the parts of the huge frame frames of their own; how many were in no use. */
  int dissolveHugeFrame() {
    if (compound == 0) {
      return 0;
    }
    int unused = ENTRIES - compound;
    for (int entry = 0; entry < ENTRIES; entry++) {
      states[entry] &= ~COMPOUND;
    }
    compound = 0;
    return unused;
  }
}
