package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForkTest {
  private static final int OPERATIONS = 4000;

  @ParameterizedTest
  @ValueSource(strings = {"", "aggressive_decommit=true", "max_total_thread_cache_bytes=512K"})
  void parentAndChildGoOnAsAHeapThatNeverForked(String settings) {
    try (TcMallocHeap forked = TcMallocHeap.open(settings);
        TcMallocHeap whole = TcMallocHeap.open(settings)) {
      List<Long> live = run(forked.main, new Random(1), new ArrayList<>());
      List<Long> wholeLive = run(whole.main, new Random(1), new ArrayList<>());
      assertThat(live).isEqualTo(wholeLive);
      try (AddressSpace childSpace = forked.space.fork();
          TcMalloc child = (TcMalloc) forked.heap.fork(childSpace)) {
        child.audit();
        assertThat(child.counters()).isEqualTo(forked.heap.counters());
        List<Long> expected = run(whole.main, new Random(2), wholeLive);
        List<Long> inChild =
            run((TcMallocThread) child.attach(), new Random(2), new ArrayList<>(live));
        assertThat(inChild).isEqualTo(expected);
        assertThat(child.counters()).isEqualTo(whole.heap.counters());
        assertThat(run(forked.main, new Random(2), live)).isEqualTo(expected);
        assertThat(forked.heap.counters()).isEqualTo(whole.heap.counters());
        child.audit();
        forked.heap.audit();
      }
    }
  }

  private static List<Long> run(TcMallocThread thread, Random random, List<Long> live) {
    for (int i = 0; i < OPERATIONS; i++) {
      if (!live.isEmpty() && random.nextInt(5) < 2) {
        thread.free(live.remove(random.nextInt(live.size())));
      } else {
        live.add(thread.malloc(random.nextInt(random.nextInt(20) == 0 ? 2_000_000 : 3000)));
      }
    }
    return live;
  }
}
