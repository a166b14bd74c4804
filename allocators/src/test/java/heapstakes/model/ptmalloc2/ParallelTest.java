package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads at the same time on real memory: blocks keep their bytes, the heap passes its audit. */
class ParallelTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 15;
  private static final int OPERATIONS_A_ROUND = 500;

  @ParameterizedTest
  @ValueSource(strings = {"", "arena_max=1,tcache_count=0", "arena_max=2,tcache_count=1"})
  void threadsThatExchangeBlocksLeaveASoundHeap(String settings) throws Exception {
    AddressSpaceProvider linux =
        Machine.all().stream().filter(m -> m.name().equals("linux")).findFirst().orElseThrow();
    linux.unavailable().ifPresent(Assumptions::abort);
    try (TestProcess process = TestProcess.start(Machine.parse("linux").open(), settings);
        ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      BlockingQueue<RandomProgram> exchange = new ArrayBlockingQueue<>(THREADS);
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        ThreadAllocator thread = process.heap().attach();
        long seed = i;
        done.add(executor.submit(() -> work(thread, process.memory(), seed, exchange)));
      }
      for (Future<?> each : done) {
        each.get();
      }
      process.heap().audit();
      exchange.forEach(left -> left.freeAll(process.main()));
      process.main().trim(0);
      process.heap().audit();
      assertThat(process.counter("hblks")).isZero();
    }
  }

  private static void work(
      ThreadAllocator thread, Memory memory, long seed, BlockingQueue<RandomProgram> exchange) {
    RandomProgram mine = new RandomProgram(memory, seed);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < OPERATIONS_A_ROUND; i++) {
        mine.step(thread);
      }
      // Another thread goes on with these blocks, and frees them.
      if (exchange.offer(mine)) {
        RandomProgram theirs = exchange.poll();
        mine = theirs != null ? theirs : new RandomProgram(memory, round);
      }
    }
    mine.freeAll(thread);
    thread.exit();
  }
}
