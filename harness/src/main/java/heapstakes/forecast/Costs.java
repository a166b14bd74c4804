package heapstakes.forecast;

import heapstakes.results.ResultException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;

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

  /**
   * Of what all of {@code parts} observed on one machine.
   *
   * @param parts at least one; where several observed the same, the last of them counts
   * @throws ResultException when they are of different machines
   */
  public static Costs together(List<Costs> parts) {
    Costs last = parts.getLast();
    SequencedMap<List<String>, Observation> all = new LinkedHashMap<>();
    for (Costs part : parts) {
      if (!part.machine.equals(last.machine) || !part.caches.equals(last.caches)) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                "the costs are of two machines, %s and %s: prices are of one.",
                part.machine,
                last.machine));
      }
      part.observations.forEach(o -> all.put(List.of(o.library(), o.traceSha256()), o));
    }
    return new Costs(
            last.schemaVersion,
            last.machine,
            parts.stream().map(Costs::command).distinct().collect(Collectors.joining("; ")),
            last.date,
            last.caches,
            parts.stream().mapToDouble(Costs::pulseNanos).min().orElseThrow(),
            last.prices,
            List.copyOf(all.values()))
        .refitted();
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
