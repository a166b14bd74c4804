package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.kit.FastPath;
import heapstakes.allocator.kit.FastPath.Step;
import heapstakes.model.buddy.BuddyProvider;
import heapstakes.model.bump.BumpProvider;
import heapstakes.model.chorus.ChorusProvider;
import heapstakes.model.ideal.IdealProvider;
import heapstakes.model.jemalloc.JemallocProvider;
import heapstakes.model.mimalloc.MimallocProvider;
import heapstakes.model.ntheap.NtHeapProvider;
import heapstakes.model.openbsd.OpenBsdProvider;
import heapstakes.model.phkmalloc.PhkmallocProvider;
import heapstakes.model.ptmalloc2.Ptmalloc2Provider;
import heapstakes.model.tcmalloc.TcMallocProvider;
import heapstakes.model.textbook.TextbookProvider;
import heapstakes.model.vam.VamProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Opcode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What malloc and free run through must be small enough to be inlined, and allocate nothing. */
class FastPathGoldenTest {
  // HotSpot's FreqInlineSize: bytes of bytecode up to which what is hot is inlined.
  private static final int FREQ_INLINE_SIZE = 325;

  static Stream<FastPath> models() {
    return Stream.concat(twins(), described());
  }

  private static Stream<FastPath> twins() {
    return Stream.of(
        path(
            Ptmalloc2Provider.class,
            "Ptmalloc2Thread",
            "Ptmalloc2Thread.mallocSlow",
            "Ptmalloc2Thread.freeSlow",
            "Ptmalloc2Thread.freeUncached",
            "TcachePerThread.unaligned"),
        path(
            TcMallocProvider.class,
            "TcMallocThread",
            "TcMallocThread.mallocSlow",
            "TcMallocThread.freeSlow"),
        path(
            MimallocProvider.class,
            "MimallocThread",
            "MimallocThread.mallocSlow",
            "MimallocThread.freeSlow",
            "MimallocPage.writeRecord"),
        path(
            JemallocProvider.class,
            "JemallocThread",
            "JemallocThread.mallocSlow",
            "JemallocThread.freeSlow"));
  }

  private static Stream<FastPath> described() {
    return Stream.of(
        path(BumpProvider.class, "BumpAllocator", "BumpAllocator.mallocSlow"),
        path(
            TextbookProvider.class,
            "TextbookHeap",
            "TextbookHeap.mallocSlow",
            "TextbookHeap.lowerBreak"),
        path(
            BuddyProvider.class,
            "BuddyHeap",
            "BuddyHeap.mallocSlow",
            "BuddyHeap.unmapAlone",
            "BuddyHeap.unmapZone"),
        path(ChorusProvider.class, "ChorusHeap", "ChorusHeap.mallocSlow", "ChorusHeap.unmapRegion"),
        path(
            PhkmallocProvider.class,
            "PhkHeap",
            "PhkHeap.mallocPages",
            "PhkHeap.makeChunks",
            "PhkHeap.freePages",
            "PhkHeap.freeChunkPage"),
        path(
            VamProvider.class,
            "VamHeap",
            "VamHeap.mapAlone",
            "VamHeap.unmapAlone",
            "PageManager.allocate",
            "PageManager.release",
            "PageManager.discard"),
        path(
            OpenBsdProvider.class,
            "OpenBsdThread",
            "OpenBsdHeap.mallocRegion",
            "OpenBsdHeap.freeRegion",
            "OpenBsdHeap.corrupted",
            "Pool.addPage",
            "RegionCache.release"),
        path(
            NtHeapProvider.class,
            "NtHeap",
            "NtHeap.mallocAlone",
            "NtHeap.freeAlone",
            "NtHeap.notInUse",
            "FrontEnd.makeSubsegment",
            "BackEnd.allocateSlow",
            "BackEnd.decommit"),
        path(IdealProvider.class, "IdealHeap", "IdealHeap.place", "IdealHeap.displace"));
  }

  private static FastPath path(Class<?> provider, String thread, String... slow) {
    return new FastPath(provider, thread, Set.of(slow));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theFastPathIsTheOneThatWasLookedAt(FastPath path) throws IOException {
    String file = "golden/" + path.model() + "/fast_path.golden";
    String now = path.text();
    if (!now.equals(golden(file))) {
      Path fresh = Path.of("target", file);
      Files.createDirectories(fresh.getParent());
      Files.writeString(fresh, now);
      assertThat(now)
          .as(
              "If the change is meant, copy %s to src/test/resources/%s in the same commit, and"
                  + " say in its body what it costs or saves",
              fresh, file)
          .isEqualTo(golden(file));
    }
  }

  private static String golden(String file) throws IOException {
    try (InputStream in = FastPathGoldenTest.class.getResourceAsStream("/" + file)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void itsMethodsCanBeInlinedAndAllocateNothing(FastPath path) {
    assertThat(path.steps()).hasSizeGreaterThan(1).allSatisfy(FastPathGoldenTest::isFast);
  }

  private static void isFast(Step step) {
    assertThat(step.bytecodes()).as(step.name()).isLessThan(FREQ_INLINE_SIZE);
    assertThat(step.allocations()).as(step.name()).isZero();
    assertThat(step.opcodes())
        .as(step.name())
        .doesNotContain(Opcode.INVOKEINTERFACE, Opcode.MONITORENTER);
  }
}
