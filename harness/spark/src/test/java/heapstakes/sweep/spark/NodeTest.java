package heapstakes.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.cell.CellSpec;
import org.junit.jupiter.api.Test;

class NodeTest {
  private static final String WORKLOAD = "empty-heap-ping-pong:pairs=1000000";

  /** A million blocks of 64 bytes, one at a time: 61 MiB in all. */
  @Test
  void aCellThatUsesNoMemoryAgainTakesRoomForAllRequests() throws Exception {
    int reusing = mebibytes("ptmalloc2", true);
    int others = mebibytes("bump", false);

    assertThat(others - reusing).isBetween(60, 64);
  }

  private static int mebibytes(String contestant, boolean reusesMemory) throws Exception {
    CellTask task = new CellTask(CellSpec.of(contestant, WORKLOAD), reusesMemory, null);
    try (Node.Place place = Node.within(1L << 30).enter(task)) {
      return place.mebibytes();
    }
  }
}
