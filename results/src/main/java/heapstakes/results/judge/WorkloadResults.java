package heapstakes.results.judge;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.Times;
import heapstakes.results.WorkloadNames;
import heapstakes.setting.Release;
import heapstakes.setting.Spec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The contestants on one workload.
 *
 * @param workload name with parameters, told apart from those of other traces
 * @param threads of the trace
 * @param standings each contestant once, a real library below the model that follows it
 */
public record WorkloadResults(String workload, int threads, List<Standing> standings) {
  /**
   * Rows by trace, in the order of the rows.
   *
   * @param remarks what to say about a row, complete sentences
   */
  public static List<WorkloadResults> of(
      List<Cell> cells, Function<CellKey, List<String>> remarks) {
    return of(cells, WorkloadNames.ofCells(cells), remarks);
  }

  /** The same where {@code cells} are not all that is shown. */
  public static List<WorkloadResults> of(
      List<Cell> cells, WorkloadNames names, Function<CellKey, List<String>> remarks) {
    record Key(String workload, String trace, int threads) {}
    SequencedMap<Key, List<Cell>> byWorkload = new LinkedHashMap<>();
    for (Cell cell : cells) {
      CellKey key = cell.key();
      Key workload = new Key(key.workload(), key.trace(), key.threads());
      byWorkload.computeIfAbsent(workload, c -> new ArrayList<>()).add(cell);
    }
    List<WorkloadResults> workloads = new ArrayList<>();
    byWorkload.forEach((workload, own) ->
        workloads.add(
            new WorkloadResults(
                names.of(workload.workload(), workload.trace()),
                workload.threads(),
                standings(own, remarks))));
    return workloads;
  }

  /** Where a timed figure of {@code contestant} is with a probability of 95 %. */
  public Optional<Interval> spread(String contestant, Column column) {
    return standings.stream()
        .filter(standing -> standing.contestant().equals(contestant))
        .findFirst()
        .flatMap(standing -> TimedFigure.of(standing, column));
  }

  /** So many times as good a timed figure of {@code one} is as {@code other}'s, with 95 %. */
  public Optional<Interval> lead(String one, String other, Objective objective) {
    Optional<Interval> own = spread(one, objective.column());
    Optional<Interval> others = spread(other, objective.column());
    if (own.isEmpty() || others.isEmpty()) {
      return Optional.empty();
    }
    boolean isSpeed = objective.column().better() == Column.Better.HIGHER;
    return Optional.of(isSpeed ? own.get().over(others.get()) : others.get().over(own.get()));
  }

  /**
   * By how much the rounds of a contestant disagree at most, in one life or steady, as {@link
   * Interval#spread} has it; 0 where nothing was timed.
   */
  public double disagreement() {
    return standings.stream()
        .filter(Standing::competes)
        .flatMap(standing ->
            Stream.of(Column.ONE_LIFE_NS_PER_OP, Column.STEADY_NS_PER_OP)
                .flatMap(column -> TimedFigure.of(standing, column).stream()))
        .mapToDouble(Interval::spread)
        .max()
        .orElse(0);
  }

  /** Whether the machine was too busy to rank anybody here by the clock. */
  public boolean isTooBusy() {
    return disagreement() > Times.MOST_SPREAD;
  }

  private static List<Standing> standings(
      List<Cell> cells, Function<CellKey, List<String>> remarks) {
    SequencedMap<String, List<Cell>> byContestant = new LinkedHashMap<>();
    for (Cell cell : cells) {
      byContestant.computeIfAbsent(cell.key().contestant(), c -> new ArrayList<>()).add(cell);
    }
    List<Standing> all = new ArrayList<>();
    byContestant.forEach((contestant, own) -> {
      List<Cell> preferred = new ArrayList<>(own);
      // Simulated memory first: its figures are the same everywhere.
      preferred.sort(Comparator.comparing((Cell c) -> c.key().memory().startsWith("linux")));
      List<String> said =
          own.stream().flatMap(c -> remarks.apply(c.key()).stream()).distinct().toList();
      all.add(new Standing(contestant, preferred, null, said));
    });
    return originalsBelowTheirModels(all);
  }

  private static List<Standing> originalsBelowTheirModels(List<Standing> all) {
    List<Standing> ordered = new ArrayList<>();
    List<Standing> natives = new ArrayList<>(all.stream().filter(Standing::isNative).toList());
    for (Standing standing : all) {
      if (!standing.isNative()) {
        ordered.add(standing);
        natives.stream()
            .filter(original -> isOriginal(original, standing))
            .min(Comparator.comparing(original -> !hasVersionOf(original, standing)))
            .ifPresent(original -> {
              natives.remove(original);
              ordered.add(original.asOriginalOf(standing));
            });
      }
    }
    ordered.addAll(natives);
    return ordered;
  }

  /** Whether it is the very version; a build or a patch of it is an original as well. */
  private static boolean hasVersionOf(Standing original, Standing model) {
    return Spec.parse(model.text(Column.TWIN_OF)).version().orElse("").equals(number(original));
  }

  private static String number(Standing library) {
    String version = library.text(Column.VERSION);
    return version.substring(version.indexOf(' ') + 1);
  }

  /** The library in the version and with the settings that the model says it is the twin of. */
  private static boolean isOriginal(Standing original, Standing model) {
    String twinOf = model.text(Column.TWIN_OF);
    if (twinOf.isEmpty()) {
      return false;
    }
    Spec library = Spec.parse(twinOf);
    return Spec.head(original.text(Column.ALLOCATOR)).name().equals(library.name())
        && Release.isOf(number(original), library.version().orElse(""))
        && Spec.pairs(original.text(Column.SETTINGS)).equals(library.settings());
  }
}
