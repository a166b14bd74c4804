package heapstakes.sweep.spark;

import heapstakes.sweep.CellResult;
import org.apache.spark.api.java.function.Function;

/** Meters a cell, on a node. */
final class SparkCell implements Function<CellTask, byte[]> {
  private static final long serialVersionUID = 1L;

  private final long budget;

  /**
   * @param budget bytes for the cells that run in one executor
   */
  SparkCell(long budget) {
    this.budget = budget;
  }

  @Override
  public byte[] call(CellTask task) throws InterruptedException {
    try (Node.Place place = Node.within(budget).enter(task)) {
      return ResultCodec.encode(CellResult.measure(task.spec(), place.trace()));
    }
  }
}
