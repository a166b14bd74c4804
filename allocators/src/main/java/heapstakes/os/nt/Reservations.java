package heapstakes.os.nt;

import static heapstakes.memory.Addresses.alignUp;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The reservations of a process by address; a new one goes to the lowest place that is free. */
final class Reservations {
  /** Where a reservation may begin: dwAllocationGranularity of SYSTEM_INFO, bytes. */
  static final long GRANULARITY = 64 << 10;

  private final TreeMap<Long, Reservation> byStart = new TreeMap<>();
  private final long lowest;
  private final long highest;

  /** Within {@code [lowest, highest)}. */
  Reservations(long lowest, long highest) {
    this.lowest = lowest;
    this.highest = highest;
  }

  /** Reserves so many bytes, or null where there is no room. */
  @Nullable Reservation add(long bytes) {
    long start = lowest;
    for (Reservation each : byStart.values()) {
      if (each.start - start >= bytes) {
        break;
      }
      start = alignUp(each.end, GRANULARITY);
    }
    if (bytes > highest - start) {
      return null;
    }
    Reservation added = new Reservation(start, start + bytes);
    byStart.put(start, added);
    return added;
  }

  /** The one that has all of this, or null. */
  @Nullable Reservation find(long address, long bytes) {
    Map.Entry<Long, Reservation> below = byStart.floorEntry(address);
    return below != null && below.getValue().contains(address, address + bytes)
        ? below.getValue()
        : null;
  }

  void remove(Reservation reservation) {
    byStart.remove(reservation.start);
  }
}
