package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.ThreadAllocator;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random programs, the naive book of {@link RandomProgram}, and an audit after every operation. */
class RandomProgramTest {
  private static final int OPERATIONS = 2_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tcache_count=0",
        "tcache_count=0,mxfast=0",
        "tcache_count=3,tcache_unsorted_limit=1,mxfast=160",
        "mmap_threshold=4K,perturb=85",
        "mmap_max=0,top_pad=0,trim_threshold=0",
        "trim=modern-on-free",
        "trim=legacy-on-free,tcache_count=1",
        "madvise_on_free=true,tcache_count=0",
        "arena_max=2",
      })
  void blocksNeverOverlapAndTheHeapIsSoundAfterEveryOperation(String settings) {
    for (long seed = 1; seed <= 2; seed++) {
      try (TestProcess process = TestProcess.start(settings)) {
        run(process, seed);
      }
    }
  }

  private static void run(TestProcess process, long seed) {
    RandomProgram program = new RandomProgram(process.memory(), seed);
    Random turns = new Random(-seed);
    ThreadAllocator[] threads = new ThreadAllocator[4];
    threads[0] = process.main();
    int current = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      if (i > OPERATIONS / 3 && turns.nextInt(10) == 0) {
        current = turns.nextInt(threads.length);
      }
      if (threads[current] == null) {
        threads[current] = process.heap().attach();
      }
      program.step(threads[current]);
      if (current > 0 && turns.nextInt(100) == 0) {
        threads[current].exit();
        threads[current] = null;
        current = 0;
      }
      process.heap().audit();
    }
    program.check();
    program.freeAll(threads[0]);
    process.heap().audit();
    assertThat(program.refused()).isZero();
    assertThat(process.counter("hblks")).isZero();
  }
}
