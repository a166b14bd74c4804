package heapstakes.model.ptmalloc2;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.kit.GoldenProcess;
import heapstakes.allocator.kit.GoldenTrace;
import heapstakes.os.AddressSpace;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Short traces with what the real libraries of several versions answered to them. */
class GoldenVersionsTest {
  private static final String[] TRACES = {
    "pt-count",
    "pt-fast",
    "pt-limit",
    "pt-memalign",
    "pt-mmap",
    "pt-opt",
    "pt-realloc",
    "pt-small-direct",
    "pt-start",
    "pt-start-big",
    "pt-start-exact",
    "pt-start-memalign",
    "pt-start-stash",
    "pt-trim",
    "pt-unsorted"
  };

  /** A process of a C program, with the functions that only glibc has. */
  private static final class Process extends GoldenProcess {
    private final Ptmalloc2 malloc;

    private Process(AddressSpace space, Ptmalloc2 malloc) {
      super(space, malloc);
      this.malloc = malloc;
    }

    static Process of(String version) {
      AddressSpace space = TestProcess.open();
      return new Process(space, (Ptmalloc2) Allocators.parse("ptmalloc2@" + version).open(space));
    }

    @Override
    protected long alignedAlloc(long alignment, long size) {
      return ((Ptmalloc2Thread) main).alignedAlloc(alignment, size);
    }

    @Override
    protected boolean mallopt(int parameter, long value) {
      return malloc.mallopt(parameter, value);
    }

    @Override
    protected boolean trim(long pad) {
      return Trim.modern(malloc.arenas(), pad);
    }
  }

  static Stream<Arguments> traces() {
    return GoldenTrace.ofEveryVersion(TRACES);
  }

  @ParameterizedTest
  @MethodSource("traces")
  void everyAddressAndCounterIsThatOfTheRealLibrary(GoldenTrace trace, String version) {
    trace.check(Process.of(version), version);
  }
}
