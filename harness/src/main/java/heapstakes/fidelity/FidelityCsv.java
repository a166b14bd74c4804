package heapstakes.fidelity;

import heapstakes.driver.MemoryCall;
import heapstakes.os.Syscall;
import heapstakes.results.csv.CsvRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The agreement of twins and libraries as CSV: a row a trace. Empty: not compared. */
public final class FidelityCsv {
  private static final List<Syscall> KINDS = MemoryCall.KINDS;
  private static final List<String> COLUMNS =
      List.of(
          "twin",
          "library",
          "version",
          "trace",
          "status",
          "reason",
          "operations",
          "addresses_equal",
          "addresses_compared",
          "breaks_equal",
          "breaks_compared",
          "placements_equal",
          "placements_compared",
          "counters_equal",
          "counters_compared",
          "resident_error_max_ratio",
          "resident_error_mean_ratio",
          "first_different_operation");

  private List<String> subject = List.of("", "", "");

  /** The first line. */
  public static String header() {
    List<String> names = new ArrayList<>(COLUMNS);
    for (Syscall kind : KINDS) {
      String name = kind.word();
      names.add(name + "_calls_library");
      names.add(name + "_calls_twin");
    }
    return line(out -> CsvRows.header(out, names));
  }

  /** What the rows to come are about. */
  public void begin(String twin, String library, String version) {
    subject = List.of(twin, library, version);
  }

  /** The row of a twin that is not compared. */
  public String skippedTwin(String twin, String reason) {
    return reasoned(List.of(twin, "", "", "", "skipped", reason));
  }

  /** The row of a trace that is not compared. */
  public String skippedTrace(String trace, String reason) {
    return withoutResult(trace, "skipped", reason);
  }

  /** The row of a twin whose library cannot be run. */
  public String failedTwin(String twin, String reason) {
    return reasoned(List.of(twin, "", "", "", "error", reason));
  }

  /** The row of a trace that came to no result. */
  public String failedTrace(String trace, String reason) {
    return withoutResult(trace, "error", reason);
  }

  private String withoutResult(String trace, String status, String reason) {
    List<Object> row = new ArrayList<>(subject);
    row.addAll(List.of(trace, status, reason));
    return reasoned(row);
  }

  private static String reasoned(List<?> filled) {
    List<Object> row = new ArrayList<>(filled);
    while (row.size() < COLUMNS.size() + 2 * KINDS.size()) {
      row.add("");
    }
    return line(out -> CsvRows.row(out, row));
  }

  /** The row of a trace. */
  public String trace(Agreement a) {
    List<Object> row = new ArrayList<>(subject);
    row.addAll(List.of(a.trace(), a.holds() ? "equal" : "different", a.ending(), a.operations()));
    for (Share share : List.of(a.addresses(), a.breaks(), a.placements(), a.counters())) {
      row.addAll(List.of(share.equal(), share.of()));
    }
    row.addAll(List.of(plain(a.resident().max()), plain(a.resident().mean())));
    row.add(a.address().<Object>map(AddressDifference::operation).orElse(""));
    for (Syscall kind : KINDS) {
      row.addAll(List.of(count(a.calls().library(), kind), count(a.calls().twin(), kind)));
    }
    return line(out -> CsvRows.row(out, row));
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).toPlainString();
  }

  private static long count(Map<Syscall, Long> calls, Syscall kind) {
    return calls.getOrDefault(kind, 0L);
  }

  private interface Line {
    void addTo(Appendable out) throws IOException;
  }

  private static String line(Line line) {
    StringBuilder out = new StringBuilder();
    try {
      line.addTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringBuilder takes everything
    }
    return out.toString();
  }
}
