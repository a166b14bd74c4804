package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * fork(2) copies a process: parent and child each go on as one that never forked, and nobody sees
 * what the other does. The heap that never forks is the oracle.
 */
class ForkContractTest {
  private static final int OPERATIONS = 3000;
  private static final int LARGE = 2_000_000;
  private static final long NANOS = 5_000_000; // between operations, so that decay times pass

  static Stream<String> everyModelThatForks() {
    return Stream.concat(
        Allocators.all().stream()
            .filter(provider -> provider.capabilities().contains(Capability.ANY_MEMORY))
            .filter(provider -> provider.capabilities().contains(Capability.FORKS))
            .map(AllocatorProvider::name),
        Stream.of(
            "ptmalloc2:tcache_count=0,mmap_threshold=1M",
            "ptmalloc2:trim=modern-on-free",
            "tcmalloc:aggressive_decommit=true",
            "tcmalloc@2.18:max_total_thread_cache_bytes=512K",
            "openbsd:cache=0,G=true,junk=2,seed=3",
            "openbsd:U=true,pools=2",
            "mimalloc:decommit_delay=0,segment_decommit_delay=0",
            "mimalloc:page_reset=true,eager_commit=false",
            "jemalloc@5.2.1",
            "jemalloc@5.3.1",
            "jemalloc:dirty_decay_ms=500,muzzy_decay_ms=2000,narenas=1",
            "jemalloc:tcache=false,retain=false,lg_vaddr=57"));
  }

  /** Two threads; the second one forks, as a server's does. */
  @ParameterizedTest
  @MethodSource("everyModelThatForks")
  void parentAndChildGoOnAsAHeapThatNeverForked(String name) {
    try (Heap forked = new Heap(name);
        Heap whole = new Heap(name)) {
      assertThat(forked.grown()).isEqualTo(whole.grown());
      forked.allocator.beforeFork(forked.second);
      AddressSpace space = forked.space.fork();
      try (Allocator child = forked.allocator.fork(space, forked.second)) {
        child.audit();
        ThreadAllocator thread = child.attach();
        List<Long> inChild = run(thread, space, new Random(3), new ArrayList<>(forked.live));
        List<Long> expected = whole.goOn();
        assertThat(inChild).isEqualTo(expected);
        assertThat(space.statistics().mappedBytes())
            .isEqualTo(whole.space.statistics().mappedBytes());
        assertThat(forked.goOn()).isEqualTo(expected);
        assertThat(forked.allocator.counters()).isEqualTo(whole.allocator.counters());
        child.audit();
        forked.allocator.audit();
      } finally {
        space.close();
      }
    }
  }

  /** A heap with two threads. */
  private static final class Heap implements AutoCloseable {
    final AddressSpace space = Machine.parse("simulated").open();
    final Allocator allocator;
    final ThreadAllocator initial;
    final ThreadAllocator second;
    final List<Long> live = new ArrayList<>();

    Heap(String name) {
      allocator = Allocators.parse(name).open(space);
      initial = allocator.attach();
      second = allocator.attach();
    }

    /** Blocks behind the work of both; some of each thread's are freed by the other. */
    List<Long> grown() {
      for (int turn = 0; turn < 4; turn++) {
        run(turn % 2 == 0 ? initial : second, space, new Random(turn), live);
      }
      return live;
    }

    List<Long> goOn() {
      return run(second, space, new Random(3), live);
    }

    @Override
    public void close() {
      allocator.close();
      space.close();
    }
  }

  private static List<Long> run(
      ThreadAllocator thread, AddressSpace space, Random random, List<Long> live) {
    for (int i = 0; i < OPERATIONS; i++) {
      space.clock().advance(NANOS);
      if (!live.isEmpty() && random.nextInt(5) < 2) {
        thread.free(live.remove(random.nextInt(live.size())));
      } else {
        live.add(thread.malloc(random.nextInt(random.nextInt(20) == 0 ? LARGE : 3000)));
      }
    }
    return live;
  }
}
