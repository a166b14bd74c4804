package heapstakes.cell;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Reference;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.setting.Spec;
import heapstakes.trace.TraceInfo;
import java.util.Optional;

/**
 * A contestant as it stands in results.
 *
 * @param contestant the allocator with its settings
 * @param kind model, strategy, experiment, floor, native or managed
 * @param version of the real or modelled library
 */
public record LabelledContestant(Contestant contestant, String kind, String version) {
  /** Asks the contestant; a real library is loaded for that. */
  public static LabelledContestant of(Contestant contestant) {
    return new LabelledContestant(
        contestant, kind(contestant), contestant.provider().lineage().version());
  }

  private static String kind(Contestant contestant) {
    if (contestant.provider().badge() == Badge.REAL) {
      return "native";
    }
    if (contestant.provider().badge() == Badge.MANAGED) {
      return "managed";
    }
    if (contestant.provider().isBound() || !contestant.can(Capability.REUSES_MEMORY)) {
      return "floor";
    }
    if (contestant.provider().undeployable(contestant.settings()).isPresent()) {
      return "experiment";
    }
    return contestant.settings().toString().isEmpty() ? "model" : "strategy";
  }

  /** Whether freed memory is used again. */
  public boolean reusesMemory() {
    return contestant.can(Capability.REUSES_MEMORY);
  }

  /** Whether its memory can be simulated; without, it is metered in a process of its own. */
  public boolean takesAnyMemory() {
    return contestant.can(Capability.ANY_MEMORY);
  }

  /** The real library that must do the same, as cells.csv names it; empty for none. */
  public String twinOf() {
    return contestant.twinOf().flatMap(this::builtAlike).map(Spec::toString).orElse("");
  }

  /** The build of it that was compiled as the twin is set; one that is not here may be any. */
  private Optional<Spec> builtAlike(Spec library) {
    if (contestant.provider().reference().flatMap(Reference::build).isEmpty()) {
      return Optional.of(library);
    }
    Contestant found = Allocators.parse(library.withoutSettings().toString());
    if (found.provider().unavailable().isPresent()) {
      return Optional.of(library);
    }
    return LibraryBuild.alike(contestant, found)
        .map(build -> new Spec(library.name(), build.version(), library.settings()));
  }

  /** Names the row of its results. */
  public CellKey key(TraceInfo trace, String memory) {
    return new CellKey(
        contestant.allocator(),
        contestant.settings().toString(),
        trace.name(),
        trace.sha256(),
        memory,
        trace.threads());
  }

  /** What is known of its row beforehand. */
  public Cell row(TraceInfo trace, String memory) {
    return Cell.of(key(trace, memory))
        .text(Column.KIND, kind)
        .text(Column.VERSION, version)
        .text(Column.TWIN_OF, twinOf())
        .text(Column.BADGE, contestant.badge().word())
        .build();
  }

  @Override
  public String toString() {
    return contestant.toString();
  }
}
