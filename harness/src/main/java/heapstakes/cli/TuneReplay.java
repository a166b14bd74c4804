package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.cell.MeteredCell;
import heapstakes.forecast.Forecaster;
import heapstakes.meter.FootprintObserver;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.Work;
import heapstakes.pool.WorkPool;
import heapstakes.results.Cell;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A replay of a search.
 *
 * @param bytes that it is reckoned to need
 * @param forecaster where times are searched for: they take replays of their own
 */
record TuneReplay(CellSpec spec, Trace trace, long bytes, Optional<Forecaster> forecaster)
    implements Work<Cell> {
  @Override
  public Cell carryOut() throws InterruptedException {
    MeteredCell metered = CellRunner.run(spec, trace, FootprintObserver.NONE);
    Contestant contestant = Allocators.parse(spec.contestant());
    return metered.with(forecaster.flatMap(by -> by.of(contestant, trace))).cell();
  }

  /** Carries all out; a step each. */
  static List<Cell> all(List<TuneReplay> replays, PoolLimits limits, SearchBar steps) {
    List<Cell> cells = new ArrayList<>();
    try (WorkPool.Results<Cell> results = new WorkPool(limits).begin(replays)) {
      for (TuneReplay replay : replays) {
        cells.add(results.next());
        steps.step(replay.spec.contestant());
      }
      return cells;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a model was metered", e);
    }
  }
}
