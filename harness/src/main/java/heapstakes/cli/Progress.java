package heapstakes.cli;

import heapstakes.bench.RunListener;
import heapstakes.bench.RunPlan;
import heapstakes.bench.StageTask;
import heapstakes.bench.TracedWorkload;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.WorkloadNames;
import heapstakes.results.run.Stage;
import heapstakes.results.table.Style;
import heapstakes.results.table.Units;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a run is, on standard error: a bar with the time left on a terminal, else a line a
 * stage. The tables of finished workloads go to standard output in between.
 */
final class Progress implements RunListener, AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final int LONGEST_MESSAGE = 40;

  private final Function<TracedWorkload, String> table;
  private final int forks;
  private final WorkloadNames names;
  private final boolean terminal = Terminal.errorIsTerminal();
  private final Style style = new Style(false, Terminal.errorShowsUnicode(), Terminal.USUAL_WIDTH);
  private @Nullable ProgressBar bar;
  private int tasks;
  private int ended;

  /**
   * @param table what to show when a workload is finished; may be empty
   */
  Progress(Function<TracedWorkload, String> table, RunPlan plan) {
    this.table = table;
    this.forks = plan.forks();
    this.names = plan.names();
  }

  @Override
  public void planned(List<StageTask> planned) {
    tasks = planned.size();
    if (terminal) {
      bar = SearchBar.bar("run", planned.stream().mapToLong(this::weight).sum());
    }
  }

  /** About how long a stage takes, in tenths of a second. */
  private long weight(StageTask task) {
    return task.stage() == Stage.FOOTPRINT ? 3 : 22L * forks;
  }

  @Override
  public void begins(StageTask task) {
    if (bar != null) {
      String what = String.format(Locale.ROOT, "%s %s", names.of(task.key()), task.contestant());
      bar.setExtraMessage(" " + what.substring(0, Math.min(what.length(), LONGEST_MESSAGE)));
    }
  }

  @Override
  public void ended(StageTask task, Cell row, String failure) {
    ended++;
    if (bar != null) {
      bar.stepBy(weight(task));
    } else {
      System.err.println(
          style.fit(
              String.format(
                  Locale.ROOT,
                  "[%d/%d] %s · %s · %s",
                  ended,
                  tasks,
                  names.of(task.key()),
                  task.contestant(),
                  failure.isEmpty() ? outcome(task.stage(), row) : "failed: " + failure)));
    }
  }

  private static String outcome(Stage stage, Cell row) {
    return switch (stage) {
      case FOOTPRINT ->
          String.format(
              Locale.ROOT,
              "peak %s, retained %s",
              bytes(row.number(Column.PEAK_RESIDENT_BYTES)),
              bytes(row.number(Column.RETAINED_BYTES)));
      case TIMING ->
          String.format(
              Locale.ROOT,
              "%.1f Mops/s, p50 %s, p99.9 %s",
              row.number(Column.THROUGHPUT_OPS_PER_S).orElse(Double.NaN) / 1e6,
              nanos(row.number(Column.LATENCY_P50_NS)),
              nanos(row.number(Column.LATENCY_P99_9_NS)));
    };
  }

  private static String bytes(OptionalDouble value) {
    // Below 0 are blocks that were never touched.
    return value.isPresent() && value.getAsDouble() >= 0
        ? Units.bytes(value.getAsDouble())
        : "not measured";
  }

  private static String nanos(OptionalDouble value) {
    return value.isPresent() ? Units.nanos(value.getAsDouble()) : "not measured";
  }

  @Override
  public void workloadEnded(TracedWorkload workload) {
    String text = table.apply(workload);
    if (bar == null || text.isEmpty()) {
      System.out.print(text);
      return;
    }
    bar.pause();
    System.err.print(CLEAR_LINE);
    System.err.flush();
    System.out.print(text);
    System.out.flush();
    bar.resume();
  }

  /** Takes the bar away. */
  void stop() {
    if (bar != null) {
      bar.close();
      bar = null;
      System.err.print(CLEAR_LINE);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
