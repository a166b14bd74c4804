package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** §2 of the specification. */
class SizeClassesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 8, 4096, 512, 200", "1, 16, 4096, 256, 200", "2, 32, 4096, 128, 200",
    "3, 48, 12288, 256, 200", "4, 64, 4096, 64, 128", "5, 80, 20480, 256, 200",
    "6, 96, 12288, 128, 200", "7, 112, 28672, 256, 200", "8, 128, 4096, 32, 64",
    "9, 160, 20480, 128, 200", "10, 192, 12288, 64, 128", "11, 224, 28672, 128, 200",
    "12, 256, 4096, 16, 32", "13, 320, 20480, 64, 128", "14, 384, 12288, 32, 64",
    "15, 448, 28672, 64, 128", "16, 512, 4096, 8, 20", "17, 640, 20480, 32, 64",
    "18, 768, 12288, 16, 32", "19, 896, 28672, 32, 64", "20, 1024, 4096, 4, 20",
    "21, 1280, 20480, 16, 32", "22, 1536, 12288, 8, 20", "23, 1792, 28672, 16, 32",
    "24, 2048, 4096, 2, 20", "25, 2560, 20480, 8, 20", "26, 3072, 12288, 4, 20",
    "27, 3584, 28672, 8, 20", "28, 4096, 4096, 1, 20", "29, 5120, 20480, 4, 20",
    "30, 6144, 12288, 2, 20", "31, 7168, 28672, 4, 20", "32, 8192, 8192, 1, 20",
    "33, 10240, 20480, 2, 20", "34, 12288, 12288, 1, 20", "35, 14336, 28672, 2, 20",
  })
  void smallClassesHaveTheSlabsAndCachesOfTheTable(
      int sizeClass, long size, int slab, int regions, int cached) {
    assertThat(SizeClasses.sizeOf(sizeClass)).isEqualTo(size);
    assertThat(SizeClasses.slabBytes(sizeClass)).isEqualTo(slab);
    assertThat(SizeClasses.regions(sizeClass)).isEqualTo(regions);
    try (TestHeap heap = TestHeap.open("")) {
      CacheBin bin = heap.main.shape.openBins(0)[sizeClass];
      assertThat(bin.capacity).isEqualTo(cached);
      assertThat(bin.fillCount()).isEqualTo(cached / 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "36, 16384",
    "37, 20480",
    "40, 32768",
    "41, 40960",
    "44, 65536",
    "45, 81920",
    "52, 262144",
    "60, 1048576",
    "63, 1835008",
    "64, 2097152",
    "72, 8388608",
    "231, 8070450532247928832",
  })
  void largeClassesAreThoseOfTheList(int sizeClass, long size) {
    assertThat(SizeClasses.sizeOf(sizeClass)).isEqualTo(size);
    assertThat(SizeClasses.indexOf(size)).isEqualTo(sizeClass);
    assertThat(SizeClasses.indexOf(size - 1)).isEqualTo(sizeClass);
    assertThat(SizeClasses.indexOf(SizeClasses.sizeOf(sizeClass - 1) + 1)).isEqualTo(sizeClass);
  }

  @Test
  void everyRequestGetsTheSmallestClassThatHoldsIt() {
    for (long size = 1; size < 300_000; size++) {
      int sizeClass = SizeClasses.indexOf(size);
      assertThat(SizeClasses.sizeOf(sizeClass)).isGreaterThanOrEqualTo(size);
      assertThat(sizeClass == 0 || SizeClasses.sizeOf(sizeClass - 1) < size).isTrue();
      int cached = SizeClasses.cacheIndex(size);
      assertThat(cached).isEqualTo(size <= 32_768 ? sizeClass : SizeClasses.NONE);
    }
    assertThat(SizeClasses.cacheIndex(0)).isEqualTo(SizeClasses.NONE);
    assertThat(SizeClasses.cacheIndex(-1)).isEqualTo(SizeClasses.NONE);
  }

  @Test
  void pageClassesAreTheClassesOfWholePages() {
    assertThat(SizeClasses.pageSize(0)).isEqualTo(4096);
    assertThat(SizeClasses.pageSize(12)).isEqualTo(81_920);
    assertThat(SizeClasses.pageSize(198)).isEqualTo(SizeClasses.MAX);
    assertThat(SizeClasses.pageSize(199)).isEqualTo(SizeClasses.MAX + 4096);
    for (int i = 0; i < 199; i++) {
      assertThat(SizeClasses.pageIndex(SizeClasses.pageSize(i))).isEqualTo(i);
      assertThat(SizeClasses.pageIndex(SizeClasses.pageSize(i) + 1)).isEqualTo(i + 1);
    }
  }

  /** An extent of a heap at or after the one where a search starts is large enough. */
  @Test
  void aSearchStartsWhereEveryExtentFits() {
    for (long size = 4096; size < 4 << 20; size += 4096) {
      int from = SizeClasses.searchFrom(size);
      assertThat(SizeClasses.heapOf(size)).isLessThanOrEqualTo(from);
      for (long smaller = Math.max(4096, size - 40 * 4096); smaller < size; smaller += 4096) {
        assertThat(SizeClasses.heapOf(smaller)).isLessThan(from);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, 8",
    "24, 16, 32",
    "100, 128, 128",
    "5000, 4096, 8192",
    "14336, 64, 14336",
    "14000, 4096, 16384",
    "100, 8192, 16384",
    "20000, 65536, 20480",
    "1, 9223372036854775807, 0",
  })
  void anAlignedRequestGetsTheSizeOfTheRule(long size, long alignment, long usable) {
    assertThat(new LargeSizes(false, false).aligned(size, alignment)).isEqualTo(usable);
  }

  /** As sz_sa2u of the sources has it: a page and more is never small. */
  @ParameterizedTest
  @CsvSource({
    "24, 16, 32",
    "100, 2048, 2048",
    "5000, 4096, 16384",
    "4096, 4096, 16384",
    "20000, 4096, 20480",
  })
  void until521WhatIsAlignedToAPageIsLarge(long size, long alignment, long usable) {
    assertThat(new LargeSizes(false, true).aligned(size, alignment)).isEqualTo(usable);
  }
}
