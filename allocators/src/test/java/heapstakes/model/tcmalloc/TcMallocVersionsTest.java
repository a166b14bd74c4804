package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.allocator.kit.GoldenProcess;
import heapstakes.allocator.kit.GoldenTrace;
import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.os.ForwardingAddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real libraries of several versions answered, and where they differ. */
class TcMallocVersionsTest {
  private static final int PAGE = 8192;
  private static final long MIB = 1 << 20;

  /** A process of a C program, whose break is that of the tables. */
  private static final class Process extends GoldenProcess {
    Process(AddressSpace space, String version) {
      super(space, Allocators.parse("tcmalloc@" + version).open(space));
    }

    static Process of(String version) {
      AddressSpace space = TcMallocHeap.newSpace();
      space.sbrk(TcMallocHeap.BREAK - space.programBreak());
      return new Process(space, version);
    }

    @Override
    protected String address(long block) {
      boolean inBreak = block >= TcMallocHeap.BREAK && block < space.programBreak();
      return inBreak
          ? "brk " + (block - TcMallocHeap.BREAK)
          : "mmap " + (block & (Addresses.PAGE_BYTES - 1));
    }
  }

  static Stream<Arguments> traces() {
    return GoldenTrace.ofEveryVersion("tc-boot", "tc-classes", "tc-large", "tc-realloc");
  }

  @ParameterizedTest
  @MethodSource("traces")
  void everyAddressAndCounterIsThatOfTheRealLibrary(GoldenTrace trace, String version) {
    trace.check(Process.of(version), version);
  }

  /** tc_version of the libraries compared. */
  @ParameterizedTest
  @CsvSource({
    "2.8, gperftools 2.8.1",
    "2.8.1, gperftools 2.8.1",
    "2.10, gperftools 2.10",
    "2.16, gperftools 2.16",
    "2.17, gperftools 2.17.2",
    "2.18, gperftools 2.18.1",
    "2.18.1, gperftools 2.18.1"
  })
  void aNumberAndItsReleaseMeanOneLibrary(String number, String library) {
    AllocatorProvider provider = Allocators.parse("tcmalloc@" + number).provider();
    assertThat(provider.lineage().version()).isEqualTo(library);
    assertThat(provider.reference().orElseThrow().version()).isEqualTo(library);
  }

  /** /proc/self/pagemap: 2 pages of the one cache, 513 of the leaf and of what lies before it. */
  @ParameterizedTest
  @ValueSource(strings = {"2.16", "2.17", "2.18"})
  void onlyWhatTheNewerLibrariesWriteToIsResidentAtMain(String version) {
    try (TcMallocHeap heap = TcMallocHeap.ofVersion(version, "")) {
      assertThat(heap.residentKib()).isEqualTo((1 + 1 + 2 + 513 + 1 + 2) * 4);
    }
  }

  /** Two spans of equal length, the lower one returned: AllocLarge in page_heap.cc. */
  @ParameterizedTest
  @CsvSource({"2.10, true", "2.16, true", "2.17, false", "2.18, false"})
  void ofTwoSpansOfOneLengthTheLowerOrTheNormalOneIsTaken(String version, boolean lower) {
    try (TcMallocHeap heap = TcMallocHeap.ofVersion(version, "")) {
      long returned = heap.main.malloc(150 * PAGE);
      heap.main.malloc(300_000);
      long normal = heap.main.malloc(150 * PAGE);
      heap.main.malloc(300_000);
      heap.main.free(returned);
      heap.main.trim(0);
      heap.main.free(normal);
      assertThat(heap.main.malloc(150 * PAGE)).isEqualTo(lower ? returned : normal);
    }
  }

  @ParameterizedTest
  @CsvSource({"2.10, true", "2.17, true", "2.18, false"})
  void aBlockIsKeptByReallocOrHasTheSizeThatMallocWouldGive(String version, boolean keeps) {
    try (TcMallocHeap heap = TcMallocHeap.ofVersion(version, "")) {
      long block = heap.main.malloc(1024);
      assertThat(heap.main.realloc(block, 700) == block).isEqualTo(keeps);
      long large = heap.main.malloc(100 * PAGE);
      assertThat(heap.main.realloc(large, 99 * PAGE) == large).isEqualTo(keeps);
      long same = heap.main.malloc(100 * PAGE);
      assertThat(heap.main.realloc(same, 99 * PAGE + 1)).isEqualTo(same);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -8192, Long.MAX_VALUE, 1L << 60})
  void anAbsurdSizeLeavesTheBlockOfTheExactRealloc(long size) {
    try (TcMallocHeap heap = TcMallocHeap.ofVersion("2.18", "")) {
      long block = heap.main.malloc(100);
      assertThat(heap.main.realloc(block, size)).isZero();
      assertThat(heap.main.usableSize(block)).isEqualTo(112);
      heap.heap.audit();
    }
  }

  /** MmapSysAllocator in system-alloc.cc. */
  @ParameterizedTest
  @CsvSource({"2.10, false", "2.16, true"})
  void withoutTheBreakAMappingIsAskedForWhereTheLastOneEnds(String version, boolean upward) {
    List<Long> hints = new ArrayList<>();
    AddressSpace space =
        new ForwardingAddressSpace(TcMallocHeap.newSpace()) {
          @Override
          public long sbrk(long increment) {
            return increment == 3 * MIB ? -Errno.ENOMEM : super.sbrk(increment);
          }

          @Override
          public long mmap(long hint, long length, int protection, int flags) {
            hints.add(hint);
            return super.mmap(hint, length, protection, flags);
          }
        };
    try (space;
        Allocator heap = Allocators.parse("tcmalloc@" + version).open(space)) {
      ThreadAllocator main = heap.attach();
      long first = main.malloc(3 * MIB);
      main.malloc(3 * MIB);
      assertThat(hints).containsExactly(0L, upward ? first + 3 * MIB : 0);
      heap.audit();
    }
  }
}
