package heapstakes.embedding;

// What docs/embedding.md shows begins here.
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.cell.MeteredCell;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  @Test
  void withoutThreadCachesMyTraceLeavesNoMoreBehind() throws InterruptedException {
    CellSpec stock = CellSpec.of("ptmalloc2", "jq"); // or a trace file of your own
    CellSpec uncached = stock.withContestant("ptmalloc2:tcache_count=0");

    Footprint before = CellRunner.run(stock).footprint();
    MeteredCell after = CellRunner.run(uncached);

    assertThat(after.footprint().outcome().status()).isEqualTo(Status.OK);
    assertThat(after.footprint().space().end().retainedBytes().orElseThrow())
        .isLessThanOrEqualTo(before.space().end().retainedBytes().orElseThrow());
    assertThat(after.cell().text(Column.SETTINGS)).isEqualTo("tcache_count=0");
  }
}
// What docs/embedding.md shows ends here.
