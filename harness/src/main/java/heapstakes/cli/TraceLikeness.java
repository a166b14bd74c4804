package heapstakes.cli;

import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.meter.FootprintObserver;
import heapstakes.results.Footprint;
import heapstakes.results.table.Units;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How far a generated trace is from what it was made of: figures of both, and what they differ by.
 */
final class TraceLikeness {
  private static final List<String> CONTESTANTS = List.of("ptmalloc2", "tcmalloc", "jemalloc");

  private TraceLikeness() {}

  /** Lines of a table; replays both traces with three models on simulated memory. */
  static List<String> lines(Trace full, Trace generated) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "%-24s %12s %12s %8s", "", "full", "generated", "off by"));
    lines.add(counts("operations", full.info().operations(), generated.info().operations()));
    lines.add(
        sizes(
            "peak requested",
            OptionalLong.of(full.info().peakRequestedBytes()),
            OptionalLong.of(generated.info().peakRequestedBytes())));
    for (String contestant : CONTESTANTS) {
      Footprint.Space one = space(contestant, full);
      Footprint.Space other = space(contestant, generated);
      lines.add(
          sizes(contestant + " peak", one.peak().residentBytes(), other.peak().residentBytes()));
      lines.add(
          sizes(contestant + " retained", one.end().retainedBytes(), other.end().retainedBytes()));
    }
    return lines;
  }

  private static Footprint.Space space(String contestant, Trace trace) throws InterruptedException {
    CellSpec cell = CellSpec.of(contestant, trace.info().name()).withMemory("simulated");
    return CellRunner.run(cell, trace, FootprintObserver.NONE).footprint().space();
  }

  private static String counts(String name, long full, long generated) {
    return String.format(
        Locale.ROOT, "%-24s %12d %12d %7.1f%%", name, full, generated, offBy(full, generated));
  }

  private static String sizes(String name, OptionalLong full, OptionalLong generated) {
    if (full.isEmpty() || generated.isEmpty()) {
      return String.format(Locale.ROOT, "%-24s not measured", name);
    }
    long before = full.getAsLong();
    long after = generated.getAsLong();
    return String.format(
        Locale.ROOT,
        "%-24s %12s %12s %7.1f%%",
        name,
        Units.bytes(before),
        Units.bytes(after),
        offBy(before, after));
  }

  private static double offBy(long full, long generated) {
    return full == 0 ? Double.NaN : 100 * ((double) generated / full - 1);
  }
}
