package heapstakes.bench;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.results.CellKey;
import heapstakes.trace.TraceInfo;

/**
 * A contestant as it stands in results.
 *
 * @param contestant the allocator with its settings
 * @param kind model, strategy, floor or native
 * @param version of the real or modelled library
 */
public record Entrant(Contestant contestant, String kind, String version) {
  /** Asks the contestant; a real library is loaded for that. */
  public static Entrant of(Contestant contestant) {
    Lineage lineage = contestant.provider().lineage();
    return new Entrant(contestant, kind(contestant, lineage), lineage.version());
  }

  private static String kind(Contestant contestant, Lineage lineage) {
    if (lineage.kind() == Lineage.Kind.NATIVE) {
      return "native";
    }
    if (!contestant.provider().capabilities().contains(Capability.REUSES_MEMORY)) {
      return "floor";
    }
    return contestant.settings().toString().isEmpty() ? "model" : "strategy";
  }

  /** Whether it is a real library, in real memory of its own. */
  public boolean isNative() {
    return kind.equals("native");
  }

  /** Names the row of its results. */
  public CellKey key(TraceInfo trace, String memory) {
    return new CellKey(
        contestant.provider().name(),
        contestant.settings().toString(),
        trace.name(),
        trace.sha256(),
        memory,
        trace.threads());
  }

  @Override
  public String toString() {
    return contestant.toString();
  }
}
