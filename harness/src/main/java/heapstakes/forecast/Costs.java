package heapstakes.forecast;

import java.util.List;

/**
 * A calibration: what counted work costs on a machine, and what that was found from.
 *
 * @param schemaVersion of the file
 * @param machine processor, number of processors and system
 * @param command that made it, as typed
 * @param date ISO 8601 with the zone
 * @param caches of that machine
 * @param pulseNanos what the {@link heapstakes.meter.Pulse} took when that machine was fast, in ns
 *     an operation
 * @param prices in ns
 * @param observations that the prices were fitted to
 */
public record Costs(
    int schemaVersion,
    String machine,
    String command,
    String date,
    Caches caches,
    double pulseNanos,
    Prices prices,
    List<Observation> observations) {
  /** Version of the files that this program writes. */
  public static final int SCHEMA_VERSION = 1;

  /** Keeps a copy of the list. */
  public Costs {
    observations = List.copyOf(observations);
  }

  /** The same by what is left when one trace did not take part. */
  public Costs without(String traceSha256) {
    List<Observation> others =
        observations.stream().filter(o -> !o.traceSha256().equals(traceSha256)).toList();
    return others.size() == observations.size() ? this : fittedTo(others);
  }

  /** The same observations with prices that are fitted to them anew. */
  public Costs refitted() {
    return fittedTo(observations);
  }

  private Costs fittedTo(List<Observation> some) {
    return new Costs(
        schemaVersion,
        machine,
        command,
        date,
        caches,
        pulseNanos,
        Prices.fitted(some, pulseNanos),
        some);
  }
}
