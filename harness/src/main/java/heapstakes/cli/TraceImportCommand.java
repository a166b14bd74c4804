package heapstakes.cli;

import static heapstakes.cli.TraceDescription.grouped;

import heapstakes.trace.TraceSummary;
import heapstakes.trace.file.CheckReport;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.workload.pointer.RecordedHeap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace import}. */
@Command(
    name = "import",
    description = "Converts a recording, and says what had to be mended.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The format is recognised; FORMAT: names it where it is not.",
      "Example:  heapstakes trace import --check android:recording.zip"
    })
final class TraceImportCommand implements Callable<Integer> {
  private static final List<String> WRONG =
      List.of(RecordedHeap.UNKNOWN_FREES, RecordedHeap.DOUBLE_FREES);

  @Spec private CommandSpec spec;

  @Option(
      names = "--check",
      description =
          "Count what is wrong with the recording. The exit code is 1 if it frees blocks that were"
              + " never seen, or freed before. Without OUT nothing is written.")
  private boolean check;

  @Parameters(
      index = "0",
      paramLabel = "[FORMAT:]IN",
      description = "a recording, compressed or not")
  private String in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      arity = "0..1",
      description = "ends in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst")
  private @Nullable Path out;

  @SuppressWarnings("NullAway.Init") // picocli sets spec and in.
  TraceImportCommand() {}

  @Override
  public Integer call() {
    TraceDescription text = new TraceDescription(spec.commandLine().getOut());
    if (out != null) {
      ImportReport report = Traces.importTo(in, out);
      if (!check) {
        text.describe(report.trace());
      }
      tell(new CheckReport(report.format(), report.trace().summary(), report.notes()), text);
      text.say("  %-18s %s, %s bytes", "written to", out, grouped(out.toFile().length()));
      return code(report.notes());
    }
    if (!check) {
      throw new UsageException(
          "trace import needs OUT, the file to write. To write none, and only look: --check.");
    }
    CheckReport report = Traces.check(in);
    tell(report, text);
    return code(report.notes());
  }

  private void tell(CheckReport report, TraceDescription text) {
    text.say("  %-18s %s", "read as", report.format());
    if (check) {
      counts(report, text);
    }
    report.notes().forEach((what, count) -> text.say("  %-18s %s", grouped(count), what));
  }

  private static void counts(CheckReport report, TraceDescription text) {
    TraceSummary summary = report.summary();
    text.say("  %-18s %s", "operations", grouped(summary.operations()));
    text.say("  %-18s %s", "threads", grouped(summary.threads()));
    text.say("  %-18s %s bytes", "peak requested", grouped(summary.peakRequestedBytes()));
    text.say(
        "  %-18s %s blocks of %s bytes together",
        "never freed", grouped(summary.endLiveBlocks()), grouped(summary.endRequestedBytes()));
    for (String wrong : WRONG) {
      if (!report.notes().containsKey(wrong)) {
        text.say("  %-18s %s", 0, wrong);
      }
    }
  }

  private int code(Map<String, Long> notes) {
    return check && WRONG.stream().anyMatch(notes::containsKey)
        ? ExitCode.CHECK_FAILED
        : ExitCode.OK;
  }
}
