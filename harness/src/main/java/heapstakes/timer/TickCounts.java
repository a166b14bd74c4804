package heapstakes.timer;

import java.util.List;

/**
 * How long single operations took, by the time-stamp counter.
 *
 * @param nanosPerTick of the counter, positive
 * @param clockTicks what two readings with nothing between them differ by; contained in each bucket
 * @param buckets what was counted
 */
public record TickCounts(double nanosPerTick, long clockTicks, List<Bucket> buckets) {
  /**
   * Operations of one kind that took about as long.
   *
   * @param op of {@link heapstakes.trace.Op}
   * @param ticks that they took at least
   * @param count how many
   */
  public record Bucket(byte op, long ticks, long count) {}
}
