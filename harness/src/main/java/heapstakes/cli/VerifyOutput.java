package heapstakes.cli;

import heapstakes.fidelity.Agreement;
import heapstakes.fidelity.Counterpart;
import heapstakes.fidelity.FidelityCsv;
import heapstakes.fidelity.FidelityJson;
import heapstakes.fidelity.FidelityReport;
import heapstakes.results.table.Style;
import heapstakes.trace.Trace;
import java.util.List;

/** Prints what {@code verify} finds, as it finds it where the form allows. */
sealed interface VerifyOutput {
  /** A twin is not compared. */
  void skippedTwin(String twin, String reason);

  /** A trace of the twin at work is not compared. */
  void skippedTrace(String trace, String reason);

  /** A twin's traces follow. */
  void begin(Counterpart.Library library);

  /** A trace was compared. */
  void trace(Agreement agreement);

  /** A twin's library cannot be run. */
  void failedTwin(String twin, String reason);

  /** A trace of the twin at work came to no result. */
  void failedTrace(String trace, String reason);

  /** There is no more. */
  void close();

  /** For people. */
  final class Text implements VerifyOutput {
    private final FidelityReport report;
    private final Style style = Terminal.outputStyle();

    /** With room for the names of {@code traces}. */
    Text(List<Trace> traces) {
      report =
          new FidelityReport(
              traces.stream().mapToInt(trace -> trace.info().name().length()).max().orElse(0));
    }

    private void print(String text) {
      System.out.print(style.fit(text));
      System.out.flush();
    }

    @Override
    public void skippedTwin(String twin, String reason) {
      print(report.skipped(twin, reason));
    }

    @Override
    public void skippedTrace(String trace, String reason) {
      print(report.skipped(trace, reason));
    }

    @Override
    public void begin(Counterpart.Library library) {
      print(report.heading(library.model().toString(), library.library(), library.version()));
    }

    @Override
    public void trace(Agreement agreement) {
      print(report.trace(agreement));
    }

    @Override
    public void failedTwin(String twin, String reason) {
      print(report.failed(twin, reason));
    }

    @Override
    public void failedTrace(String trace, String reason) {
      print(report.failed(trace, reason));
    }

    @Override
    public void close() {
      print(report.total());
      print(FidelityReport.CONDITIONS);
    }
  }

  /** A row a trace. */
  final class Csv implements VerifyOutput {
    private final FidelityCsv csv = new FidelityCsv();

    /** Prints the header. */
    Csv() {
      System.out.print(FidelityCsv.header());
    }

    @Override
    public void skippedTwin(String twin, String reason) {
      System.out.print(csv.skippedTwin(twin, reason));
    }

    @Override
    public void skippedTrace(String trace, String reason) {
      System.out.print(csv.skippedTrace(trace, reason));
    }

    @Override
    public void begin(Counterpart.Library library) {
      csv.begin(library.model().toString(), library.library(), library.version());
    }

    @Override
    public void trace(Agreement agreement) {
      System.out.print(csv.trace(agreement));
    }

    @Override
    public void failedTwin(String twin, String reason) {
      System.out.print(csv.failedTwin(twin, reason));
    }

    @Override
    public void failedTrace(String trace, String reason) {
      System.out.print(csv.failedTrace(trace, reason));
    }

    @Override
    public void close() {}
  }

  /** One document. */
  final class Json implements VerifyOutput {
    private final FidelityJson json = new FidelityJson();

    @Override
    public void skippedTwin(String twin, String reason) {
      json.skippedTwin(twin, reason);
    }

    @Override
    public void skippedTrace(String trace, String reason) {
      json.skippedTrace(trace, reason);
    }

    @Override
    public void begin(Counterpart.Library library) {
      json.begin(library.model().toString(), library.library(), library.version());
    }

    @Override
    public void trace(Agreement agreement) {
      json.trace(agreement);
    }

    @Override
    public void failedTwin(String twin, String reason) {
      json.failedTwin(twin, reason);
    }

    @Override
    public void failedTrace(String trace, String reason) {
      json.failedTrace(trace, reason);
    }

    @Override
    public void close() {
      System.out.print(json.text());
    }
  }
}
