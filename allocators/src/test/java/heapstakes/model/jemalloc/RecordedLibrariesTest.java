package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.kit.GoldenProcess;
import heapstakes.allocator.kit.GoldenTrace;
import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Short traces with what the real libraries of several versions answered to them. */
class RecordedLibrariesTest {
  private static final List<String> TRACES =
      List.of(
          "je-boot",
          "je-coalesce",
          "je-coalesce-small",
          "je-decay",
          "je-fill",
          "je-gc",
          "je-large",
          "je-reuse");

  /**
   * A library that was recorded.
   *
   * @param column of the tables
   * @param twin its twin, without seeds
   * @param counters of the first thread: the one address within 16 MiB whose random numbers give
   *     the displacements of je-decay
   */
  private record Recorded(String column, String twin, long counters) {
    Process open() {
      AddressSpace space = TestHeap.newSpace();
      String seeds = String.format(Locale.ROOT, "seeds=%d/0/0/0", counters);
      String contestant = twin + (twin.contains(":") ? "," : ":") + seeds;
      return new Process(space, (Jemalloc) Allocators.parse(contestant).open(space));
    }

    @Override
    public String toString() {
      return column;
    }
  }

  private static final List<Recorded> LIBRARIES =
      List.of(
          new Recorded("5.3.0-1", "jemalloc", 0x7fff_f7f8_3738L + 824),
          new Recorded("5.3.0-3", "jemalloc:lg_vaddr=57", 0x7fff_f7b6_1778L + 824),
          new Recorded("5.3.1", "jemalloc@5.3.1", 0x7fff_f7f7_1748L + 936),
          new Recorded("5.2.1", "jemalloc@5.2.1", 0x7fff_f7f7_6738L + 16));

  /** A process of a C program, with the functions that only jemalloc has. */
  private static final class Process extends GoldenProcess {
    private static final String OF_ARENA_0 = "stats.arenas.0.";

    private final Jemalloc malloc;
    private long first;

    private Process(AddressSpace space, Jemalloc malloc) {
      super(space, malloc);
      this.malloc = malloc;
    }

    private JemallocThread thread() {
      return (JemallocThread) main;
    }

    /** Offset in the page, and distance to the first block that was asked for. */
    @Override
    protected String address(long block) {
      first = first == 0 ? block : first;
      long offset = block & (Addresses.PAGE_BYTES - 1);
      return String.format(Locale.ROOT, "mmap %d %d", offset, block - first);
    }

    @Override
    protected long counter(String name) {
      return switch (name) {
        case "thread.allocated" -> thread().allocatedBytes();
        case "thread.deallocated" -> thread().deallocatedBytes();
        case "arenas.tcache_max" -> SizeClasses.sizeOf(thread().shape.collectedClasses() - 1);
        case "arenas.nhbins" -> thread().shape.collectedClasses();
        default -> name.startsWith(OF_ARENA_0) ? ofArena0(name) : super.counter(name);
      };
    }

    private long ofArena0(String name) {
      List<Arena> first = List.of(malloc.arenas().first());
      String sum = name.replace(OF_ARENA_0, "stats.arenas.4096.");
      return Objects.requireNonNull(Counters.of(first, thread().cachedBytes()).get(sum), sum);
    }

    @Override
    protected int control(String name) {
      switch (name) {
        case "arena.0.decay" -> malloc.arenas().first().pages.purger.poll();
        case "arena.0.purge" -> malloc.arenas().first().pages.purger.purgeAll();
        case "thread.tcache.flush" -> thread().flushCache();
        default -> throw new AssertionError(name);
      }
      return 0;
    }
  }

  static Stream<Arguments> traces() {
    return TRACES.stream()
        .map(GoldenTrace::read)
        .flatMap(trace -> LIBRARIES.stream().map(library -> Arguments.of(trace, library)));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void everyAddressAndCounterIsThatOfTheRealLibrary(GoldenTrace trace, Recorded library) {
    trace.check(library.open(), library.column());
  }

  /**
   * What {@code replay} says of native-jemalloc and native-jemalloc@5.3.1. The stack of the second
   * class crosses a page: 5.3.1 fetches 51 addresses and writes them where 100 would begin first.
   */
  @ParameterizedTest
  @CsvSource({
    "jemalloc,       192, 116",
    "jemalloc,       195, 120",
    "jemalloc@5.3.1, 192, 124",
    "jemalloc@5.3.1, 195, 128",
  })
  void theFirstBlockTouchesAsManyPagesAsInTheRealLibrary(String twin, long size, long kib) {
    try (AddressSpace space = TestHeap.newSpace();
        Jemalloc heap = (Jemalloc) Allocators.parse(twin).open(space)) {
      long block = heap.attach().malloc(size);
      heap.memory().touch(block, size);
      assertThat(space.statistics().residentBytes() / 1024).isEqualTo(kib);
    }
  }
}
