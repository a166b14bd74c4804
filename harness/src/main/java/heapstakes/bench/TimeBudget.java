package heapstakes.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The time that a run is given, divided among the workloads that it times: each has an equal share
 * of what is left when its turn comes. What is metered is not cut short, as a part of a footprint
 * is none, and takes of the share; at least half of the share is for timing, so that a slow machine
 * does not meter all and time nothing. What there is no time for is left out.
 */
final class TimeBudget {
  /** Forks have hardly started by then, and the fewest rounds take as long again. */
  private static final Duration SHORTEST_TIMING = Duration.ofSeconds(6);

  private final Optional<Duration> all;
  private final LongSupplier clock;
  private final long start;
  private long begun;
  private long end;
  private long meteredOperations;
  private long meteredNanos;

  /**
   * A budget that begins now.
   *
   * @param all empty: there is no end
   * @param clock in ns
   */
  TimeBudget(Optional<Duration> all, LongSupplier clock) {
    this.all = all;
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  private long left() {
    return all.orElseThrow().toNanos() - (clock.getAsLong() - start);
  }

  /**
   * Whether something can be begun that is not cut short.
   *
   * @param operations that are to be metered
   */
  boolean allows(long operations) {
    double expected = meteredOperations == 0 ? 0 : (double) operations / meteredOperations;
    return all.isEmpty() || left() > expected * meteredNanos;
  }

  /** What was begun has been metered: so fast is this machine. */
  void metered(long operations) {
    meteredOperations += operations;
    meteredNanos += clock.getAsLong() - begun;
  }

  /**
   * A workload begins.
   *
   * @param workloads that are still to be timed, this one among them
   */
  void begin(int workloads) {
    begun = clock.getAsLong();
    end = all.isPresent() ? begun + left() / workloads : 0;
  }

  /**
   * The workload has been metered and would be timed.
   *
   * @param workloads as before
   * @return whether its rounds have had their time; empty if there is too little to begin with
   */
  Optional<BooleanSupplier> timing(int workloads) {
    if (all.isEmpty()) {
      return Optional.of(() -> false);
    }
    long now = clock.getAsLong();
    long share = Math.max(end - now, left() / (2L * workloads));
    return share < SHORTEST_TIMING.toNanos()
        ? Optional.empty()
        : Optional.of(() -> clock.getAsLong() - now >= share);
  }
}
