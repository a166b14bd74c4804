package heapstakes.fidelity;

import heapstakes.os.Syscall;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a twin and its library came out on one trace.
 *
 * @param trace its name
 * @param operations carried out by the library
 * @param addresses blocks at the same place
 * @param breaks operations behind which the program break is the same
 * @param placements mapped blocks and heaps that the kernel placed alike; decides nothing
 * @param counters values of counters that are the same
 * @param resident distance of the resident curves
 * @param calls system calls; decide nothing
 * @param address the first operation that differs
 * @param counter the first counter that differs
 * @param ending how the two ended, where they did not end alike; else empty
 * @param collapsed ranges of 2 MiB that the machine's khugepaged filled meanwhile, of whatever
 *     process; 0 where huge pages had no part
 */
public record Agreement(
    String trace,
    long operations,
    Share addresses,
    Share breaks,
    Share placements,
    Share counters,
    ResidentError resident,
    Calls calls,
    Optional<AddressDifference> address,
    Optional<CounterDifference> counter,
    String ending,
    long collapsed) {
  /** Resident may be wrong by so much. */
  public static final double RESIDENT_TOLERANCE = 0.01;

  /**
   * System calls of both.
   *
   * @param library how many of each kind
   * @param twin how many of each kind
   * @param difference the first one of the logs
   */
  public record Calls(
      Map<Syscall, Long> library, Map<Syscall, Long> twin, Optional<CallDifference> difference) {
    /** Copies its maps, into the order of the kinds: what is printed is the same each time. */
    public Calls {
      library = ordered(library);
      twin = ordered(twin);
    }

    private static Map<Syscall, Long> ordered(Map<Syscall, Long> counts) {
      Map<Syscall, Long> ordered = new EnumMap<>(Syscall.class);
      ordered.putAll(counts);
      return Collections.unmodifiableMap(ordered);
    }

    /** Whether both made as many of each kind. */
    public boolean sameCounts() {
      return library.equals(twin);
    }
  }

  /** Whether the twin is one on this trace. */
  public boolean holds() {
    return addresses.isWhole()
        && breaks.isWhole()
        && counters.isWhole()
        && resident.max() <= RESIDENT_TOLERANCE
        && ending.isEmpty();
  }
}
