package heapstakes.cli;

import heapstakes.bench.Interruption;
import heapstakes.bench.PlanRunner;
import heapstakes.bench.Profile;
import heapstakes.bench.RunPlan;
import heapstakes.forecast.CostFile;
import heapstakes.pool.PoolLimits;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.table.Style;
import heapstakes.setting.Printable;
import heapstakes.timer.InstructionCounter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heapstakes run}: contestants × workloads, to a run directory and a table. */
@Command(
    name = "run",
    description = {
      "Contestants x workloads under JMH and the meters: a run directory and a table.",
      "Without arguments: the default set, in at most 3 minutes or so (--budget).",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  heapstakes run -a ptmalloc2 -a native-glibc -w sqlite3",
      "  heapstakes run -w trim-threshold        answers its question, with what suits it",
      "  heapstakes run -a jemalloc:dirty_decay_ms=0 -w server-churn --profile standard",
      "  heapstakes run -w my-program.hst.xz --memory simulated",
      "  heapstakes run --resume                 go on with the newest run",
      "Workloads of fewer than 1 000 operations are metered and not timed."
    })
final class RunCommand implements Callable<Integer> {
  private static final int LEAST_BUDGET = 10;

  /** Under 3 minutes with what follows: the last workload's last replays, and the tables. */
  private static final int FIRST_LOOK_SECONDS = 160;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-a", "--allocator"},
      paramLabel = "ALLOC",
      description =
          "A contestant, NAME[@VERSION][:KEY=VALUE,...]; again for more. See: list allocators")
  private List<String> allocators = new ArrayList<>();

  @Option(
      names = {"-w", "--workload"},
      paramLabel = "WORKLOAD",
      description = "NAME[:KEY=VALUE,...] or [FORMAT:]FILE; again for more. See: list workloads")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--memory",
      paramLabel = "MEMORY",
      description =
          "simulated[:KEY=VALUE,...] (footprints) or linux (timing, real libraries);"
              + " again for both, which is the default unless the workload suggests another.")
  private List<String> memory = new ArrayList<>();

  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N[,N...]",
      description = "Numbers of threads, for workloads with a parameter of that name.")
  private void setThreads(List<String> texts) {
    threads = texts.stream().flatMap(text -> numbersOfThreads(text).stream()).toList();
  }

  private List<Integer> numbersOfThreads(String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      if (!word.strip().matches("[1-9][0-9]{0,3}")) {
        throw new ParameterException(
            spec.commandLine(),
            String.format(
                Locale.ROOT, "--threads %s: it takes numbers from 1 on, e.g. 1,2,4", text));
      }
      numbers.add(Integer.parseInt(word.strip()));
    }
    return numbers;
  }

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description =
          "quick (the default), standard or thorough: forks and replays of timed cells. memory"
              + " meters everybody, real libraries too, and times nothing.")
  private @Nullable Profile profile;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs for each timed cell, instead of the profile's 1, 3 or 10.")
  private int forks;

  @Option(
      names = "--relative-to",
      paramLabel = "ALLOC",
      description =
          "Let this contestant take turns with each timed one, in the same JVM: 'compare' takes"
              + " times as multiples of its.")
  private @Nullable String relativeTo;

  @Option(
      names = "--instructions",
      description =
          "Count instructions of real libraries as well, under valgrind: they are the same however"
              + " busy the machine is. Takes some 50 times as long as a replay.")
  private boolean instructions;

  @Option(
      names = "--locality",
      description =
          "Count cache lines and pages that models touch as well, on simulated memory: columns"
              + " 'lines touched', 'pages touched', and what caches missed in cells.csv.")
  private boolean locality;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "End a fork that is not done, or a library that gives no sign of life, after so long;"
              + " by default 60 s and what the profile and the trace take.")
  private @Nullable Integer timeout;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      description =
          "End in about so long: workloads share the time, and what there is no time for is left"
              + " out and named (default: 160 for the default set in the quick profile, else no"
              + " end).")
  private @Nullable Integer budget;

  @Mixin private final Jobs jobs = new Jobs();

  @Option(
      names = "--costs",
      defaultValue = CostFile.BUNDLED,
      paramLabel = "FILE",
      description =
          "What counted work costs, for forecasts: made by 'calibrate' (default: of the machine"
              + " that the costs which come along were made on).")
  private String costs = CostFile.BUNDLED;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory; by default a new one in results/runs.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out, or with the newest one; what failed is retried.")
  private boolean resume;

  @Override
  public Integer call() {
    if (spec.commandLine().getParseResult().hasMatchedOption("--forks")
        && (forks < 1 || forks > Environment.Plan.MOST_FORKS)) {
      throw new UsageException(
          String.format(
              Locale.ROOT, "--forks %d: it takes 1 to %d.", forks, Environment.Plan.MOST_FORKS));
    }
    if (profile == Profile.MEMORY && (forks > 0 || relativeTo != null)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s: the profile 'memory' times nothing. Take another, or leave it out.",
              forks > 0 ? "--forks" : "--relative-to"));
    }
    if (timeout != null && timeout < 1) {
      throw new UsageException(
          String.format(Locale.ROOT, "--timeout %d: it takes 1 second or more.", timeout));
    }
    if (budget != null && budget < LEAST_BUDGET) {
      throw new UsageException(
          String.format(
              Locale.ROOT, "--budget %d: it takes %d seconds or more.", budget, LEAST_BUDGET));
    }
    if (instructions) {
      if (!memory.isEmpty() && memory.stream().noneMatch(kind -> kind.startsWith("linux"))) {
        throw new UsageException(
            "--instructions: real libraries sit out on simulated memory, and nothing would be"
                + " counted. Add --memory linux.");
      }
      InstructionCounter.unavailable()
          .ifPresent(why -> {
            throw new UsageException("--instructions: " + why);
          });
    }
    if (locality
        && !memory.isEmpty()
        && memory.stream().noneMatch(kind -> kind.startsWith("simulated"))) {
      throw new UsageException(
          "--locality: only on simulated memory can accesses be followed. Add --memory simulated.");
    }
    PoolLimits limits = jobs.limits();
    RunPlace place = new RunPlace(Optional.ofNullable(out));
    Path path = resume ? place.existing() : place.fresh();
    Environment.Plan words = words(path);
    RunPlan plan =
        Plans.of(words)
            .withCosts(CostFile.read(costs))
            .withTimeout(Optional.ofNullable(timeout).map(Duration::ofSeconds))
            .withBudget(budget(words));
    try (RunDirectory directory = resume ? RunDirectory.resume(path) : RunDirectory.create(path)) {
      return run(directory, plan, environment(plan, words, path), limits);
    }
  }

  /** Who is just looking is not kept waiting, on a slow machine neither. */
  private Optional<Duration> budget(Environment.Plan words) {
    boolean isFirstLook =
        words.workloads().equals(DefaultSet.workloads(Profile.QUICK))
            && words.profile().equals(word(Profile.QUICK))
            && words.forks() == 0
            && words.counts().isEmpty();
    return Optional.ofNullable(budget)
        .or(() -> isFirstLook ? Optional.of(FIRST_LOOK_SECONDS) : Optional.empty())
        .map(Duration::ofSeconds);
  }

  private Environment environment(RunPlan plan, Environment.Plan words, Path path) {
    Environment environment = RunEnvironment.of(plan, words, typed());
    if (resume && Files.exists(path.resolve(Environment.NAME))) {
      environment = environment.goingOnWith(EnvironmentJson.read(path.resolve(Environment.NAME)));
    }
    EnvironmentJson.write(path.resolve(Environment.NAME), environment);
    return environment;
  }

  private int run(
      RunDirectory directory, RunPlan plan, Environment environment, PoolLimits limits) {
    Style style = Terminal.outputStyle();
    RunReport report = new RunReport(style, directory, environment, DefaultSet.missing());
    System.out.print(report.header());
    Interruption interruption = new Interruption();
    boolean good;
    PlanRunner runner;
    try (Progress progress = new Progress(report::table, plan)) {
      Thread onShutdown = new Thread(() -> interrupted(interruption, progress, directory));
      Runtime.getRuntime().addShutdownHook(onShutdown);
      try {
        runner = new PlanRunner(plan, directory, progress, interruption, limits);
        good = runner.run();
      } finally {
        if (!interruption.hasBegun()) { // else it is too late, and an error is no interruption
          Runtime.getRuntime().removeShutdownHook(onShutdown);
        }
      }
    }
    System.out.print(report.closing(runner.omissions(), plan.budget()));
    return good ? ExitCode.OK : ExitCode.CELL_FAILED;
  }

  /** The command line, or what the run that goes on was started with. */
  private Environment.Plan words(Path path) {
    Path file = path.resolve(Environment.NAME);
    if (resume && allocators.isEmpty() && workloads.isEmpty() && Files.exists(file)) {
      Environment.Plan before = EnvironmentJson.read(file).plan();
      return new Environment.Plan(
          before.contestants(),
          before.workloads(),
          memory.isEmpty() ? before.memory() : memory,
          threads.isEmpty() ? before.threads() : threads,
          profile == null ? before.profile() : word(profile),
          forks == 0 ? before.forks() : forks,
          Optional.ofNullable(relativeTo).or(before::relativeTo),
          counts().isEmpty() ? before.counts() : counts());
    }
    boolean isDefaultSet = workloads.isEmpty(); // else a workload may know better
    Profile chosen = profile == null ? Profile.QUICK : profile;
    return new Environment.Plan(
        isDefaultSet && allocators.isEmpty() ? DefaultSet.contestants() : allocators,
        isDefaultSet ? DefaultSet.workloads(chosen) : workloads,
        isDefaultSet && memory.isEmpty() ? DefaultSet.MEMORY : memory,
        threads,
        word(chosen),
        forks,
        Optional.ofNullable(relativeTo),
        counts());
  }

  private List<String> counts() {
    List<String> counts = new ArrayList<>();
    if (instructions) {
      counts.add(Environment.Plan.INSTRUCTIONS);
    }
    if (locality) {
      counts.add(Environment.Plan.LOCALITY);
    }
    return counts;
  }

  private static String word(Profile profile) {
    return profile.name().toLowerCase(Locale.ROOT);
  }

  private List<String> typed() {
    List<String> words = new ArrayList<>(List.of("heapstakes"));
    words.addAll(spec.commandLine().getParent().getParseResult().originalArgs());
    return words;
  }

  /** Ctrl-C: the JVM ends with 130 by itself; what is finished is on disk already. */
  private static void interrupted(
      Interruption interruption, Progress progress, RunDirectory directory) {
    interruption.begin();
    progress.stop();
    System.err.printf(
        Locale.ROOT,
        "heapstakes: interrupted; what was finished is kept. Go on with:%n"
            + "  heapstakes run --resume --out %s%n",
        Printable.line(directory.path().toString()));
  }
}
