package heapstakes.cli;

import heapstakes.setting.Printable;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.binary.HsbTrace;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a trace holds, in lines of text. */
final class TraceDescription {
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
          "exit of a process",
          "own move of break");

  private final PrintWriter out;

  TraceDescription(PrintWriter out) {
    this.out = out;
  }

  /** What is counted, and how often which sizes are asked for. */
  void describe(Trace trace) {
    sizes(describeCounts(trace));
  }

  /** What is counted. */
  TraceSummary describeCounts(Trace trace) {
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
    TraceCautions.of(info).forEach(caution -> say("  %-18s %s", "caution", caution));
    return summary;
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

  /** A line of its own. */
  void say(String format, Object... values) {
    out.println(Printable.line(String.format(Locale.ROOT, format, values).stripTrailing()));
    out.flush();
  }

  static String grouped(long number) {
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
