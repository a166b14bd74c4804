package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.cell.LabelledContestant;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.run.Measurements;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Replays of one trace, the same for everybody.
 *
 * @param workload as it was asked for
 * @param trace what it is
 * @param machine simulated memory for models
 * @param listener told of each replay before it starts
 */
public record Replays(String workload, Trace trace, Machine machine, Consumer<String> listener) {

  /** Whether the machine is as it comes, with nothing set. */
  boolean isUsualMachine() {
    return machine.settings().given().isEmpty();
  }

  /** A model, be it a mixture of versions that has no name. */
  Cell model(Contestant model, String what) {
    listener.accept(what);
    CellSpec spec = CellSpec.of(model.allocator(), workload);
    Footprint footprint =
        FootprintMeter.measure(
            model,
            machine.metered(),
            trace,
            new ReplayOptions(spec.opNanos(), Optional.empty()),
            FootprintObserver.NONE);
    Cell.Builder row =
        Cell.of(new LabelledContestant(model, "", "").key(trace.info(), machine.toString()))
            .text(Column.STATUS, footprint.outcome().status().word());
    Measurements.put(row, footprint);
    return row.build();
  }

  /** A real library, {@code times} times over. */
  List<Cell> library(Contestant library, int times) throws InterruptedException {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      listener.accept(library.toString());
      CellSpec spec = CellSpec.of(library.toString(), workload);
      cells.add(CellRunner.run(spec, trace, FootprintObserver.NONE).cell());
    }
    return cells;
  }
}
