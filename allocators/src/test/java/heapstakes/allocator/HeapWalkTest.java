package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import heapstakes.allocator.Holding.Kind;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a heap tells of itself, against a book of live blocks that asks no model. */
class HeapWalkTest {
  private static final int STEPS = 6_000;
  private static final int THREADS = 3;
  private static final int[] LARGEST = {64, 512, 8 << 10, 300 << 10};

  static Stream<String> models() {
    return Allocators.all().stream()
        .filter(provider -> provider.capabilities().contains(Capability.ANY_MEMORY))
        .map(AllocatorProvider::name)
        .filter(name -> !name.equals("ntheap")); // another kernel
  }

  private final SplittableRandom random = new SplittableRandom(7);
  private final TreeMap<Long, Long> live = new TreeMap<>(); // address → bytes asked for

  @ParameterizedTest
  @MethodSource("models")
  void noLiveBlockLiesInWhatIsToldToBeFree(String model) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(model).open(space)) {
      ThreadAllocator[] threads = threads(heap);
      for (int step = 1; step <= STEPS; step++) {
        step(threads[random.nextInt(THREADS)], step * 3 > STEPS * 2);
        if (step % 500 == 0) {
          List<Holding> told = told(heap);
          assumeFalse(told.isEmpty(), model + " has no walk");
          check(told);
        }
      }
    }
  }

  /** Counters that the twins have from their libraries, as verify compares them. */
  @ParameterizedTest
  @CsvSource({
    "ptmalloc2:tcache_count=0, fsmblks, fastbin chunk, 1",
    "ptmalloc2:tcache_count=0, fordblks, fastbin chunk|free chunk|top chunk, 1",
    "tcmalloc, tcmalloc.pageheap_free_bytes, normal span, 1",
    "tcmalloc:aggressive_decommit=true, tcmalloc.pageheap_unmapped_bytes, returned span, 1",
    "tcmalloc, tcmalloc.thread_cache_free_bytes, thread cache object, 1",
    "tcmalloc, tcmalloc.transfer_cache_free_bytes, transfer cache object, 1",
    "jemalloc, stats.arenas.4096.pdirty, dirty extent, 4096",
    "jemalloc, stats.retained, reserved extent, 1",
    "jemalloc, stats.arenas.4096.bins.3.curslabs, slab, 0"
  })
  void whatIsToldSumsUpToTheLibrarysOwnCounters(
      String model, String counter, String names, long unit) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(model).open(space)) {
      ThreadAllocator[] threads = threads(heap);
      long[] small = LongStream.generate(() -> threads[0].malloc(32)).limit(STEPS).toArray();
      Arrays.stream(small).forEach(threads[0]::free); // more than a thread's cache takes
      for (int step = 0; step < STEPS; step++) {
        step(threads[random.nextInt(THREADS)], step * 2 > STEPS);
      }
      List<String> wanted = List.of(names.split("[|]"));
      List<Holding> told =
          told(heap).stream().filter(part -> wanted.contains(part.name())).toList();
      long tops = told.stream().filter(part -> part.kind() == Kind.TOP).count();
      long sum =
          unit == 0
              ? told.stream().filter(part -> part.unit() == 48).count() // class 3 of jemalloc
              : told.stream().mapToLong(Holding::bytes).sum() + 8 * tops; // from its size word on
      assertThat(sum)
          .isPositive()
          .isEqualTo(heap.counters().getOrDefault(counter, 0L) * Math.max(1, unit));
    }
  }

  private static ThreadAllocator[] threads(Allocator heap) {
    return Stream.generate(heap::attach).limit(THREADS).toArray(ThreadAllocator[]::new);
  }

  private static List<Holding> told(Allocator heap) {
    List<Holding> told = new ArrayList<>();
    heap.walk(told::add);
    told.sort(Comparator.comparingLong(Holding::address));
    return told;
  }

  private void step(ThreadAllocator thread, boolean shrinking) {
    if (!live.isEmpty() && random.nextInt(10) < (shrinking ? 8 : 4)) {
      Long chosen = live.ceilingKey(random.nextLong(live.firstKey(), live.lastKey() + 1));
      live.remove(chosen);
      thread.free(chosen);
      return;
    }
    long size = random.nextInt(LARGEST[random.nextInt(LARGEST.length)]) + 1L;
    long block =
        random.nextInt(20) == 0
            ? thread.memalign(64L << random.nextInt(8), size)
            : thread.malloc(size);
    live.put(block, size);
  }

  private void check(List<Holding> told) {
    long end = 0;
    for (Holding holding : told) {
      if (holding.kind() != Kind.CACHED || !isInRun(holding, told)) {
        assertThat(holding.address())
            .as("%s overlaps what lies below", holding)
            .isGreaterThanOrEqualTo(end);
        end = holding.end();
      }
      assertThat(holding.bytes()).as("%s", holding).isPositive();
      Map.Entry<Long, Long> below = live.lowerEntry(holding.end());
      boolean hasBlock = below != null && below.getKey() + below.getValue() > holding.address();
      switch (holding.kind()) {
        case FREE, TOP, RELEASED, CACHED, RECORDS ->
            assertThat(hasBlock).as("a live block in %s", holding).isFalse();
        case BLOCK, RUN -> {}
      }
    }
    live.forEach((block, size) ->
        assertThat(told)
            .as("0x%x, %d bytes, begins in a part that does not hold all of it", block, size)
            .noneMatch(part -> part.contains(block) && block + size > part.end()));
  }

  private static boolean isInRun(Holding cached, List<Holding> told) {
    return told.stream()
        .anyMatch(part -> part.kind() == Kind.RUN && part.contains(cached.address()));
  }
}
