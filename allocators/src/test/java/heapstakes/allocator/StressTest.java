package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.kit.ParallelPlay;
import heapstakes.allocator.kit.Play;
import heapstakes.allocator.kit.RandomActions;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every model that reuses memory, with random programs, without memory and by many threads: short
 * ones, for every build. {@link CatalogueStressTest} goes on for as long as it is told.
 */
@Tag("long")
class StressTest {
  private static final int DOSE = Integer.getInteger("stress.dose", 1);
  private static final int ACTIONS = Math.min(2_000, 800 * DOSE);
  private static final int AUDIT_EVERY = Math.max(1, 8 / DOSE);
  private static final int REFUSALS = 8 * DOSE;
  private static final int THREADS = 4;
  private static final int ROUNDS = 8;

  /** What goes back to its first value when all blocks are freed and all threads have gone. */
  private static final Map<String, List<String>> SETTLING =
      Map.of(
          "ptmalloc2", List.of("hblks"),
          "tcmalloc", List.of("generic.current_allocated_bytes"),
          "mimalloc", List.of("segments.current"),
          "jemalloc", List.of("stats.allocated", "stats.arenas.4096.internal"));

  /** The same of a model without state per thread. */
  private static final List<String> OF_A_SINGLE_HEAP =
      List.of(SingleHeap.ALLOCATED, SingleHeap.BLOCKS);

  /**
   * What libraries themselves say, or do, where records of theirs get no memory: 5.3.0 of jemalloc
   * then uses a cache or an arena that is not there.
   */
  private static final String LAST_WORDS =
      "(?s).*(Out of memory|MADV_DONTNEED check|no cache for this thread|no arena for this"
          + " thread).*";

  private static final Set<Syscall> ALL = EnumSet.complementOf(EnumSet.of(Syscall.FORK));
  private static final Set<Syscall> GIVING =
      EnumSet.of(Syscall.SBRK, Syscall.MMAP, Syscall.MREMAP, Syscall.MPROTECT);

  /** Models by description: small, so that they take part in everything. */
  static List<String> described() {
    return List.of(
        "textbook",
        "textbook:fit=next,trim_threshold=64K",
        "textbook:fit=best,order=address,trim_threshold=64K",
        "textbook:fit=worst",
        "buddy",
        "buddy:lg_zone=14",
        "ideal",
        "chorus",
        "chorus:region=4K,deferred_free=false",
        "phkmalloc",
        "phkmalloc:cache=1,H=true",
        "vam",
        "vam:discard=free",
        "openbsd",
        "openbsd:cache=0,G=true,junk=2",
        "openbsd:cache=2,U=true,seed=2",
        "ntheap",
        "ntheap:lfh=false,deCommitTotalFree=0",
        "ntheap:lfhActivation=0,segmentReserve=64K,virtualMemoryThreshold=64K");
  }

  private static long settling(String contestant, Allocator heap) {
    String name = Allocators.parse(contestant).provider().name();
    Map<String, Long> counters = heap.counters();
    List<String> names = SETTLING.getOrDefault(name, OF_A_SINGLE_HEAP);
    assertThat(counters).as("counters of %s", name).containsKeys(names.toArray(String[]::new));
    return names.stream().map(counters::get).reduce((whole, part) -> whole - part).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("described")
  @ValueSource(
      strings = {
        "ptmalloc2",
        "ptmalloc2:tcache_count=0",
        "ptmalloc2:tcache_count=0,mxfast=0",
        "ptmalloc2:tcache_count=3,tcache_unsorted_limit=1,mxfast=160",
        "ptmalloc2:mmap_threshold=4K,perturb=85",
        "ptmalloc2:mmap_max=0,top_pad=0,trim_threshold=0",
        "ptmalloc2:trim=modern-on-free",
        "ptmalloc2:trim=legacy-on-free,tcache_count=1",
        "ptmalloc2:madvise_on_free=true,tcache_count=0",
        "ptmalloc2:arena_max=2",
        "ptmalloc2@2.31",
        "ptmalloc2@2.38",
        "ptmalloc2@2.41:madvise_on_free=true",
        "ptmalloc2@2.42",
        "ptmalloc2@2.42:tcache_max=200000,tcache_count=3",
        "ptmalloc2@2.43",
        "ptmalloc2@2.43:tcache_max=3000",
        "ptmalloc2@2.44",
        "ptmalloc2@2.44:tcache_count=0",
        "tcmalloc",
        "tcmalloc:aggressive_decommit=true",
        "tcmalloc:aggressive_decommit=true,release_rate=1000",
        "tcmalloc:release_rate=100000",
        "tcmalloc:transfer_num_obj=1",
        "tcmalloc:transfer_num_obj=400,max_total_thread_cache_bytes=512K",
        "tcmalloc:heap_limit_mb=16",
        "tcmalloc:heap_limit_mb=12,aggressive_decommit=true",
        "tcmalloc:disable_memory_release=true",
        "tcmalloc@2.16",
        "tcmalloc@2.18:aggressive_decommit=true",
        "mimalloc",
        "mimalloc:eager_commit=false",
        "mimalloc:decommit_delay=0,segment_decommit_delay=0",
        "jemalloc",
        "jemalloc:dirty_decay_ms=1000,muzzy_decay_ms=1000",
        "jemalloc:dirty_decay_ms=0",
        "jemalloc:dirty_decay_ms=-1,muzzy_decay_ms=-1",
        "jemalloc:tcache=false,narenas=1",
        "jemalloc:tcache_max=100",
        "jemalloc:tcache_max=4M,muzzy_decay_ms=100",
        "jemalloc:retain=false",
        "jemalloc:oversize_threshold=16K,narenas=2",
        "jemalloc:oversize_threshold=0,lg_extent_max_active_fit=0",
        "jemalloc:retain=false,muzzy_decay_ms=500,lg_extent_max_active_fit=64",
        "jemalloc:background_thread=true,max_background_threads=1", // more would stay, with vectors
      })
  void noBlockOverlapsOrChangesAndTheHeapIsSoundAllAlong(String contestant) {
    runSoundly(contestant);
  }

  private static void runSoundly(String contestant) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      long settled = settling(contestant, heap);
      Play play = new Play(heap, space);
      int refused = play.run(RandomActions.of(1, ACTIONS, THREADS), AUDIT_EVERY);
      play.finish();
      assertThat(refused == 0 || contestant.contains("heap_limit")).isTrue();
      assertThat(settling(contestant, heap)).isEqualTo(settled);
    }
  }

  /**
   * Runs a program where the kernel refuses some calls.
   *
   * @return how many calls there were, of those that could be refused
   */
  private static long runRefused(String contestant, Set<Syscall> kinds, long first, long last) {
    try (AddressSpace process = Machine.parse("simulated").open()) {
      FailingSpace space = new FailingSpace(process).refusing(kinds, first, last);
      try (Allocator heap = Allocators.parse(contestant).open(space)) {
        Play play = new Play(heap, space);
        play.run(RandomActions.of(7, ACTIONS, 2), ACTIONS);
        play.finish();
      } catch (HeapCorruptedException | SegmentationFault e) {
        assertThat(e.getMessage()).matches(LAST_WORDS);
      }
      return space.calls();
    }
  }

  @ParameterizedTest
  @MethodSource("described")
  @ValueSource(
      strings = {
        "ptmalloc2",
        "ptmalloc2:arena_max=1",
        "ptmalloc2@2.43",
        "tcmalloc",
        "tcmalloc:release_rate=1000",
        "mimalloc",
        "mimalloc:eager_commit=false",
        "jemalloc",
        "jemalloc:retain=false",
        "jemalloc:muzzy_decay_ms=100",
        "jemalloc:tcache=false",
        "jemalloc@5.3.1",
      })
  void eachSingleRefusalLeavesEveryBlockAndTheHeapIntact(String contestant) {
    long calls = runRefused(contestant, ALL, Long.MAX_VALUE, 0);
    assertThat(calls).isGreaterThan(20);
    for (long n = 1; n <= calls; n += 1 + calls / REFUSALS) {
      runRefused(contestant, ALL, n, n);
    }
  }

  @ParameterizedTest
  @MethodSource("described")
  @ValueSource(
      strings = {
        "ptmalloc2",
        "ptmalloc2:arena_max=1",
        "ptmalloc2@2.42",
        "ptmalloc2@2.43",
        "tcmalloc",
        "tcmalloc:aggressive_decommit=true",
        "mimalloc",
        "mimalloc:eager_commit=false",
        "jemalloc",
        "jemalloc:retain=false",
      })
  void refusalsForEverLeaveEveryBlockAndTheHeapIntact(String contestant) {
    for (long n = 1; n <= 40; n += n < 6 ? 1 : 9) {
      runRefused(contestant, GIVING, n, Long.MAX_VALUE);
    }
  }

  @ParameterizedTest
  @MethodSource("described")
  @ValueSource(
      strings = {
        "ptmalloc2",
        "ptmalloc2:mmap_threshold=4K",
        "tcmalloc",
        "tcmalloc:aggressive_decommit=true",
        "tcmalloc:transfer_num_obj=1",
        "tcmalloc@2.16",
        "mimalloc",
        "mimalloc:eager_commit=false,decommit_delay=0",
        "jemalloc:narenas=1",
        "jemalloc:narenas=1,tcache=false,retain=false",
        "jemalloc@5.3.1:narenas=1",
      })
  void refusalsAtRandomLeaveEveryBlockAndTheHeapIntact(String contestant) {
    Random random = new Random(3);
    try (AddressSpace process = Machine.parse("simulated").open()) {
      FailingSpace space = new FailingSpace(process);
      try (Allocator heap = Allocators.parse(contestant).open(space)) {
        Play play = new Play(heap, space);
        space.refuses = call -> random.nextInt(4) != 0;
        assertThat(play.run(RandomActions.of(3, ACTIONS, 2), AUDIT_EVERY)).isPositive();
        play.finish();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ptmalloc2",
        "ptmalloc2:arena_max=1,tcache_count=0",
        "ptmalloc2:arena_max=2,tcache_count=1",
        "ptmalloc2@2.42:tcache_max=200000",
        "ptmalloc2@2.43:arena_max=2",
        "tcmalloc",
        "tcmalloc:aggressive_decommit=true",
        "tcmalloc:transfer_num_obj=2,max_total_thread_cache_bytes=512K",
        "mimalloc",
        "mimalloc:eager_commit=false",
        "mimalloc:decommit_delay=0,max_segment_reclaim=1024",
        "jemalloc",
        "jemalloc:narenas=1,tcache=false",
        "jemalloc:narenas=2,dirty_decay_ms=0,muzzy_decay_ms=10",
        "jemalloc:narenas=1,oversize_threshold=64K,retain=false",
        "jemalloc@5.3.1:narenas=3",
      })
  void threadsThatExchangeBlocksLeaveASoundHeap(String contestant) throws Exception {
    AddressSpaceProvider linux =
        Machine.all().stream().filter(m -> m.name().equals("linux")).findFirst().orElseThrow();
    linux.unavailable().ifPresent(Assumptions::abort);
    try (AddressSpace space = Machine.parse("linux").open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      long settled = settling(contestant, heap);
      ThreadAllocator main = heap.attach();
      new ParallelPlay(heap, THREADS, ROUNDS, 0).run();
      main.trim(0);
      main.exit();
      heap.audit();
      assertThat(settling(contestant, heap)).isEqualTo(settled);
    }
  }
}
