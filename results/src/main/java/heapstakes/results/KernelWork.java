package heapstakes.results;

import java.util.OptionalLong;

/**
 * What the kernel has done for a replay up to some point.
 *
 * @param calls system calls for memory; empty: not measured
 * @param majorFaults pages read back from swap; empty: not measured
 * @param modelledNanos deterministic cost of the counted work; empty: not measured
 */
public record KernelWork(OptionalLong calls, OptionalLong majorFaults, OptionalLong modelledNanos) {
  /** Nothing is known. */
  public static final KernelWork NOT_MEASURED =
      new KernelWork(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  public KernelWork {
    Checks.requireNotNegative("system calls", calls);
    Checks.requireNotNegative("major faults", majorFaults);
    Checks.requireNotNegative("modelled time", modelledNanos);
  }
}
