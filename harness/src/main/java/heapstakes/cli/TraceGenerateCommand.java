package heapstakes.cli;

import static heapstakes.results.table.Units.count;

import heapstakes.replay.TraceSource;
import heapstakes.results.table.Units;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.file.Traces;
import heapstakes.workload.sampled.SampledRecording;
import heapstakes.workload.sampled.SampledTraces;
import heapstakes.workload.synthetic.ProfiledTraces;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace generate}. */
@Command(
    name = "generate",
    description = {
      "Makes a trace with the sizes and lifetimes of another, or of a fleet's profile: to share"
          + " what may not be shared, to run longer than was recorded, or to scale it.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The heap is filled (phase 'populated'), blocks take the place of others (to 'loaded'), and"
          + " all is freed ('drained'); one thread. The same arguments give the same trace.",
      "Examples:  heapstakes trace generate --like my-program.hsb --operations 10000000 longer.hsb",
      "           heapstakes trace generate --profile fleet.csv --live 256M fleet.hsb"
    })
final class TraceGenerateCommand implements Callable<Integer> {
  private static final long USUAL_OPERATIONS = 1_000_000;

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source;

  static final class Source {
    @Option(
        names = "--like",
        paramLabel = "TRACE",
        description =
            "Sizes and lifetimes of this trace, and what is live at its peak. Of a sample (.hss):"
                + " all of the program again, with its phases, threads and peak where they were.")
    private @Nullable String like;

    @Option(
        names = "--profile",
        paramLabel = "FILE",
        description =
            "CSV of size, allocations a second and live blocks; or a heap profile of DHAT, pprof,"
                + " jeprof or gperftools.")
    private @Nullable String profile;
  }

  @Option(
      names = "--operations",
      paramLabel = "N",
      description =
          "Operations between filling and emptying; by default as many as TRACE has, or 1000000.")
  private @Nullable Long operations;

  @Option(
      names = "--live",
      paramLabel = "SIZE",
      description = "Bytes live at a time (K, M, G); by default as at TRACE's peak, or 64M.")
  private @Nullable String live;

  @Option(
      names = "--against",
      paramLabel = "TRACE",
      description =
          "Say what the result differs by from this full recording: requested, and resident and"
              + " retained under three models.")
  private @Nullable String against;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the random numbers; by default ${DEFAULT-VALUE}.")
  private long seed;

  @Parameters(
      paramLabel = "OUT",
      description = "ends in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst")
  private Path out;

  @SuppressWarnings("NullAway.Init") // picocli sets spec, source and out.
  TraceGenerateCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (operations != null && operations < 1) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "--operations %d: a trace has one at least. Give a larger number.",
              operations));
    }
    Trace trace = trace();
    Traces.save(trace, out);
    TraceInfo info = trace.info();
    new TraceDescription(spec.commandLine().getOut())
        .say(
            "%s   %s operations · at most %s live blocks · peak requested %s",
            out,
            count(info.operations()),
            count(info.peakLiveBlocks()),
            Units.bytes(info.peakRequestedBytes()));
    if (against != null) {
      TraceLikeness.lines(TraceSource.open(against), Traces.open(out.toString()))
          .forEach(line -> spec.commandLine().getOut().println(line));
    }
    return ExitCode.OK;
  }

  private Trace trace() {
    if (source.profile != null) {
      long count = operations == null ? USUAL_OPERATIONS : operations;
      return ProfiledTraces.of(source.profile, bytes(live == null ? "64M" : live), count, seed);
    }
    if (SampledRecording.isNamedSo(String.valueOf(source.like))) {
      return ofSample(Path.of(String.valueOf(source.like)));
    }
    Trace like = TraceSource.open(String.valueOf(source.like));
    long count = operations == null ? like.info().operations() : operations;
    return ProfiledTraces.like(like, live == null ? 0 : bytes(live), count, seed);
  }

  private Trace ofSample(Path file) {
    if (operations != null || live != null) {
      throw new UsageException(
          "--operations and --live: of a sample the whole program is made again. Leave them out.");
    }
    SampledRecording recording = SampledRecording.read(file);
    new TraceDescription(spec.commandLine().getOut())
        .say("%s", TraceSampleCommand.describe(recording));
    return SampledTraces.like(recording);
  }

  private static long bytes(String size) {
    List<Setting> settings =
        List.of(Setting.size("live", "64M", 1, 1L << 40, "bytes live at a time"));
    return Settings.parse("trace generate", settings, "live=" + size).number("live");
  }
}
