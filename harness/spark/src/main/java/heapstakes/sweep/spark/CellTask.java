package heapstakes.sweep.spark;

import heapstakes.cell.CellSpec;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A cell as it goes to a node.
 *
 * @param spec what is to be metered
 * @param reusesMemory whether its contestant uses freed memory again
 * @param trace what its workload names, if that is a file; null: the node makes it from the words
 */
record CellTask(CellSpec spec, boolean reusesMemory, @Nullable ShippedTrace trace)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What tells its trace from others. */
  String traceKey() {
    return trace == null ? spec.workload() : trace.sha256();
  }
}
