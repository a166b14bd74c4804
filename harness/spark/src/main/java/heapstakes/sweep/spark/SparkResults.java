package heapstakes.sweep.spark;

import heapstakes.sweep.CellResult;
import heapstakes.sweep.EngineException;
import heapstakes.sweep.SweepEngine;
import heapstakes.sweep.SweepTask;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Batches of cells, each a job of Spark's, of which several are begun: cores that an older batch
 * leaves idle take from the next, and the driver holds no more results than are under way.
 */
final class SparkResults implements SweepEngine.Results {
  private static final int BATCH = 32;
  private static final int AHEAD = 8; // cells begun for each core of the cluster, at least

  private final JavaSparkContext spark;
  private final SparkCell cell;
  private final Shipments shipments;
  private final List<SweepTask> tasks;
  private final Deque<JavaFutureAction<List<byte[]>>> begun = new ArrayDeque<>();
  private Iterator<byte[]> arrived = Collections.emptyIterator();
  private int handedOut;
  private int taken;

  SparkResults(JavaSparkContext spark, List<SweepTask> tasks, long budget) {
    this.spark = spark;
    this.tasks = tasks;
    this.cell = new SparkCell(budget);
    this.shipments = new Shipments(spark, tasks);
    fill();
  }

  private void fill() {
    int cores = spark.defaultParallelism(); // grows as nodes come
    int batch = Math.max(BATCH, cores);
    while (handedOut < tasks.size() && handedOut - taken < AHEAD * cores + batch) {
      int end = Math.min(tasks.size(), handedOut + batch);
      List<CellTask> cells = tasks.subList(handedOut, end).stream().map(shipments::task).toList();
      begun.add(spark.parallelize(cells, cells.size()).map(cell).collectAsync());
      handedOut = end;
    }
  }

  @Override
  public CellResult next() throws InterruptedException {
    if (!arrived.hasNext()) {
      arrived = wait(begun.remove()).iterator();
    }
    CellResult result = ResultCodec.decode(arrived.next());
    shipments.done(tasks.get(taken++));
    fill();
    return result;
  }

  private List<byte[]> wait(JavaFutureAction<List<byte[]>> batch) throws InterruptedException {
    try {
      return batch.get();
    } catch (ExecutionException | CancellationException e) {
      close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EngineException(
          String.format(
              Locale.ROOT,
              """
              Spark gave up: %s
                What was finished is kept: see to the cluster, and go on with --resume.
                Nodes need the Java that this program needs (25 or later), and the same version of Spark.\
              """,
              String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
          e);
    } catch (InterruptedException e) {
      close(); // the next result would be taken for this one
      throw e;
    }
  }

  @Override
  public void close() {
    begun.forEach(batch -> batch.cancel(true));
    spark.close();
  }
}
