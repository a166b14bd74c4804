package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jemalloc that comes along, whose functions begin with {@code je_}: metered as any other. */
class BundledLibraryTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  private Footprint footprint(String settings) throws IOException, InterruptedException {
    Optional<String> lack = NativeBuild.ofDriver().unavailable();
    assumeTrue(lack.isEmpty(), () -> lack.orElse(""));
    Path copy = folder.resolve("libbundled.so");
    try (InputStream in =
        BundledLibraryTest.class.getResourceAsStream(
            "/linux/x64/org/lwjgl/jemalloc/libjemalloc.so")) {
      assumeTrue(in != null, "needs lwjgl-jemalloc for this machine");
      Files.write(copy, in.readAllBytes());
    }
    Trace trace = TraceSource.open("four-byte-flood:n=400000");
    return NativeProcess.of(Allocators.parse("native:" + copy + ",je_" + settings))
        .run(trace, DriverOptions.FOOTPRINT, DriverListener.NONE)
        .footprint();
  }

  /** 400 000 blocks of 8 bytes, jemalloc's least class, are 3.05 MiB. */
  @Test
  void itsMemoryIsThatOfItsBlocks() throws Exception {
    Footprint footprint = footprint("");

    assertThat(footprint.outcome().detail()).isEmpty();
    assertThat(footprint.space().peak().residentBytes().orElseThrow()).isBetween(3 * MIB, 6 * MIB);
  }

  /** Its variable has the prefix too, JE_MALLOC_CONF: without decay it gives back at once. */
  @Test
  void itsSettingsReachIt() throws Exception {
    long stock = footprint("").space().end().residentBytes().orElseThrow();
    long atOnce = footprint(":dirty_decay_ms=0").space().end().residentBytes().orElseThrow();

    assertThat(atOnce).isLessThan(stock - 2 * MIB);
  }

  /** As it is: a comma in it separates no settings of ours. */
  @Test
  void anyVariableOfItsEnvironmentReachesIt() throws Exception {
    long stock = footprint("").space().end().residentBytes().orElseThrow();
    long atOnce =
        footprint(":env.JE_MALLOC_CONF=narenas:1,dirty_decay_ms:0")
            .space()
            .end()
            .residentBytes()
            .orElseThrow();

    assertThat(atOnce).isLessThan(stock - 2 * MIB);
  }
}
