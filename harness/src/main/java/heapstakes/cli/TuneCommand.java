package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Reference;
import heapstakes.cell.CellSpec;
import heapstakes.forecast.CostFile;
import heapstakes.forecast.Costs;
import heapstakes.forecast.Forecaster;
import heapstakes.os.Machine;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.SharedTraces;
import heapstakes.replay.TraceSource;
import heapstakes.results.judge.Objective;
import heapstakes.setting.Spelling;
import heapstakes.trace.Trace;
import heapstakes.tune.Trial;
import heapstakes.tune.Tuner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heapstakes tune}: the settings of an allocator that suit a trace. */
@Command(
    name = "tune",
    description =
        "Search an allocator's settings for those that suit a trace: replays on simulated memory,"
            + " one change at a time from stock on.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What is tried are settings that the library takes, so that the best can be deployed. The",
      "answer is the same on every machine. Speed is foretold (forecast-one-life,"
          + " forecast-steady),",
      "and says how sure that is; by the wall clock it is not searched for: race what this command",
      "names with 'heapstakes run'.",
      "Of several traces a third of the settings, the best on shortened traces, are tried on all.",
      "Examples:",
      "  heapstakes tune -a ptmalloc2 -t jq --objective retained",
      "  heapstakes tune -a ptmalloc2 -t jq --objective forecast-steady",
      "  heapstakes tune -a jemalloc -w jq -w redis --weight 1 --weight 5"
    })
final class TuneCommand implements Callable<Integer> {
  /** What a replay on simulated memory tells. */
  private static final Set<Objective> MEASURED =
      new LinkedHashSet<>(
          List.of(
              Objective.RETAINED,
              Objective.PEAK,
              Objective.BILL,
              Objective.TIME_TO_RETURN,
              Objective.FORECAST_ONE_LIFE,
              Objective.FORECAST_STEADY,
              Objective.MODELLED_COST));

  private static final double MOST_WEIGHT = 1e6;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-a", "--allocator"},
      required = true,
      paramLabel = "ALLOC",
      description = "Model whose settings are searched: its name.")
  private String allocator = "";

  @Option(
      names = {"-t", "--trace", "-w", "--workload"},
      required = true,
      paramLabel = "TRACE",
      description =
          "Trace file, or workload NAME[:KEY=VALUE[,KEY=VALUE...]]; again for more: then the one"
              + " setting is searched that serves them all.")
  private List<String> traces = new ArrayList<>();

  @Option(
      names = "--weight",
      paramLabel = "N",
      description = "What each trace counts, in their order, above 0; 1 by default.")
  private List<Double> weights = new ArrayList<>();

  @Option(
      names = "--objective",
      defaultValue = "retained",
      paramLabel = "WORD",
      completionCandidates = Words.class,
      description =
          "retained, peak, bill, time-to-return, forecast-one-life, forecast-steady or"
              + " modelled-cost, the kernel's work alone (default ${DEFAULT-VALUE}).")
  private String objective = "";

  @Option(
      names = "--budget",
      defaultValue = "60",
      paramLabel = "N",
      description = "Most settings that are tried on whole traces (default ${DEFAULT-VALUE}).")
  private int budget;

  @Option(
      names = "--memory",
      defaultValue = "simulated",
      paramLabel = "NAME[:KEY=VALUE...]",
      description = "Simulated machine (default ${DEFAULT-VALUE}).")
  private String memory = "";

  @Option(
      names = "--costs",
      defaultValue = CostFile.BUNDLED,
      paramLabel = "FILE",
      description = "What counted work costs, for forecasts: made by 'calibrate'.")
  private String costs = CostFile.BUNDLED;

  @Mixin private final Jobs jobs = new Jobs();

  @Override
  public Integer call() {
    Objective wanted = objective();
    Contestant stock = stock();
    if (budget < 1 || budget > 100_000) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "--budget %d is not in 1 ... 100000", budget));
    }
    Machine machine = machine();
    PoolLimits limits = jobs.limits();
    Optional<Forecaster> forecaster = forecaster(stock, wanted);
    if (traces.size() > 1) {
      try (FleetTuning fleet = new FleetTuning(traces, machine, limits, forecaster)) {
        fleet.run(stock, wanted, weights(), budget);
      }
      return ExitCode.OK;
    }
    weights(); // one that is wrong is told
    tune(stock, wanted, machine, limits, forecaster);
    return ExitCode.OK;
  }

  /** Where times are wanted, of whose library any are known. */
  private Optional<Forecaster> forecaster(Contestant stock, Objective wanted) {
    if (!wanted.isForetold()) {
      return Optional.empty();
    }
    Costs known = CostFile.read(costs);
    Optional<String> library = stock.provider().reference().map(Reference::library);
    if (library.flatMap(known.prices()::of).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "--objective %s: times of %s cannot be foretold: %s",
              objective,
              allocator,
              library
                  .map(name -> name + " took no part in the calibration. Calibrate with it")
                  .orElse("it is no twin of a library. For the kernel's work: modelled-cost")));
    }
    return Optional.of(new Forecaster(known));
  }

  private double[] weights() {
    boolean good =
        weights.stream().allMatch(weight -> weight > 0 && weight <= MOST_WEIGHT)
            && (weights.isEmpty() || weights.size() == traces.size());
    if (!good) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "--weight: it takes a number above 0, up to %.0f, for each of the %d traces; %d are"
                  + " given",
              MOST_WEIGHT,
              traces.size(),
              weights.size()));
    }
    return weights.isEmpty()
        ? traces.stream().mapToDouble(t -> 1).toArray()
        : weights.stream().mapToDouble(w -> w).toArray();
  }

  private void tune(
      Contestant stock,
      Objective wanted,
      Machine machine,
      PoolLimits limits,
      Optional<Forecaster> forecaster) {
    String words = traces.getFirst();
    SharedTraces shared = new SharedTraces(limits);
    shared.expect(words);
    Trace source = shared.of(words, TraceSource.open(words));
    long bytes = shared.replayBytes(source.info());
    Trial best;
    Tuner tuner;
    try (SearchBar steps = new SearchBar("tune", budget)) {
      tuner =
          new Tuner(
              stock,
              contestants ->
                  TuneReplay.all(
                      contestants.stream()
                          .map(c -> new TuneReplay(spec(c, machine), source, bytes, forecaster))
                          .toList(),
                      limits,
                      steps),
              wanted,
              budget);
      best = tuner.best();
    }
    TuneText.print(tuner, best, wanted, source, words);
  }

  private Objective objective() {
    return Objective.of(objective)
        .filter(MEASURED::contains)
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                String.format(
                    Locale.ROOT,
                    "--objective '%s': it takes %s.%s%n  For speed it is forecast-one-life or"
                        + " forecast-steady; wall clock is not searched: race what tune names with"
                        + " 'run'",
                    objective,
                    String.join(", ", words()),
                    Spelling.didYouMean(objective, words()))));
  }

  private static List<String> words() {
    return MEASURED.stream().map(Objective::word).toList();
  }

  /** The same, for completion. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words().iterator();
    }
  }

  private Contestant stock() {
    Contestant contestant = Allocators.parse(allocator);
    if (!contestant.settings().given().isEmpty() || contestant.provider().worthTrying().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "-a %s: it takes the name of a model with settings to try: %s",
              allocator,
              Allocators.all().stream()
                  .filter(other -> !other.worthTrying().isEmpty())
                  .map(AllocatorProvider::name)
                  .collect(Collectors.joining(", "))));
    }
    return contestant;
  }

  private Machine machine() {
    Machine machine = Machine.parse(memory);
    if (!machine.provider().name().equals("simulated")) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT, "--memory %s: settings are searched on simulated memory", memory));
    }
    return machine;
  }

  private CellSpec spec(Contestant contestant, Machine machine) {
    return CellSpec.of(contestant.toString(), traces.getFirst()).withMemory(machine.toString());
  }
}
