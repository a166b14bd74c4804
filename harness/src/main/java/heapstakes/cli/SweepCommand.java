package heapstakes.cli;

import heapstakes.pool.PoolLimits;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.judge.Objective;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.SweepPart;
import heapstakes.results.table.RegretTable;
import heapstakes.setting.Printable;
import heapstakes.sweep.EngineOptions;
import heapstakes.sweep.LocalEngine;
import heapstakes.sweep.Sweep;
import heapstakes.sweep.SweepEngine;
import heapstakes.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heapstakes sweep}: a grid of simulated cells on all cores. */
@Command(
    name = "sweep",
    description = {
      "The memory of many contestants x workloads x machines, on all cores: a run directory.",
      "Braces stand for several values: {1,2,8}, {64M..1G*2} (each twice the last), {2..8+2}.",
      "Results are the same to the byte on any number of cores, and in parts that are merged.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  heapstakes sweep -a 'jemalloc:dirty_decay_ms={0,1000,10000},narenas={1,8}' -w jq -w perl",
      "  heapstakes sweep -a 'ptmalloc2@{2.36,2.41,2.43}' -w fleet/*.hsb",
      "  heapstakes sweep -a jemalloc -w redis --memory 'simulated:ram={64M..1G*2}'",
      "  heapstakes sweep ... --shard 2/8 --out part2     and then: heapstakes merge -o all part*",
      "  heapstakes sweep ... --engine spark --master spark://HOST:7077"
    })
final class SweepCommand implements Callable<Integer> {
  private static final Pattern SHARD = Pattern.compile("([1-9][0-9]{0,6})/([1-9][0-9]{0,6})");
  private static final int ROWS = 12;
  private static final long MIB = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-a", "--allocator"},
      required = true,
      paramLabel = "ALLOC",
      description = "Contestants, NAME[@VERSION][:KEY=VALUE,...]; braces; again for more.")
  private List<String> allocators = new ArrayList<>();

  @Option(
      names = {"-w", "--workload"},
      required = true,
      arity = "1..*",
      paramLabel = "WORKLOAD",
      description = "NAME[:KEY=VALUE,...] or [FORMAT:]FILE; braces; several, and again for more.")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--memory",
      paramLabel = "MEMORY",
      description = "Machines, simulated[:KEY=VALUE,...] (the default); braces; again for more.")
  private List<String> memory = new ArrayList<>();

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Only so many of the cells, spread evenly (a Sobol sequence).")
  private @Nullable Integer sample;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which sample (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      defaultValue = "1/1",
      description = "Only part I of N; 'heapstakes merge' joins them.")
  private String shard = "1/1";

  @Mixin private final Jobs jobs = new Jobs();

  @Option(
      names = "--budget",
      paramLabel = "MIB",
      description =
          "Memory for all cells that run; half of the machine's by default. Big cells wait.")
  private @Nullable Integer budget;

  @Option(
      names = "--no-timelines",
      description =
          "Without memory over time, which is up to 230 KB a cell and what curves are drawn of.")
  private boolean noTimelines;

  @Option(
      names = "--objective",
      paramLabel = "WORD",
      defaultValue = "retained",
      completionCandidates = ObjectiveWords.class,
      description = "What the closing table is by (default ${DEFAULT-VALUE}).")
  private String objective = "";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory; by default a new one in results/runs.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on with the sweep in --out, given the same other options.")
  private boolean resume;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = LocalEngine.NAME,
      description =
          "Who runs the cells: ${DEFAULT-VALUE} (this machine), or spark, if it is built.")
  private String engine = "";

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Where the engine is: local[2], spark://HOST:PORT. --budget is for each node.")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of the engine: spark.executor.memory=4g; again for more.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws InterruptedException {
    Objective wanted = wanted();
    SweepEngine carrier = carrier();
    SweepPlan whole = SweepPlan.of(allocators, workloads, machines());
    if (sample != null) {
      whole = whole.sample(atLeastOne("--sample", sample), seed);
    }
    Matcher numbers = SHARD.matcher(shard);
    if (!numbers.matches()
        || Integer.parseInt(numbers.group(1)) > Integer.parseInt(numbers.group(2))) {
      throw bad(
          String.format(Locale.ROOT, "--shard %s: it takes I/N, part I of N, e.g. 2/8", shard));
    }
    int number = Integer.parseInt(numbers.group(1));
    int parts = Integer.parseInt(numbers.group(2));
    SweepPart part = SweepPart.of(number, parts, whole.keys(), !noTimelines);
    SweepPlan plan = whole.part(number, parts);
    carrier.requireAble(plan.tasks());
    RunPlace place = new RunPlace(Optional.ofNullable(out));
    try (RunDirectory directory = directory(place, part)) {
      part.write(directory.path());
      EnvironmentJson.write(directory.path().resolve(Environment.NAME), environment(plan));
      boolean complete = run(plan, directory, carrier);
      System.out.print(RegretTable.text(directory.cells(), wanted, ROWS, Terminal.outputStyle()));
      System.out.printf(
          Locale.ROOT,
          "%d cells in %s%n",
          directory.cells().size(),
          Printable.line(directory.path().toString()));
      return complete ? ExitCode.OK : ExitCode.CELL_FAILED;
    }
  }

  private SweepEngine carrier() {
    boolean here = engine.equals(LocalEngine.NAME);
    if (here && (master != null || !settings.isEmpty())) {
      throw bad("--master and --conf are for --engine spark; this machine takes -j and --budget");
    }
    if (!here && master == null) {
      throw bad("--engine " + engine + " takes --master: local[2] or spark://HOST:PORT");
    }
    return SweepEngine.named(engine);
  }

  private List<String> machines() {
    return memory.isEmpty() ? List.of("simulated") : memory;
  }

  private RunDirectory directory(RunPlace place, SweepPart part) {
    if (!resume) {
      return RunDirectory.create(place.fresh(), part.timelines());
    }
    Path path = place.existing();
    SweepPart before = SweepPart.read(path);
    if (!before.equals(part)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              """
              %s is another sweep, or another part of it: there it is part %d of %d, %d cells in all, here %d of %d, \
              %d cells%s.
                Give the options that it was started with; they are in its environment.json.\
              """,
              path,
              before.part(),
              before.parts(),
              before.cells(),
              part.part(),
              part.parts(),
              part.cells(),
              before.timelines() == part.timelines() ? "" : "; one has --no-timelines"));
    }
    return RunDirectory.resume(path);
  }

  private boolean run(SweepPlan plan, RunDirectory directory, SweepEngine carrier)
      throws InterruptedException {
    PoolLimits limits =
        budget == null ? jobs.limits() : jobs.limits(atLeastOne("--budget", budget) * MIB);
    try (SearchBar bar = new SearchBar("sweep", plan.tasks().size())) {
      Sweep.Listener listener =
          (task, row, failure) -> {
            bar.stepAloud(task.key().toString());
            if (!failure.isEmpty()) {
              bar.say(task.key() + " failed: " + failure);
            }
          };
      EngineOptions options = new EngineOptions(limits, master == null ? "" : master, settings);
      return new Sweep(plan.tasks(), directory, listener, carrier, options).run();
    }
  }

  private Environment environment(SweepPlan plan) {
    List<String> typed = new ArrayList<>(List.of("heapstakes"));
    typed.addAll(spec.commandLine().getParent().getParseResult().originalArgs());
    return RunEnvironment.of(
        plan.contestants(),
        plan.workloads().entrySet().stream()
            .map(workload -> RunEnvironment.workload(workload.getKey(), workload.getValue().info()))
            .toList(),
        new Environment.Plan(
            allocators, workloads, machines(), List.of(), "quick", 0, Optional.empty()),
        typed);
  }

  private Objective wanted() {
    return Objective.of(objective)
        .orElseThrow(() -> bad("--objective '" + objective + "' is not known; see tune --help"));
  }

  private int atLeastOne(String option, int number) {
    if (number < 1) {
      throw bad(String.format(Locale.ROOT, "%s %d: it takes a number from 1 on", option, number));
    }
    return number;
  }

  private ParameterException bad(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
