package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.ThreadAllocator;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Small programs and what glibc 2.36-9+deb12u14 did with them: offsets from the initial break,
 * observed by C programs, a fresh process each.
 */
class ScenarioTest {
  private TestProcess process = TestProcess.start("");

  @BeforeEach
  void start() {
    process = TestProcess.start("");
  }

  @AfterEach
  void auditAndClose() {
    process.heap().audit();
    process.close();
  }

  private long[] mallocs(int count, long bytes) {
    return LongStream.range(0, count).map(i -> process.malloc(bytes)).toArray();
  }

  private void free(long... offsets) {
    Arrays.stream(offsets).forEach(process::free);
  }

  private long calloc(long bytes) {
    return process.offset(process.main().calloc(1, bytes));
  }

  private long realloc(long offset, long bytes) {
    return process.offset(process.main().realloc(offset + process.space().initialBreak(), bytes));
  }

  private long memalign(long alignment, long bytes) {
    return process.offset(process.main().memalign(alignment, bytes));
  }

  @Test
  void sevenFreedBlocksComeBackLastInFirstOutAndTheOthersAsTheFastbinIsMovedToTheTcache() {
    long[] blocks = mallocs(10, 100);
    assertThat(blocks).containsExactly(672, 784, 896, 1008, 1120, 1232, 1344, 1456, 1568, 1680);
    free(blocks);
    assertThat(mallocs(10, 100))
        .containsExactly(1344, 1232, 1120, 1008, 896, 784, 672, 1680, 1456, 1568);
  }

  @Test
  void chunksBeyondTheTcacheMergeAndAreSplitAgain() {
    long[] blocks = mallocs(12, 200);
    assertThat(blocks)
        .containsExactly(672, 880, 1088, 1296, 1504, 1712, 1920, 2128, 2336, 2544, 2752, 2960);
    free(blocks);
    assertThat(mallocs(3, 50)).containsExactly(2128, 2192, 2256);
    assertThat(mallocs(9, 200)).containsExactly(1920, 1712, 1504, 1296, 1088, 880, 672, 2320, 2528);
  }

  @Test
  void callocLeavesTheTcacheAloneAndTakesFromTheBins() {
    long[] blocks = mallocs(20, 200);
    for (int i = 0; i < 20; i += 2) {
      process.free(blocks[i]);
    }
    for (int i = 1; i < 20; i += 4) {
      process.free(blocks[i]);
    }
    assertThat(process.malloc(2000)).isEqualTo(4832);
    assertThat(LongStream.range(0, 9).map(i -> calloc(200)))
        .containsExactly(880L, 1712L, 2544L, 3376L, 3584L, 4000L, 4208L, 4416L, 6848L);
  }

  @Test
  void largeBinsGiveTheBestFit() {
    long a = process.malloc(4000);
    process.malloc(10);
    long c = process.malloc(5000);
    process.malloc(10);
    assertThat(a).isEqualTo(672);
    free(a, c);
    assertThat(process.malloc(3900)).isEqualTo(a);
    assertThat(process.malloc(4500)).isEqualTo(c);
  }

  @Test
  void freeingTheNeighbourOfTopLowersTheBreak() {
    long[] blocks = mallocs(2, 100_000);
    assertThat(blocks).containsExactly(672, 100_688);
    assertThat(process.breakOffset()).isEqualTo(335_872);
    process.free(blocks[1]);
    assertThat(process.breakOffset()).isEqualTo(233_472);
    process.free(blocks[0]);
    assertThat(process.breakOffset()).isEqualTo(135_168);
    assertThat(process.counter("keepcost")).isEqualTo(134_512);
  }

  @Test
  void reallocShrinksInPlaceAndMovesWhenItCannotGrow() {
    long block = process.malloc(1000);
    assertThat(block).isEqualTo(672);
    assertThat(realloc(block, 900)).isEqualTo(672);
    assertThat(process.malloc(60)).isEqualTo(1680);
    assertThat(realloc(block, 3000)).isEqualTo(1760);
    assertThat(realloc(1760, 100)).isEqualTo(1760);
    assertThat(process.malloc(2880)).isEqualTo(1872);
  }

  @Test
  void memalignCutsLeadAndTail() {
    assertThat(memalign(4096, 100)).isEqualTo(4096);
    assertThat(memalign(256, 1000)).isEqualTo(256);
    assertThat(process.malloc(500)).isEqualTo(1984);
    assertThat(process.malloc(24)).isEqualTo(2496);
  }

  @Test
  void onePassSortsTenThousandChunksAtMost() {
    long[] small = mallocs(24_000, 200);
    long big = process.malloc(3000);
    process.malloc(200);
    for (int i = 0; i < small.length; i += 2) {
      process.free(small[i]);
    }
    process.free(big);
    assertThat(mallocs(2, 2000)).containsExactly(4_995_888, 4_992_672);
  }

  @Test
  void theFirstSmallBlockFollowsTheTcache() {
    assertThat(process.malloc(1)).isEqualTo(672);
    assertThat(process.breakOffset()).isEqualTo(0x21000);
    assertThat(process.counters())
        .containsEntry("arena", 135_168L)
        .containsEntry("ordblks", 1L)
        .containsEntry("keepcost", 135_168L - 656 - 32);
  }

  @Test
  void aBigFirstBlockIsMappedButTheTcacheStillOpensTheHeap() {
    long block = process.main().malloc(200_000);
    assertThat(process.breakOffset()).isEqualTo(0x21000);
    assertThat(process.heap().regionOf(block).name()).isEqualTo("mmap");
    assertThat(process.heap().regionOf(block).offset()).isEqualTo(16);
  }

  @Test
  void memalignMakesNoTcache() {
    assertThat(memalign(64, 100)).isEqualTo(64);
    assertThat(process.malloc(10)).isEqualTo(896);
  }

  @Test
  void theMmapThresholdIsComparedWithTheChunk() {
    long heap = process.main().malloc(131_048);
    long mapped = process.main().malloc(131_049);
    assertThat(process.heap().regionOf(heap).name()).isEqualTo("brk");
    assertThat(process.heap().regionOf(mapped).name()).isEqualTo("mmap");
    assertThat(process.memory().getLong(mapped - 8)).isEqualTo(0x21002);
    assertThat(process.counters()).containsEntry("hblks", 1L).containsEntry("hblkhd", 0x21000L);
  }

  @Test
  void freeingAMappedBlockRaisesTheThreshold() {
    process.main().free(process.main().malloc(1_000_000));
    assertThat(process.heap().regionOf(process.main().malloc(1_003_496)).name()).isEqualTo("brk");
    assertThat(process.heap().regionOf(process.main().malloc(1_003_504)).name()).isEqualTo("mmap");
  }

  @Test
  void aBlockOfThirtyTwoMebibytesTeachesNothing() {
    ThreadAllocator main = process.main();
    main.free(main.malloc((32L << 20) - 16));
    assertThat(process.heap().regionOf(main.malloc(200_000)).name()).isEqualTo("mmap");
    main.free(main.malloc(33_550_336 - 24));
    assertThat(process.heap().regionOf(main.malloc(200_000)).name()).isEqualTo("brk");
  }

  @Test
  void aMappedBlockThatShrinksKeepsItsMapping() {
    ThreadAllocator main = process.main();
    long block = main.realloc(main.malloc(1_000_000), 10);
    assertThat(process.memory().getLong(block - 8)).isEqualTo(0x1002);
    assertThat(process.counter("hblkhd")).isEqualTo(4096);
  }

  @Test
  void reallocToNothingFrees() {
    ThreadAllocator main = process.main();
    long block = main.malloc(100);
    assertThat(main.realloc(block, 0)).isZero();
    assertThat(main.malloc(100)).isEqualTo(block);
  }

  @Test
  void whatIsTooLargeIsNullAndChangesNothing() {
    ThreadAllocator main = process.main();
    assertThat(main.malloc(-1)).isZero();
    assertThat(main.malloc(Long.MIN_VALUE)).isZero();
    assertThat(process.breakOffset()).isZero();
    assertThat(main.calloc(1L << 62, 8)).isZero();
    assertThat(main.calloc(1L << 32, 1L << 31)).isZero();
    assertThat(main.malloc(Long.MAX_VALUE)).isZero();
    long block = main.malloc(100);
    assertThat(main.realloc(block, -1)).isZero();
    assertThat(main.memalign(1L << 20, Long.MAX_VALUE)).isZero();
    assertThat(main.usableSize(block)).isEqualTo(104);
  }

  @Test
  void trimmingATopOfThirtyTwoBytesRaisesTheBreak() {
    process.malloc(10);
    process.malloc(process.counter("keepcost") - 32 - 16);
    assertThat(process.counter("keepcost")).isEqualTo(32);
    process.main().trim(4095);
    assertThat(process.breakOffset()).isEqualTo(139_264);
    assertThat(process.counter("keepcost")).isEqualTo(4128);
  }

  @Test
  void trimmingBeforeTheFirstBlockDoesNothing() {
    assertThat(Trim.modern(((Ptmalloc2) process.heap()).arenas(), 0)).isFalse();
    assertThat(process.breakOffset()).isZero();
    assertThat(process.counters())
        .containsEntry("ordblks", 1L)
        .containsEntry("arena", 0L)
        .containsEntry("fordblks", 0L);
  }
}
