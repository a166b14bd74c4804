package heapstakes.meter;

import heapstakes.memory.Addresses;
import heapstakes.results.Footprint.TimeToReturn;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Follows resident bytes from operation to operation: its integral over virtual time, and how long
 * free memory stayed. All sums are whole numbers, so that they are the same everywhere.
 */
final class ResidentCurve {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long opNanos;
  private long resident;
  private long operationPages; // sum over operations of the pages resident behind each
  private BigInteger idlePageNanos = BigInteger.ZERO; // the same over CLOCK events, × ns
  private ReturnWatch current = new ReturnWatch();
  private ReturnWatch longest = new ReturnWatch();

  /**
   * @param opNanos virtual time of an operation
   */
  ResidentCurve(long opNanos) {
    this.opNanos = opNanos;
  }

  long resident() {
    return resident;
  }

  /** An operation ends with {@code now} bytes resident. */
  void operation(long now, long nanos) {
    operationPages += now >>> Addresses.PAGE_SHIFT;
    if (now != resident) {
      moved(now, nanos);
    }
  }

  /** Resident is {@code now} bytes at the virtual time {@code nanos}. */
  void moved(long now, long nanos) {
    boolean fell = now < resident;
    resident = now;
    if (fell) {
      current.look(nanos, now);
      longest.look(nanos, now);
    }
  }

  /** A block was freed by the operation that just ended. */
  void freed(long nanos, long requested) {
    current.start(nanos, resident, requested);
  }

  /** Time passes between operations. */
  void idle(long nanos) {
    idlePageNanos =
        idlePageNanos.add(
            BigInteger.valueOf(resident >>> Addresses.PAGE_SHIFT)
                .multiply(BigInteger.valueOf(nanos)));
  }

  /** A phase ends. */
  void endPhase(String mark) {
    if (current.isStarted()) {
      if (current.leftMoreThan(longest)) {
        longest = current;
        longest.nameAfter(mark);
      }
      current = new ReturnWatch();
    }
  }

  /** How long free memory stayed, once every phase has ended. */
  Optional<TimeToReturn> timeToReturn() {
    return longest.isStarted() ? Optional.of(longest.result()) : Optional.empty();
  }

  /** Integral of resident over virtual time, in byte·s. */
  double byteSeconds() {
    return BigInteger.valueOf(operationPages)
            .multiply(BigInteger.valueOf(opNanos))
            .add(idlePageNanos)
            .multiply(BigInteger.valueOf(Addresses.PAGE_BYTES))
            .doubleValue()
        / NANOS_PER_SECOND;
  }
}
