package heapstakes.cli;

import heapstakes.replay.TraceSource;
import heapstakes.setting.SettingException;
import heapstakes.trace.HsbTrace;
import heapstakes.trace.ImportReport;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.Traces;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Describes and converts traces. */
@Command(
    name = "trace",
    description = "Describes and converts traces.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class TraceCommand implements Callable<Integer> {
  private static final int OK = 0;
  private static final int USAGE = 2;
  private static final int BAR = 40;

  /** What each kind of event is called, by op number. */
  private static final List<String> KINDS =
      List.of(
          "malloc",
          "calloc",
          "realloc",
          "memalign",
          "free",
          "store",
          "load",
          "trim",
          "switch of thread",
          "exit of a thread",
          "clock",
          "phase mark",
          "fork",
          "exit of a process");

  @Spec private CommandSpec spec;

  /** For picocli. */
  @SuppressWarnings("NullAway.Init") // picocli sets spec.
  public TraceCommand() {}

  /** Without a subcommand: says which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
  }

  /** {@code trace info}. */
  @Command(
      name = "info",
      description = "Says what a trace holds. A .hsb file is described by its head, at once.",
      mixinStandardHelpOptions = true)
  int info(
      @Parameters(
              paramLabel = "TRACE",
              description = "a file, FORMAT:path, or a workload with its parameters")
          String trace) {
    return reporting(() -> describe(open(trace)));
  }

  /** {@code trace import}. */
  @Command(
      name = "import",
      description = "Converts a recording, and says what had to be mended.",
      mixinStandardHelpOptions = true)
  int convert(
      @Parameters(paramLabel = "[FORMAT:]IN", description = "a recording, compressed or not")
          String in,
      @Parameters(
              paramLabel = "OUT",
              description = "ends in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst")
          Path out) {
    return reporting(() -> {
      ImportReport report = Traces.importTo(in, out);
      describe(report.trace());
      say("  %-18s %s", "read as", report.format());
      report.notes().forEach((what, count) -> say("  %-18s %s", grouped(count), what));
      say("  %-18s %s, %s bytes", "written to", out, grouped(out.toFile().length()));
    });
  }

  private int reporting(Runnable action) {
    try {
      action.run();
      return OK;
    } catch (TraceException | SettingException e) {
      spec.commandLine().getErr().println("heapstakes: " + e.getMessage());
      spec.commandLine().getErr().flush();
      return USAGE;
    }
  }

  private static Trace open(String text) {
    boolean isBinary = text.endsWith(".hsb") && Files.isRegularFile(Path.of(text));
    return isBinary ? HsbTrace.describe(Path.of(text)) : TraceSource.open(text);
  }

  private void describe(Trace trace) {
    TraceInfo info = trace.info();
    TraceSummary summary =
        trace instanceof HsbTrace file
            ? file.summary()
            : TraceSummary.of(info.name(), trace.open());
    say(
        "%s   %s operations · %s events · %s",
        info.name(),
        grouped(info.operations()),
        grouped(info.events()),
        counted(info.threads(), "thread"));
    for (int op = 0; op < Op.count(); op++) {
      if (summary.count((byte) op) > 0) {
        say("  %-18s %14s", KINDS.get(op), grouped(summary.count((byte) op)));
      }
    }
    memory(summary);
    sizes(summary);
    if (!info.phases().isEmpty()) {
      say("  %-18s %s", "phases", String.join(", ", info.phases()));
    }
    if (info.threads() > 1) {
      say("  %-18s %s", "thread numbers", shortened(info.threadIds()));
    }
    if (trace instanceof HsbTrace file) {
      double perOperation = (double) file.codedBytes() / Math.max(1, info.operations());
      say("  %-18s %.2f bytes an operation", "coded in", perOperation);
    }
    say("  %-18s %s", "SHA-256", info.sha256());
  }

  private void memory(TraceSummary summary) {
    say(
        "  %-18s %14s slots · at most %s live at a time · %s never freed",
        "blocks",
        grouped(summary.slots()),
        grouped(summary.peakLiveBlocks()),
        grouped(summary.endLiveBlocks()));
    say(
        "  %-18s %14s bytes in all · %s at the peak · %s never freed",
        "requested",
        grouped(summary.requestedBytes()),
        grouped(summary.peakRequestedBytes()),
        grouped(summary.endRequestedBytes()));
  }

  private void sizes(TraceSummary summary) {
    List<Long> counts = summary.requestsByMagnitude();
    long all = Math.max(1, counts.stream().mapToLong(Long::longValue).sum());
    for (int magnitude = 0; magnitude < counts.size(); magnitude++) {
      long count = counts.get(magnitude);
      if (count > 0) {
        long low = magnitude == 0 ? 0 : 1L << (magnitude - 1);
        String bar = "█".repeat((int) Math.round((double) BAR * count / all));
        say(
            "  %12s B and up %14s %5.1f %% %s",
            grouped(low), grouped(count), 100.0 * count / all, bar);
      }
    }
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    out.flush();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
  }

  private static String counted(int count, String what) {
    return count == 1 ? "1 " + what : grouped(count) + " " + what + "s";
  }

  private static String shortened(List<Integer> ids) {
    String first = ids.stream().limit(12).map(String::valueOf).collect(Collectors.joining(", "));
    return ids.size() > 12 ? first + ", …" : first;
  }
}
