package heapstakes.results.gate;

import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.environment.Environment;
import heapstakes.results.table.Style;
import heapstakes.results.table.TextTable;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import heapstakes.results.table.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a machine's own noise does to the gate: runs of one build, each compared with each. Whatever
 * alarms there is false.
 *
 * @param runs how many there are
 * @param noise by timed column
 */
public record MachineNoise(int runs, Map<Column, Noise> noise) {
  private static final double PERCENT = 0.01;
  private static final double HIGH = 0.95;

  /**
   * Of one figure.
   *
   * @param shifts by how much two runs differ, as a share, the least first: a pair of runs and a
   *     cell each
   * @param sure those of them that the rank test takes for more than chance
   */
  public record Noise(List<Double> shifts, List<Double> sure) {
    /** How often the gate would have alarmed, had a time to move by {@code least}. */
    public long alarms(double least) {
      return sure.stream().filter(shift -> shift >= least).count();
    }

    /** The least shift, a whole per cent and at least 5 %, at which it would not have. */
    public double bound() {
      double highest = sure.isEmpty() ? 0 : sure.getLast();
      return Math.max(GateRules.LEAST_SHIFT, PERCENT * (Math.floor(highest / PERCENT) + 1));
    }

    double quantile(double share) {
      return shifts.get((int) Math.round(share * (shifts.size() - 1)));
    }
  }

  /**
   * Compares each of the runs with each.
   *
   * @param runs of one build on one machine, at least two
   * @throws ResultException when they are not, or have no times in common
   */
  public static MachineNoise of(List<RunFiles> runs) {
    Map<Column, List<Double>> shifts = new TreeMap<>();
    Map<Column, List<Double>> sure = new TreeMap<>();
    for (int i = 0; i < runs.size(); i++) {
      for (RunFiles next : runs.subList(i + 1, runs.size())) {
        Comparison comparison = Comparison.of(runs.get(i), next, GateRules.DEFAULT);
        requireSame(runs.get(i), next, comparison);
        for (Finding finding : comparison.those(f -> f.p().isPresent())) {
          double ratio = 1 + finding.change().orElseThrow();
          double shift = Math.max(ratio, 1 / ratio) - 1;
          shifts.computeIfAbsent(finding.column(), c -> new ArrayList<>()).add(shift);
          List<Double> own = sure.computeIfAbsent(finding.column(), c -> new ArrayList<>());
          if (finding.p().getAsDouble() < RankTest.SIGNIFICANCE) {
            own.add(shift);
          }
        }
      }
    }
    if (shifts.isEmpty()) {
      throw new ResultException(
          "there are no times to calibrate by: two of the runs with 5 forks or more of a cell are"
              + " needed.\n  Run the same several times: heapstakes run --memory linux --forks 10"
              + " --relative-to native-glibc --out DIR");
    }
    Map<Column, Noise> noise = new TreeMap<>();
    shifts.forEach((column, all) ->
        noise.put(
            column,
            new Noise(
                all.stream().sorted().toList(),
                sure.getOrDefault(column, List.of()).stream().sorted().toList())));
    return new MachineNoise(runs.size(), noise);
  }

  private static void requireSame(RunFiles base, RunFiles next, Comparison comparison) {
    List<String> builds =
        Stream.of(base, next)
            .map(run -> run.environment().map(Environment::heapstakesVersion).orElse("unknown"))
            .distinct()
            .toList();
    List<String> differences = new ArrayList<>(comparison.elsewhere());
    if (builds.size() > 1) {
      differences.add("build: " + String.join(" → ", builds));
    }
    comparison.those(f -> f.fails() && !f.isTimed()).stream()
        .map(finding -> finding.column().header() + " of " + finding.key())
        .limit(1)
        .forEach(differences::add);
    if (!differences.isEmpty()) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s and %s are not the same measured twice: %s.\n  Calibrate by runs of one build on"
                  + " one machine.",
              base.path(),
              next.path(),
              String.join("; ", differences)));
    }
  }

  /** The least shift at which no figure would have alarmed. */
  public double bound() {
    return noise.values().stream().mapToDouble(Noise::bound).max().orElse(GateRules.LEAST_SHIFT);
  }

  /** A table, and which bound to take; each line ended. */
  public String text(Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("figure"),
                Heading.numbers("", "compared"),
                Heading.numbers("differ by", "median"),
                Heading.numbers("differ by", "95 % below"),
                Heading.numbers("differ by", "at most"),
                Heading.numbers("alarms", "at 5 %"),
                Heading.numbers("none from", "on")));
    noise.forEach((column, of) -> {
      List<Entry> row = new ArrayList<>();
      Stream.of(
              column.header(),
              Units.count(of.shifts.size()),
              percent(of.quantile(0.5)),
              percent(of.quantile(HIGH)),
              percent(of.shifts.getLast()),
              Units.count(of.alarms(GateRules.LEAST_SHIFT)),
              percent(of.bound()))
          .forEach(text -> row.add(new Entry(text, false)));
      table.add(row);
    });
    return table.render(style)
        + String.format(
            Locale.ROOT,
            "%d runs of one build, each compared with each: whatever alarms is false%n"
                + "the bound that holds here: heapstakes compare BASE NEW --least-shift %.0f%n",
            runs,
            100 * bound());
  }

  private static String percent(double share) {
    return Units.digits(100 * share, 1) + " %";
  }
}
