package heapstakes.cli;

import static heapstakes.results.table.Units.count;

import heapstakes.replay.TraceSource;
import heapstakes.results.table.Units;
import heapstakes.setting.Settings;
import heapstakes.workload.imported.RecordedSample;
import heapstakes.workload.sampled.BlockSampler;
import heapstakes.workload.sampled.SampledRecording;
import heapstakes.workload.sampled.SampledTraces;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace sample}. */
@Command(
    name = "sample",
    description = {
      "Samples the blocks of a trace, one of so many bytes, as 'trace record --sample' samples"
          + " those of a program.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Of it 'trace generate --like OUT' makes a full-sized trace. What a killed 'trace record"
          + " --sample'",
      "leaves behind, recorder:FOLDER/PROCESS.IMAGE.raw, is a sample already and becomes OUT as it"
          + " is.",
      "Example:  heapstakes trace sample my-program.hsb my-program.hss --every 16K"
    })
final class TraceSampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--every",
      paramLabel = "BYTES",
      defaultValue = "16K",
      description = "Mean bytes between samples (K, M, G); by default ${DEFAULT-VALUE}.")
  private String every;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the random numbers; by default ${DEFAULT-VALUE}.")
  private long seed;

  @Parameters(
      paramLabel = "IN",
      description = "a file, FORMAT:path, or a workload with its parameters")
  private String in;

  @Parameters(paramLabel = "OUT", description = "ends in .hss, .hss.gz, .hss.xz or .hss.zst")
  private Path out;

  @SuppressWarnings("NullAway.Init") // picocli sets spec, every, in and out.
  TraceSampleCommand() {}

  @Override
  public Integer call() {
    requireName(out);
    SampledRecording recording =
        in.matches("recorder:.*\\.raw")
            ? RecordedSample.read(Path.of(in.substring("recorder:".length())), "recording")
                .recording()
            : BlockSampler.of(TraceSource.open(in), bytes("--every", every), seed);
    recording.write(out);
    new TraceDescription(spec.commandLine().getOut()).say("%s   %s", out, describe(recording));
    return ExitCode.OK;
  }

  static void requireName(Path out) {
    if (!SampledRecording.isNamedSo(out.toString())) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s: a sample is no trace. End its name in .hss, .hss.gz, .hss.xz or .hss.zst.",
              out));
    }
  }

  /** A size that is at least 1. */
  static long bytes(String option, String text) {
    long bytes = Settings.size(text).orElse(0);
    if (bytes < 1 || bytes > 1L << 40) {
      throw new UsageException(
          String.format(Locale.ROOT, "%s %s: it takes 1 byte to 1T, such as 16K.", option, text));
    }
    return bytes;
  }

  static String describe(SampledRecording recording) {
    return String.format(
        Locale.ROOT,
        "%s blocks sampled of %s, one of %s · what is live at the peak is known to ± %.1f %%"
            + " (standard error)",
        count(recording.blocks().size()),
        count(recording.requests()),
        Units.bytes(recording.every()),
        100 * SampledTraces.standardError(recording));
  }
}
