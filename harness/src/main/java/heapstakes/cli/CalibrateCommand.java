package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.decision.Answer;
import heapstakes.decision.DecisionText;
import heapstakes.decision.LeftOut;
import heapstakes.driver.NativeBuild;
import heapstakes.fidelity.Counterpart;
import heapstakes.forecast.CacheProbe;
import heapstakes.forecast.Caches;
import heapstakes.forecast.Calibration;
import heapstakes.forecast.CostFile;
import heapstakes.forecast.Costs;
import heapstakes.forecast.Observation;
import heapstakes.forecast.Prices;
import heapstakes.meter.Pulse;
import heapstakes.replay.TraceSource;
import heapstakes.results.environment.Environment.Host;
import heapstakes.results.environment.HostProbe;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code heapstakes calibrate}: what a twin's counted work costs on this machine. */
@Command(
    name = "calibrate",
    description =
        "Time the real libraries that are here on a set of traces, and find what the counted work of"
            + " their twins costs on this machine: a file for --costs of run, replay and verify.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Leave the machine alone meanwhile. At the end each trace is left out in turn and foretold by the",
      "prices of the others. --from bundled -o /dev/null does that for the costs that come along.",
      "Example:  heapstakes calibrate -o costs.json"
    })
final class CalibrateCommand implements Callable<Integer> {
  /**
   * Of the kinds of work that programs have, each in a size that a replay takes some ms for. One
   * thread each: several are timed by the wall, which on a busy machine is no price.
   */
  private static final List<String> WORKLOADS =
      List.of(
          "perl",
          "xmllint",
          "cc1",
          "server-churn:threads=1,operations=200000,live=20000",
          "server-churn:threads=1,operations=100000,live=3000,sizes=buffers",
          "server-churn:threads=1,operations=100000,live=3000,sizes=small",
          "size-profile:operations=200000",
          "glibc-bench-thread:operations=200000",
          "size-profile:operations=100000,live=2M",
          "long-lived-service:blocks=10000",
          "random:operations=100000,sizes=small",
          "random:operations=100000,sizes=tiny,live=50000",
          "four-byte-flood:n=200000",
          "sqlite3",
          "jq",
          "late-first-free:blocks=50000");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The file to write.")
  private Path output = Path.of("costs.json");

  @Option(
      names = {"-w", "--workload"},
      paramLabel = "WORKLOAD",
      description = "A trace to time; again for more; by default recordings and synthetic ones.")
  private List<String> workloads = WORKLOADS;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      paramLabel = "N",
      description =
          "Turns of each library on each trace, fewer where they take long (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Time nothing: fit prices anew to what that file, made by this command, observed; again"
              + " for more, all of one machine, of which the last counts where a trace is in several.")
  private List<String> from = new ArrayList<>();

  @Override
  public Integer call() {
    if (!from.isEmpty()) {
      List<Costs> parts = from.stream().map(CostFile::read).toList();
      Costs together = Costs.together(parts);
      CostFile.write(output, together);
      print(together);
      return ExitCode.OK;
    }
    if (rounds < 1 || rounds > 1_000) {
      throw new UsageException(
          String.format(Locale.ROOT, "--rounds %d is not in 1 ... 1000.", rounds));
    }
    List<Calibration.Pair> pairs = pairs();
    if (pairs.isEmpty()) {
      throw new UsageException(
          "no real library that has a twin is here.\n  'heapstakes doctor' says which packages add some.");
    }
    Caches caches = new CacheProbe(Path.of("/")).shape();
    List<Observation> observations = new ArrayList<>();
    try (Pulse pulse = Pulse.ofGlibc();
        SearchBar bar = new SearchBar("calibrate", workloads.size())) {
      for (String workload : workloads) {
        observations.addAll(
            Calibration.observe(
                pairs, workload, TraceSource.open(workload), caches, rounds, pulse));
        CostFile.write(output, costs(caches, pulse, observations)); // if somebody ends this
        bar.stepAloud(workload);
      }
      print(costs(caches, pulse, observations));
    }
    return ExitCode.OK;
  }

  /** How good prices are on traces that they were not fitted to. */
  private static void print(Costs costs) {
    List<Answer> answers = LeftOut.answers(costs);
    System.out.print(
        Terminal.outputStyle()
            .fit(DecisionText.head() + DecisionText.of(answers) + DecisionText.total(answers)));
  }

  private Costs costs(Caches caches, Pulse pulse, List<Observation> observations) {
    double fast = pulse.fast();
    return new Costs(
        Costs.SCHEMA_VERSION,
        machine(),
        typed(),
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString(),
        caches,
        fast,
        Prices.fitted(observations, fast),
        observations);
  }

  /**
   * Every library that is here and has a twin.
   *
   * @throws UsageException when nothing can be timed here
   */
  static List<Calibration.Pair> pairs() {
    NativeBuild.of(NativeBuild.Program.TIMER)
        .unavailable()
        .ifPresent(why -> {
          throw new UsageException(why);
        });
    return Allocators.all().stream()
        .filter(provider -> provider.reference().isPresent())
        .map(provider -> Allocators.parse(TwinsHere.of(provider.name())))
        .flatMap(model -> pair(model).stream())
        .toList();
  }

  private static Optional<Calibration.Pair> pair(Contestant model) {
    return Counterpart.of(model) instanceof Counterpart.Library library
        ? Optional.of(new Calibration.Pair(library.twin(), library.original()))
        : Optional.empty();
  }

  private static String machine() {
    Host host = new HostProbe().host();
    return String.format(
        Locale.ROOT,
        "%s · %d cores · %s · %s",
        host.cpu(),
        host.cores(),
        host.kernel(),
        host.distribution());
  }

  private String typed() {
    return "heapstakes "
        + String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
  }
}
