package heapstakes.fidelity;

import heapstakes.fidelity.AddressDifference.Answer;
import heapstakes.os.Syscall;
import heapstakes.results.table.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The agreement of twins and libraries in text, for people: a line a trace, and what differs. */
public final class FidelityReport {
  /** Under which the addresses of twin and library are the same; several lines. */
  public static final String CONDITIONS =
      """
      Address for address means offsets from where the heap begins, in a process whose break and
      mappings begin at the same addresses modulo 1 GiB, the largest alignment that is asked for.
      A recording of a forked child begins with a list of live blocks, not with its parent's heap.
      'Returned' counts bytes that were resident, and no others.
      """;

  private static final String NAME = "trace";
  private static final String COLUMNS = " %13s %10s %10s %10s %17s  %s\n";

  private final String row;

  private long traces;
  private long differing;
  private long skipped;
  private long failed;
  private long operations;
  private Share addresses = Share.NONE;
  private Share breaks = Share.NONE;
  private Share counters = Share.NONE;
  private double residentMax;

  /**
   * An empty report.
   *
   * @param nameWidth room for the names of traces, in characters
   */
  public FidelityReport(int nameWidth) {
    row = "%-" + Math.max(NAME.length(), nameWidth) + "s" + COLUMNS;
  }

  /** What is compared next, and the head of its table. */
  public String heading(String twin, String library, String version) {
    return String.format(Locale.ROOT, "%s against %s (%s)\n", twin, library, version)
        + String.format(
            Locale.ROOT,
            row,
            NAME,
            "operations",
            "addresses",
            "break",
            "counters",
            "resident max/mean",
            "system calls");
  }

  /** What is not compared, and why. */
  public String skipped(String what, String reason) {
    skipped++;
    return String.format(Locale.ROOT, "%s skipped: %s\n", what, reason);
  }

  /** What came to no result, and why. */
  public String failed(String what, String reason) {
    failed++;
    return String.format(Locale.ROOT, "%s error: %s\n", what, reason);
  }

  /** The line of a trace, and what differs in lines below. */
  public String trace(Agreement a) {
    traces++;
    differing += a.holds() ? 0 : 1;
    operations += a.operations();
    addresses = addresses.plus(a.addresses());
    breaks = breaks.plus(a.breaks());
    counters = counters.plus(a.counters());
    residentMax = Math.max(residentMax, a.resident().max());
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            row,
            a.trace(),
            Units.count(a.operations()),
            a.addresses().text(),
            a.breaks().text(),
            a.counters().text(),
            percent(a.resident().max()) + " / " + percent(a.resident().mean()),
            calls(a)));
    differences(a).forEach(line -> out.append("    ").append(line).append('\n'));
    return out.toString();
  }

  private static String percent(double share) {
    return share > 0 && share < 0.00005
        ? "<0.01 %"
        : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String calls(Agreement a) {
    long library = a.calls().library().values().stream().mapToLong(Long::longValue).sum();
    if (a.calls().sameCounts() && a.calls().difference().isEmpty()) {
      return library == 0 ? "-" : String.format(Locale.ROOT, "%s equal", Units.count(library));
    }
    return a.calls().sameCounts() ? Units.count(library) + ", order differs" : "differ";
  }

  private static List<String> differences(Agreement a) {
    List<String> lines = new ArrayList<>();
    a.address().ifPresent(d -> address(d, lines));
    a.counter()
        .ifPresent(d ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "counters differ first behind %s operations: %s is %s in the library, %s in the twin",
                    Units.count(d.operation()),
                    d.name(),
                    Units.count(d.library()),
                    Units.count(d.twin()))));
    if (a.resident().max() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "resident differs most behind %s operations: %s bytes in the library, %s in the twin",
              Units.count(a.resident().operation()),
              Units.count(a.resident().library()),
              Units.count(a.resident().twin())));
      collapses(a.collapsed(), lines);
    }
    if (!a.placements().isWhole()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "the kernel placed %s of %s mapped blocks otherwise",
              Units.count(a.placements().of() - a.placements().equal()),
              Units.count(a.placements().of())));
    }
    callLines(a.calls(), lines);
    if (!a.ending().isEmpty()) {
      lines.add("they end differently: " + a.ending());
    }
    return lines;
  }

  private static void collapses(long collapsed, List<String> lines) {
    if (collapsed > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "khugepaged of this machine made %s huge %s meanwhile, by a clock of its own, so that"
                  + " resident memory may differ:",
              Units.count(collapsed),
              collapsed == 1 ? "page" : "pages"));
      lines.add(
          "  it adds none to what is resident once"
              + " /sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none is 0");
    }
  }

  private static void address(AddressDifference d, List<String> lines) {
    lines.add(
        String.format(
            Locale.ROOT,
            "addresses differ first in operation %s, slot %d:",
            Units.count(d.operation()),
            d.slot()));
    lines.add("  library  " + describe(d.library()));
    lines.add("  twin     " + describe(d.twin()));
    d.context().forEach(line -> lines.add("  " + line));
  }

  private static String describe(Answer answer) {
    return String.format(Locale.ROOT, "%s, break at +0x%x", answer.block(), answer.breakOffset());
  }

  private static void callLines(Agreement.Calls calls, List<String> lines) {
    if (!calls.sameCounts()) {
      List<String> kinds = new ArrayList<>();
      for (Syscall kind : Syscall.values()) {
        long library = calls.library().getOrDefault(kind, 0L);
        long twin = calls.twin().getOrDefault(kind, 0L);
        if (library != twin) {
          kinds.add(
              String.format(
                  Locale.ROOT,
                  "%s %s in the library, %s in the twin",
                  kind.word(),
                  Units.count(library),
                  Units.count(twin)));
        }
      }
      lines.add("system calls: " + String.join("; ", kinds));
    }
    calls
        .difference()
        .ifPresent(d ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "system calls differ first: library %s; twin %s",
                    d.library(),
                    d.twin())));
  }

  /** The last line. */
  public String total() {
    return String.format(
        Locale.ROOT,
        """
        total: %s %s, %s operations · addresses %s of %s · break %s · counters %s of %s · \
        resident wrong by %s at most · %d differ, %d skipped%s
        """,
        Units.count(traces),
        traces == 1 ? "trace" : "traces",
        Units.count(operations),
        addresses.text(),
        Units.count(addresses.of()),
        breaks.text(),
        counters.text(),
        Units.count(counters.of()),
        percent(residentMax),
        differing,
        skipped,
        failed == 0 ? "" : String.format(Locale.ROOT, ", %d in error", failed));
  }

  /** Whether no trace differed, and each came to a result. */
  public boolean holds() {
    return differing == 0 && failed == 0;
  }
}
