package heapstakes.cli;

import static heapstakes.results.table.Units.count;

import heapstakes.setting.Printable;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.edit.TraceMinimizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/** A search for a short trace: runs the command, keeps what fails, and tells how far it is. */
final class Minimization implements TraceMinimizer.Examination {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Probe probe;
  private final Path out;
  private final PrintWriter err;
  private final long operationsAtFirst;
  private final boolean terminal = Terminal.errorIsTerminal();
  private String stage = "";
  private long runs;
  private long timeouts;
  private long operations;
  private long told = Long.MAX_VALUE;

  Minimization(Probe probe, Path out, long operationsAtFirst, PrintWriter err) {
    this.probe = probe;
    this.out = out;
    this.err = err;
    this.operationsAtFirst = operationsAtFirst;
    operations = operationsAtFirst;
  }

  @Override
  public void begin(String next, int units) {
    stage = String.format(Locale.ROOT, "%s %s", next, count(units));
    tell(true);
  }

  @Override
  public boolean fails(Path trace) {
    runs++;
    try {
      Probe.Outcome outcome = probe.run(trace);
      timeouts += outcome == Probe.Outcome.TIMED_OUT ? 1 : 0;
      tell(false);
      return outcome == Probe.Outcome.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  @Override
  public void keep(Path trace, TraceInfo info) {
    operations = info.operations();
    try {
      Files.move(trace, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says what came of it. */
  void end() {
    line(
        String.format(
            Locale.ROOT,
            "%s   %s of %s operations · %s runs of the command%s",
            out,
            count(operations),
            count(operationsAtFirst),
            count(runs),
            timeouts == 0
                ? ""
                : String.format(Locale.ROOT, ", %s of them timed out", count(timeouts))));
  }

  /** On a terminal after every run; otherwise when a stage begins or half is gone. */
  private void tell(boolean first) {
    String text =
        String.format(
            Locale.ROOT,
            "%s operations left · %s runs · %s",
            count(operations),
            count(runs),
            stage);
    if (terminal) {
      err.print(CLEAR_LINE + text);
      err.flush();
    } else if (first || operations <= told / 2) {
      line(text);
      told = operations;
    }
  }

  private void line(String text) {
    err.println((terminal ? CLEAR_LINE : "") + "heapstakes: " + Printable.line(text));
    err.flush();
  }
}
