package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.kit.GranuleMap;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long lives of each twin. No two blocks overlap, each keeps its ends until it is freed, and the
 * heap is sound.
 */
@Tag("long")
class LongRunTest {
  private static final long OPERATIONS = Long.getLong("stress.operations", 300_000);
  private static final long AUDIT_EVERY = Long.getLong("stress.heapAudit", 250_000);
  private static final long AUDITED = Long.getLong("stress.audited", 4_000);
  private static final int LIFE = 2000;
  private static final long SEED = Long.getLong("stress.seed", 1);
  private static final int SLOTS = Integer.getInteger("stress.slots", 1 << 12);

  /** {@code -Dstress.contestants=jemalloc@5.3.1,mimalloc}: others, or one whose turn is long. */
  static Stream<String> contestants() {
    return Stream.of(
        System.getProperty("stress.contestants", "ptmalloc2,tcmalloc,jemalloc,mimalloc")
            .split(",", -1));
  }

  /** {@code -Dstress.operations=1000000000}, with an audit after every {@code stress.heapAudit}. */
  @ParameterizedTest
  @MethodSource("contestants")
  void noBlockOverlapsOrChangesInALongLife(String contestant) {
    Life.Shape shape = new Life.Shape(SLOTS, 4, 0, 256);
    live(contestant, shape, new GranuleMap(), SEED, OPERATIONS, AUDIT_EVERY);
  }

  /**
   * {@code -Dstress.audited=100000000}: an audit after every operation. An audit takes as long as
   * the heap is large, so that the heaps are small ones of few sizes, others each time. Another
   * {@code stress.seed} is another series of lives.
   */
  @ParameterizedTest
  @MethodSource("contestants")
  void aSmallHeapIsSoundAfterEveryOperation(String contestant) {
    GranuleMap map = new GranuleMap();
    for (long life = 0; life * LIFE < AUDITED; life++) {
      int threads = 1 + (int) (life % 3);
      int sizes = 2 + (int) (life / 3 % 4);
      Life.Shape shape = new Life.Shape(4 + (int) (life % 13), threads, sizes, 16);
      live(contestant, shape, map, SEED + life, Math.min(LIFE, AUDITED - life * LIFE), 1);
    }
  }

  private static void live(
      String contestant,
      Life.Shape shape,
      GranuleMap map,
      long seed,
      long operations,
      long auditEvery) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      int alignments = contestant.startsWith("mimalloc") ? 4 : 9;
      Life life = new Life(heap, space, shape, map, seed, alignments);
      for (long done = 0; done < operations; done++) {
        life.step();
        if (done % auditEvery == 0) {
          heap.audit();
        }
      }
      life.end();
      heap.audit();
      assertThat(life.live()).isZero();
    }
  }
}
