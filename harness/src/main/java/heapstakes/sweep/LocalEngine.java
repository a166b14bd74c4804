package heapstakes.sweep;

import heapstakes.pool.SharedTraces;
import heapstakes.pool.Work;
import heapstakes.pool.WorkPool;
import java.util.List;

/** The cores of this machine. Real libraries run one at a time. */
public final class LocalEngine implements SweepEngine {
  /** How the command line calls it. */
  public static final String NAME = "local";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Results begin(List<SweepTask> tasks, EngineOptions options) {
    SharedTraces traces = new SharedTraces(options.limits());
    tasks.forEach(task -> traces.expect(task.spec().workload()));
    WorkPool.Results<CellResult> pool =
        new WorkPool(options.limits())
            .begin(tasks.stream().map(task -> new Measurement(task, traces)).toList());
    return new Results() {
      @Override
      public CellResult next() throws InterruptedException {
        return pool.next();
      }

      @Override
      public void close() {
        pool.close();
      }
    };
  }

  private record Measurement(SweepTask task, SharedTraces traces) implements Work<CellResult> {
    @Override
    public long bytes() {
      return traces.replayBytes(task.trace().info(), task.contestant().reusesMemory());
    }

    @Override
    public boolean isApart() {
      return !task.contestant().takesAnyMemory();
    }

    @Override
    public CellResult carryOut() throws InterruptedException {
      String workload = task.spec().workload();
      try {
        return CellResult.measure(task.spec(), traces.of(workload, task.trace()));
      } finally {
        traces.done(workload);
      }
    }
  }
}
