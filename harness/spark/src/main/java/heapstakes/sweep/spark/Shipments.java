package heapstakes.sweep.spark;

import heapstakes.sweep.EngineException;
import heapstakes.sweep.SweepTask;
import heapstakes.trace.binary.HsbTrace;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/** The traces of a sweep, each offered from its first cell to its last. */
final class Shipments {
  private final JavaSparkContext spark;
  private final Map<String, Integer> left = new HashMap<>();
  private final Map<String, ShippedTrace> offered = new HashMap<>();

  Shipments(JavaSparkContext spark, List<SweepTask> tasks) {
    this.spark = spark;
    tasks.forEach(task -> left.merge(sha256(task), 1, Integer::sum));
  }

  private static String sha256(SweepTask task) {
    return task.trace().info().sha256();
  }

  CellTask task(SweepTask task) {
    ShippedTrace trace =
        task.trace() instanceof HsbTrace file
            ? offered.computeIfAbsent(sha256(task), sha256 -> offer(file))
            : null; // nodes make it from the words
    return new CellTask(task.spec(), task.contestant().reusesMemory(), trace);
  }

  private ShippedTrace offer(HsbTrace file) {
    try {
      return ShippedTrace.of(file, spark);
    } catch (IOException e) {
      throw new EngineException(
          String.format(
              Locale.ROOT,
              "%s cannot be read any more: %s.%n  Put it back, and go on with --resume.",
              file.file(),
              e.getMessage()),
          e);
    }
  }

  /** The cell's result is there. */
  void done(SweepTask task) {
    String sha256 = sha256(task);
    if (left.merge(sha256, -1, Integer::sum) == 0) {
      ShippedTrace trace = offered.remove(sha256);
      if (trace != null) {
        trace.withdraw();
      }
    }
  }
}
