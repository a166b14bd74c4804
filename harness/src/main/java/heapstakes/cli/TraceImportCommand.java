package heapstakes.cli;

import static heapstakes.cli.TraceDescription.grouped;

import heapstakes.trace.ImportReport;
import heapstakes.trace.Traces;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace import}. */
@Command(
    name = "import",
    description = "Converts a recording, and says what had to be mended.",
    mixinStandardHelpOptions = true)
final class TraceImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "[FORMAT:]IN", description = "a recording, compressed or not")
  private String in;

  @Parameters(
      paramLabel = "OUT",
      description = "ends in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst")
  private Path out;

  @SuppressWarnings("NullAway.Init") // picocli sets them.
  TraceImportCommand() {}

  @Override
  public Integer call() {
    ImportReport report = Traces.importTo(in, out);
    TraceDescription text = new TraceDescription(spec.commandLine().getOut());
    text.describe(report.trace());
    text.say("  %-18s %s", "read as", report.format());
    report.notes().forEach((what, count) -> text.say("  %-18s %s", grouped(count), what));
    text.say("  %-18s %s, %s bytes", "written to", out, grouped(out.toFile().length()));
    return ExitCode.OK;
  }
}
