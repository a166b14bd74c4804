package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.decision.DecisionStudy;
import heapstakes.driver.HugePagesHere;
import heapstakes.fidelity.Counterpart;
import heapstakes.fidelity.FidelityReport;
import heapstakes.forecast.CostFile;
import heapstakes.meter.Pulse;
import heapstakes.replay.TraceSource;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code verify}: twins against real libraries on the same traces. */
@Command(
    name = "verify",
    description =
        "Compare twins with the real libraries, operation by operation: addresses, break, counters,"
            + " resident memory, system calls.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit code 1: below 100 %% of addresses, breaks or counters, or resident wrong by over 1 %%.",
      "A library that ends before its time, be it at its start, is a result: equal where the twin"
          + " ends at the same operation.",
      "A library that is missing or of another version is skipped, with the reason; where that"
          + " leaves nothing to compare, nothing was verified: exit code 1.",
      "A trace that comes to no result is an error, exit code 1 too; the next one follows.",
      "",
      FidelityReport.CONDITIONS,
      "",
      "Example:  heapstakes verify -a ptmalloc2:tcache_count=0 --random 20 --threads 4"
    })
final class VerifyCommand implements Callable<Integer> {
  /** How the agreement is printed. */
  enum Format {
    /** For people. */
    TEXT,
    /** A row a trace. */
    CSV,
    /** All there is. */
    JSON
  }

  private static final String NOTHING_VERIFIED =
      """
      heapstakes: nothing was verified: all was skipped, for the reasons above.
        'heapstakes list allocators' says which twins there are, 'heapstakes doctor' which libraries.\
      """;
  private static final int RANDOM_BY_DEFAULT = 6;
  private static final int MOST_THREADS = 1024;
  private static final Pattern REFUSED = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private Heapstakes program;

  @Option(
      names = {"-a", "--allocator"},
      paramLabel = "MODEL",
      description =
          "Twin, NAME[@VERSION][:KEY=VALUE[,...]] (default: every twin, in each version whose"
              + " library is here).")
  private List<String> allocators = new ArrayList<>();

  @Option(
      names = {"-t", "--trace"},
      paramLabel = "TRACE",
      description =
          "Trace file, or workload NAME[:KEY=VALUE[,KEY=VALUE...]] (default: what was recorded, and"
              + " a few random ones).")
  private List<String> traces = new ArrayList<>();

  @Option(
      names = "--decisions",
      description =
          "Instead: how often twins and forecasts name the library that is really best on each"
              + " trace, by default on what was recorded.")
  private boolean decisions;

  @Option(
      names = "--costs",
      defaultValue = CostFile.BUNDLED,
      paramLabel = "FILE",
      description = "For --decisions: what 'calibrate' found on this machine.")
  private String costs = CostFile.BUNDLED;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      paramLabel = "N",
      description = "For --decisions: turns of each library (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--against",
      paramLabel = "ALLOC",
      description = "Any real library instead of the twin's own, as it is set here.")
  private @Nullable String against;

  @Option(names = "--random", paramLabel = "N", description = "Random traces besides.")
  private @Nullable Long random;

  @Option(
      names = "--operations",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Operations of a random trace (default ${DEFAULT-VALUE}).")
  private long operations;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of a random trace, one at a time (default ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the first random trace (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--refuse",
      paramLabel = "N[-M]",
      description =
          "The N-th memory system call of a trace fails with ENOMEM, on both sides; with M each"
              + " trace is run for every call from N to M.")
  private @Nullable String refuse;

  @Option(
      names = "--huge-pages",
      description =
          "On both sides whatever is mapped may be in huge pages, as page faults make them"
              + " (thp=always; the library's process advises them).")
  private boolean hugePages;

  @Option(
      names = "--format",
      paramLabel = "text|csv|json",
      defaultValue = "text",
      description = "What to print (default ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Mixin private final Jobs jobs = new Jobs();

  @Override
  public Integer call() throws InterruptedException {
    if (decisions) {
      requireWithin("--rounds", rounds, 1, 1_000);
      try (Pulse pulse = Pulse.ofGlibc()) {
        DecisionStudy study =
            new DecisionStudy(CalibrateCommand.pairs(), CostFile.read(costs), rounds, pulse);
        return new DecisionRun(study, format == Format.JSON)
            .of((traces.isEmpty() ? recorded() : traces.stream()).map(TraceSource::open).toList());
      }
    }
    List<Contestant> models = models();
    List<Verification.Named> all = traces();
    long[] refused = refusedCalls();
    VerifyOutput output =
        switch (format) {
          case TEXT -> new VerifyOutput.Text(all.stream().map(Verification.Named::trace).toList());
          case CSV -> new VerifyOutput.Csv();
          case JSON -> new VerifyOutput.Json();
        };
    Verification verification = new Verification(output, program::showTrace, jobs.limits());
    if (hugePages) {
      requireHugePages();
      verification.useHugePages();
    }
    for (Contestant model : models) {
      switch (counterpart(model)) {
        case Counterpart.Missing missing -> verification.skip(model.toString(), missing.reason());
        case Counterpart.Library library -> verification.add(library, all, refused);
      }
    }
    boolean holds = verification.run();
    output.close();
    if (!verification.hasWork()) {
      System.err.println(NOTHING_VERIFIED);
      return ExitCode.CHECK_FAILED;
    }
    return holds ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private void requireHugePages() {
    HugePagesHere.obstacle()
        .ifPresent(reason -> {
          throw new ParameterException(
              spec.commandLine(),
              String.format(
                  Locale.ROOT,
                  "--huge-pages: the libraries can have none here: %s\n  Leave it away, or see"
                      + " simulated ones: replay --memory simulated:thp=always.",
                  reason));
        });
  }

  private void requireWithin(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "%s %d is not in %d ... %d", option, value, least, most));
    }
  }

  private List<Contestant> models() {
    return allocators.isEmpty()
        ? Allocators.all().stream()
            .filter(provider -> provider.reference().isPresent())
            .flatMap(provider -> TwinsHere.withLibrary(provider).stream())
            .map(Allocators::parse)
            .toList()
        : allocators.stream().map(Allocators::parse).toList();
  }

  private List<Verification.Named> traces() {
    if (random != null) {
      requireWithin("--random", random, 0, 1_000_000);
    }
    requireWithin("--threads", threads, 1, MOST_THREADS);
    requireWithin("--operations", operations, 1, Long.MAX_VALUE);
    Stream<String> named = traces.isEmpty() && random == null ? recorded() : traces.stream();
    long count = random != null ? random : traces.isEmpty() ? RANDOM_BY_DEFAULT : 0;
    return Stream.concat(named, LongStream.range(0, count).mapToObj(this::randomTrace))
        .map(words -> new Verification.Named(words, TraceSource.open(words)))
        .toList();
  }

  private static Stream<String> recorded() {
    return Workloads.all().stream()
        .filter(w -> w.group() == WorkloadProvider.Group.RECORDED)
        .map(WorkloadProvider::name);
  }

  /** Sizes change from trace to trace, so that a few traces have them all. */
  private String randomTrace(long i) {
    List<String> sizes =
        Workloads.all().stream()
            .filter(w -> w.name().equals("random"))
            .flatMap(w -> w.parameters().stream())
            .filter(p -> p.key().equals("sizes"))
            .flatMap(p -> p.choices().stream())
            .toList();
    String text =
        String.format(
            Locale.ROOT,
            "random:seed=%d,operations=%d,sizes=%s",
            seed + i,
            operations,
            sizes.get((int) (i % sizes.size())));
    String clock = i % 3 == 2 ? ",clock=steps" : "";
    return text + (threads > 1 ? ",threads=" + threads : "") + clock;
  }

  /** Numbers of the calls that are refused in turn; 0 alone for none. */
  private long[] refusedCalls() {
    if (refuse == null) {
      return new long[] {0};
    }
    Matcher range = REFUSED.matcher(refuse);
    long first = range.matches() ? Long.parseLong(range.group(1)) : 0;
    long last = range.matches() && range.group(2) != null ? Long.parseLong(range.group(2)) : first;
    if (first < 1 || last < first) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "--refuse %s is no number and no range of numbers from 1 on, e.g. 7 or 1-40",
              refuse));
    }
    return LongStream.rangeClosed(first, last).toArray();
  }

  private Counterpart counterpart(Contestant model) {
    return against == null
        ? Counterpart.of(model)
        : Counterpart.against(model, Allocators.parse(against));
  }
}
