package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.cell.CellSpec;
import heapstakes.forecast.Forecaster;
import heapstakes.os.Machine;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.SharedTraces;
import heapstakes.replay.TraceSource;
import heapstakes.results.Cell;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Regret;
import heapstakes.results.table.Style;
import heapstakes.results.table.TextTable;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import heapstakes.results.table.Units;
import heapstakes.trace.Trace;
import heapstakes.trace.edit.EventRange;
import heapstakes.trace.edit.TraceCut;
import heapstakes.tune.FleetTrial;
import heapstakes.tune.FleetTuner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** {@code tune} on several traces: the one setting for all of them, and what it costs each. */
final class FleetTuning implements AutoCloseable {
  /** Shorter traces are not shortened. */
  private static final long LONG_OPERATIONS = 20_000;

  private static final int PART = 4;

  private final List<Program> whole = new ArrayList<>();
  private final List<Program> shortened = new ArrayList<>();
  private final PoolLimits limits;
  private final Machine machine;
  private final Path folder;
  private final Optional<Forecaster> forecaster;

  private record Program(String words, Trace trace, long bytes) {}

  /**
   * Opens and shortens.
   *
   * @param traces files or workloads, at least one
   * @param forecaster where times are searched for
   */
  FleetTuning(
      List<String> traces, Machine machine, PoolLimits limits, Optional<Forecaster> forecaster) {
    this.forecaster = forecaster;
    this.limits = limits;
    this.machine = machine;
    this.folder = newFolder();
    SharedTraces shared = new SharedTraces(limits);
    for (String words : traces) {
      Program program = program(words, shared);
      whole.add(program);
      long operations = program.trace.info().operations();
      if (operations <= LONG_OPERATIONS) {
        shortened.add(program);
      } else {
        Path file = folder.resolve(shortened.size() + ".hsb");
        TraceCut.write(
            program.trace, EventRange.ofOperations(program.trace, 0, operations / PART), file);
        shortened.add(program(file.toString(), shared));
      }
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("heapstakes-tune-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Program program(String words, SharedTraces shared) {
    shared.expect(words);
    Trace trace = shared.of(words, TraceSource.open(words));
    return new Program(words, trace, shared.replayBytes(trace.info()));
  }

  /**
   * Searches and prints.
   *
   * @param weights of the traces
   */
  void run(Contestant stock, Objective objective, double[] weights, int budget) {
    FleetTuner tuner;
    FleetTrial best;
    try (SearchBar steps = new SearchBar("tune", -1)) {
      tuner =
          new FleetTuner(
              stock,
              (contestants, isShort) -> measured(contestants, isShort ? shortened : whole, steps),
              objective,
              weights,
              !shortened.equals(whole),
              budget);
      best = tuner.best();
    }
    System.out.print(Terminal.outputStyle().fit(text(tuner, best, objective, weights)));
  }

  private List<List<Cell>> measured(
      List<Contestant> contestants, List<Program> programs, SearchBar steps) {
    List<TuneReplay> replays = new ArrayList<>();
    for (Contestant contestant : contestants) {
      for (Program program : programs) {
        CellSpec spec =
            CellSpec.of(contestant.toString(), program.words).withMemory(machine.toString());
        replays.add(new TuneReplay(spec, program.trace, program.bytes, forecaster));
      }
    }
    List<Cell> cells = TuneReplay.all(replays, limits, steps);
    List<List<Cell>> rows = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      rows.add(cells.subList(i * programs.size(), (i + 1) * programs.size()));
    }
    return rows;
  }

  private String text(FleetTuner tuner, FleetTrial best, Objective objective, double[] weights) {
    FleetTrial stock = tuner.trials().getFirst();
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("one for all, by " + objective.title()),
                Heading.numbers("", "weight"),
                Heading.numbers("", "of stock's"),
                Heading.numbers("", "of its best's"),
                Heading.texts("its best")));
    for (int i = 0; i < whole.size(); i++) {
      FleetTrial own = bestOn(i, tuner.trials(), objective);
      table.add(
          List.of(
              new Entry(whole.get(i).trace.info().name(), false),
              new Entry(Units.significant(weights[i]), false),
              new Entry(ratio(best, stock, i, objective), false),
              new Entry(ratio(best, own, i, objective), false),
              new Entry(own.contestant().toString(), false)));
    }
    Style style = Terminal.outputStyle();
    StringBuilder out = new StringBuilder(table.render(style));
    out.append(verdict(tuner, best, stock, objective));
    out.append(
        String.format(
            Locale.ROOT,
            "tried: %s settings on whole traces%s%n",
            Units.count(tuner.trials().size()),
            tuner.passedOver() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; %s more only on the first quarter of those with over %s operations",
                    Units.count(tuner.passedOver()),
                    Units.count(LONG_OPERATIONS))));
    out.append(
        String.format(
            Locale.ROOT,
            "not looked at: settings that help only together%s%n",
            tuner.isExhausted() ? ", and what --budget left no replays for" : ""));
    return out.toString();
  }

  private static String verdict(
      FleetTuner tuner, FleetTrial best, FleetTrial stock, Objective objective) {
    if (Double.isInfinite(best.mean())) {
      return String.format(
          Locale.ROOT, "none of them has a figure for %s on every trace%n", objective.title());
    }
    StringBuilder out = new StringBuilder();
    out.append(
        best == stock
            ? String.format(Locale.ROOT, "stock is the best that was found%n")
            : String.format(
                Locale.ROOT,
                "best for all: %s, %s × stock's %s%n",
                best.contestant(),
                Units.significant(best.mean()),
                objective.title()));
    out.append(TuneText.sureness(best.mean(), best == stock, objective));
    Regret.of(tuner.trials().stream().flatMap(t -> t.cells().stream()).toList(), objective).stream()
        .filter(regret -> regret.contestant().equals(best.contestant().toString()))
        .findFirst()
        .ifPresent(regret ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "  worst loss: %s × the best for %s alone%n",
                    Units.significant(regret.worst()),
                    regret.worstAt().workload())));
    String form = RunEnvironment.deployableForm(best.contestant());
    if (!form.isEmpty()) {
      out.append(String.format(Locale.ROOT, "  deploy %s: %s%n", best.contestant(), form));
    }
    return out.toString();
  }

  private static FleetTrial bestOn(int program, List<FleetTrial> trials, Objective objective) {
    FleetTrial best = trials.getFirst();
    for (FleetTrial trial : trials) {
      if (cost(trial, program, objective).orElse(Double.POSITIVE_INFINITY)
          < cost(best, program, objective).orElse(Double.POSITIVE_INFINITY)) {
        best = trial;
      }
    }
    return best;
  }

  private static OptionalDouble cost(FleetTrial trial, int program, Objective objective) {
    return objective.cost(trial.cells().get(program));
  }

  private static String ratio(FleetTrial trial, FleetTrial by, int program, Objective objective) {
    OptionalDouble own = cost(trial, program, objective);
    OptionalDouble other = cost(by, program, objective);
    return own.isEmpty() || other.isEmpty()
        ? "-"
        : Units.significant(own.getAsDouble() / other.getAsDouble());
  }

  /** Removes the shortened traces. */
  @Override
  public void close() {
    try {
      for (int i = 0; i < whole.size(); i++) {
        Files.deleteIfExists(folder.resolve(i + ".hsb"));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
