package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.cell.MeteredCell;
import heapstakes.forecast.CostFile;
import heapstakes.forecast.Forecaster;
import heapstakes.forecast.LocalityMeter;
import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.setting.SettingException;
import heapstakes.setting.Spelling;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo.Touch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: one contestant, one trace, once. */
@Command(
    name = "replay",
    description = "Replay a trace once on an allocator and print what it cost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "On simulated memory the result is the same on every machine. A real library (native-*) is",
      "checked and metered in a process of its own.",
      "Exit codes: 4 ended by the kernel for want of memory, simulated or real; 3 failed or broken.",
      "Example:  heapstakes replay -a bump -t sqlite3 --timeline curve.csv"
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final String LINUX = "linux";

  /** How the meters are printed. */
  enum Format {
    /** Header and row of cells.csv. */
    CSV,
    /** All there is, the allocator's own counters too. */
    JSON,
    /** For people. */
    TEXT
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-a", "--allocator"},
      required = true,
      paramLabel = "ALLOC",
      description = "Contestant, NAME[@VERSION][:KEY=VALUE[,KEY=VALUE...]].")
  private String allocator = "";

  @Option(
      names = {"-t", "--trace"},
      required = true,
      paramLabel = "TRACE",
      description = "Trace file, or workload NAME[:KEY=VALUE[,KEY=VALUE...]].")
  private String trace = "";

  @Option(
      names = "--memory",
      paramLabel = "MEMORY",
      description = "simulated (default) or linux, with settings NAME[:KEY=VALUE[,KEY=VALUE...]].")
  private @Nullable String memory;

  @Option(
      names = "--op-nanos",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Virtual time of an operation in ns, in a trace without a clock (default"
              + " ${DEFAULT-VALUE}).")
  private long opNanos;

  @Option(
      names = "--touch",
      paramLabel = "all|first|none",
      description =
          "Which pages of a new block are written (default: as the trace says, else all).")
  private @Nullable String touch;

  @Option(
      names = "--costs",
      defaultValue = CostFile.BUNDLED,
      paramLabel = "FILE",
      description =
          "What counted work costs, for the forecast: made by 'calibrate' (default: of the machine"
              + " that the costs which come along were made on).")
  private String costs = CostFile.BUNDLED;

  @Option(
      names = "--locality",
      description =
          "Count cache lines and pages that are touched, and what caches miss; models, on simulated"
              + " memory.")
  private boolean locality;

  @Option(
      names = "--addresses",
      paramLabel = "FILE",
      description = "Write op,region,offset of every block handed out, as CSV.")
  private @Nullable Path addresses;

  @Option(
      names = "--timeline",
      paramLabel = "FILE",
      description = "Write the memory curve, as CSV.")
  private @Nullable Path timeline;

  @Option(
      names = "--format",
      paramLabel = "csv|json|text",
      defaultValue = "text",
      description = "What to print (default ${DEFAULT-VALUE}).")
  private String format = "text";

  @Override
  public Integer call() throws InterruptedException {
    Format form = choice("--format", format, Format.class);
    Contestant contestant = Allocators.parse(allocator);
    contestant.requireAvailable();
    boolean anyMemory = contestant.can(Capability.ANY_MEMORY);
    Machine machine = machine(anyMemory);
    Trace source = TraceSource.open(trace);
    requireReplayable(source, machine);
    if (locality) {
      LocalityMeter.impossible(contestant, machine, source)
          .ifPresent(why -> {
            throw new UsageException("--locality: " + why + ".");
          });
    }
    CellSpec cell = cell(contestant, machine);
    MeteredCell metered;
    try (ReplayProgress progress = new ReplayProgress(source.info())) {
      metered = metered(cell, source, progress);
    }
    metered = located(foretold(metered, contestant, source), contestant, machine, source);
    Footprint footprint = metered.footprint();
    if (timeline != null) {
      TimelineCsv.write(timeline, footprint.timeline());
    }
    ReplayReport report = new ReplayReport(contestant, source.info(), metered);
    System.out.print(
        switch (form) {
          case CSV -> report.csv();
          case JSON -> report.json();
          case TEXT -> report.text();
        });
    return ExitCode.of(footprint.outcome().status());
  }

  private MeteredCell foretold(MeteredCell metered, Contestant contestant, Trace source) {
    return metered.footprint().outcome().status() == Status.OK && memory == null
        ? metered.with(new Forecaster(CostFile.read(costs)).of(contestant, source))
        : metered;
  }

  private MeteredCell located(
      MeteredCell metered, Contestant contestant, Machine machine, Trace source) {
    return locality && metered.footprint().outcome().status() == Status.OK
        ? metered.touching(LocalityMeter.of(contestant, machine, source))
        : metered;
  }

  private Machine machine(boolean anyMemory) {
    String text = memory == null ? (anyMemory ? "simulated" : LINUX) : memory;
    Machine machine = Machine.parse(text);
    boolean isReal = machine.provider().isReal();
    if (!anyMemory && !isReal) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a real library: it works in real memory only.\n  Leave --memory out.",
              allocator));
    }
    Optional<String> reason = machine.provider().unavailable();
    if (reason.isPresent()) {
      throw new SettingException(
          String.format(Locale.ROOT, "--memory %s: %s", machine, reason.get()));
    }
    return machine.metered();
  }

  private static void requireReplayable(Trace source, Machine machine) {
    String reason = source.info().features().simulatedOnly();
    if (!reason.isEmpty() && machine.provider().isReal()) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s must not run on a real machine's memory: %s\n  Replay it with --memory simulated.",
              source.info().name(),
              reason));
    }
  }

  private CellSpec cell(Contestant contestant, Machine machine) {
    if (opNanos < 0 || opNanos > 1_000_000_000) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "--op-nanos %d is not in 0 ... 1000000000", opNanos));
    }
    if (touch != null) {
      choice("--touch", touch, Touch.class);
    }
    return CellSpec.of(contestant.toString(), trace)
        .withMemory(machine.toString())
        .withOpNanos(opNanos)
        .withTouch(touch == null ? "" : touch);
  }

  private <E extends Enum<E>> E choice(String option, String word, Class<E> type) {
    for (E value : type.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(word)) {
        return value;
      }
    }
    List<String> words =
        Arrays.stream(type.getEnumConstants()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
    throw new ParameterException(
        spec.commandLine(),
        String.format(
            Locale.ROOT,
            "%s '%s': it takes %s.%s",
            option,
            word,
            String.join(", ", words),
            Spelling.didYouMean(word, words)));
  }

  /** Replays, and writes the address file on the way. */
  private MeteredCell metered(CellSpec cell, Trace source, ReplayProgress progress)
      throws InterruptedException {
    if (addresses == null) {
      return CellRunner.run(cell, source, progress);
    }
    MeteredCell[] result = new MeteredCell[1];
    InterruptedException[] interruption = new InterruptedException[1];
    AtomicFile.write(
        addresses,
        writer -> {
          try {
            result[0] = CellRunner.run(cell, source, new AddressWriter(writer, progress));
          } catch (InterruptedException e) {
            interruption[0] = e;
          }
        });
    if (interruption[0] != null) {
      throw interruption[0];
    }
    return result[0];
  }
}
