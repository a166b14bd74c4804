package heapstakes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.host.NativeLinuxProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibrariesTest {
  private static final long MIB = 1L << 20;

  @BeforeEach
  void needsLinux() {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
  }

  private static void with(String text, Consumer<Allocator> test) {
    Contestant contestant = Allocators.parse(text);
    contestant.provider().unavailable().ifPresent(Assumptions::abort);
    try (AddressSpace space = Machine.parse("linux").open();
        Allocator allocator = contestant.open(space)) {
      test.accept(allocator);
    }
  }

  private static long counter(Allocator allocator, String name) {
    SequencedMap<String, Long> counters = allocator.counters();
    return Objects.requireNonNull(counters.get(name), () -> name + " of " + counters);
  }

  private static String outputOf(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void aPathThatNoTableCouldShowIsRefused() {
    assertThatThrownBy(() -> Allocators.parse("native:/tmp/\033[31m.so"))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContainingAll("\\u001b[31m.so", "control character", "Link the library");
  }

  @Test
  void glibcStatesTheVersionThatTheSystemStates() throws IOException {
    with("native-glibc", allocator -> {});
    assertThat(Allocators.parse("native-glibc").provider().lineage().version())
        .isEqualTo(outputOf("getconf", "GNU_LIBC_VERSION"));
  }

  @Test
  void theRecordOfTheEnvironmentNamesFileAndDigest() throws IOException {
    with("native-glibc", allocator -> {});
    LibraryFile libc =
        LibraryFile.loaded().stream()
            .filter(l -> l.allocator().equals("native-glibc"))
            .findFirst()
            .orElseThrow();
    assertThat(libc.origin()).endsWith("libc.so.6");
    assertThat(outputOf("sha256sum", libc.origin())).startsWith(libc.sha256() + " ");
  }

  /** The JVM maps memory of its own meanwhile, so at least. */
  @Test
  void glibcCountsABlockAboveTheThresholdAsMapped() {
    with(
        "native-glibc",
        allocator -> {
          ThreadAllocator heap = allocator.attach();
          long before = counter(allocator, "hblkhd");
          long block = heap.malloc(64 * MIB);
          assertThat(counter(allocator, "hblkhd") - before).isGreaterThanOrEqualTo(64 * MIB);
          heap.free(block);
        });
  }

  @Test
  void jemallocCountsABlockAndTrimPurgesIt() {
    with(
        "native-jemalloc",
        allocator -> {
          ThreadAllocator heap = allocator.attach();
          Assumptions.assumeTrue(
              allocator.counters().containsKey("stats.allocated"),
              "this jemalloc, the one that comes along, was built without statistics");
          long before = counter(allocator, "stats.allocated");
          long block = heap.malloc(4 * MIB); // below the oversize threshold of 8 MiB
          allocator.memory().touch(block, 4 * MIB);
          // threads that ended may still be handing back their caches
          assertThat(counter(allocator, "stats.allocated") - before).isBetween(3 * MIB, 5 * MIB);
          heap.free(block);
          assertThat(counter(allocator, "stats.arenas.4096.pdirty")).isGreaterThanOrEqualTo(1024);
          heap.trim(0);
          assertThat(counter(allocator, "stats.arenas.4096.pdirty")).isLessThan(1024);
          assertThat(allocator.metadataBytes()).isPositive();
        });
  }

  @Test
  void tcmallocCountsABlockAndTrimReleasesIt() {
    with(
        "native-tcmalloc",
        allocator -> {
          ThreadAllocator heap = allocator.attach();
          long before = counter(allocator, "generic.current_allocated_bytes");
          long block = heap.malloc(4 * MIB);
          assertThat(counter(allocator, "generic.current_allocated_bytes") - before)
              .isEqualTo(4 * MIB);
          long unmapped = counter(allocator, "tcmalloc.pageheap_unmapped_bytes");
          heap.free(block);
          heap.trim(0);
          // Threads of other tests in this JVM may be ending, and leave what they cached.
          assertThat(counter(allocator, "tcmalloc.pageheap_free_bytes")).isLessThan(4 * MIB);
          assertThat(counter(allocator, "tcmalloc.pageheap_unmapped_bytes") - unmapped)
              .isGreaterThanOrEqualTo(4 * MIB);
          assertThat(allocator.metadataBytes()).isPositive();
        });
  }

  @Test
  void aLibraryServesTheThreadsOfTheJvmAtTheSameTime() throws InterruptedException {
    List<String> names = List.of("native-glibc", "native-jemalloc", "native-tcmalloc");
    for (String name : names) {
      with(name, allocator -> runThreads(allocator));
    }
  }

  private static void runThreads(Allocator allocator) {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    for (int t = 0; t < 4; t++) {
      long mark = t;
      Thread thread = new Thread(() -> churn(allocator, mark));
      thread.setUncaughtExceptionHandler((unused, e) -> failures.add(e));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static void churn(Allocator allocator, long mark) {
    ThreadAllocator heap = allocator.attach();
    long[] blocks = new long[64];
    for (int i = 0; i < 20_000; i++) {
      int slot = i * 31 & 63;
      if (blocks[slot] != 0) {
        assertThat(allocator.memory().getLong(blocks[slot])).isEqualTo(mark);
        heap.free(blocks[slot]);
      }
      blocks[slot] = heap.malloc(16 + (i & 1023));
      allocator.memory().putLong(blocks[slot], mark);
    }
    for (long block : blocks) {
      heap.free(block);
    }
    heap.exit();
  }

  @Test
  void aLibraryIsNamedByItsPathAndPrefix() {
    Path file = Path.of("/usr/lib/x86_64-linux-gnu/libmimalloc.so.2");
    Assumptions.assumeTrue(Files.isRegularFile(file), "needs Debian's libmimalloc2.0");
    String text = "native:" + file + ",mi_";
    with(
        text,
        allocator -> {
          long block = allocator.attach().malloc(100);
          assertThat(block).isNotZero();
          assertThat(allocator.counters()).containsKey("current_commit");
          allocator.attach().free(block);
        });
    assertThat(Allocators.parse(text)).hasToString(text);
    assertThat(Allocators.parse(text).provider().lineage().version()).startsWith("mimalloc 2.");
  }

  @Test
  void aFileThatIsNotThereIsSaidToBeMissing() {
    Contestant contestant = Allocators.parse("native:/no/such/lib.so");
    assertThat(contestant.provider().unavailable()).get().asString().contains("/no/such/lib.so");
    assertThatThrownBy(() -> open(contestant))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("/no/such/lib.so");
  }

  private static void open(Contestant contestant) {
    try (AddressSpace space = Machine.parse("linux").open()) {
      contestant.open(space).close();
    }
  }

  @Test
  void aLibraryWithoutMallocIsRefusedThoughItsDependenciesHaveOne() {
    Path libm = Path.of("/lib/x86_64-linux-gnu/libm.so.6");
    Assumptions.assumeTrue(Files.isRegularFile(libm), "needs Debian's libm");
    assertThatThrownBy(() -> open(Allocators.parse("native:" + libm)))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("defines no function 'calloc'");
  }

  @Test
  void aForgottenPrefixIsSuggested(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(BundledJemalloc.isAvailable(), "needs lwjgl-jemalloc for this machine");
    Path copy = folder.resolve("libother.so");
    try (InputStream in =
        Objects.requireNonNull(
            BundledJemalloc.class.getResourceAsStream(
                "/linux/x64/org/lwjgl/jemalloc/libjemalloc.so"))) {
      Files.copy(in, copy);
    }
    assertThatThrownBy(() -> open(Allocators.parse("native:" + copy)))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("je_malloc")
        .hasMessageContaining("native:/path/lib.so,PREFIX");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          env.LD_PRELOAD=/a.so; it is how the library comes into its process
          env.A B=1;            env.NAME=VALUE
          env.=1;               env.NAME=VALUE
          env.A=;               'env.A'
          colour=1,x;           is not KEY=VALUE
          """)
  void aVariableThatCannotBeSetIsRefused(String setting, String why) {
    assertThatThrownBy(() -> Allocators.parse("native:/a.so:" + setting)).hasMessageContaining(why);
  }

  @Test
  void variablesOfTheEnvironmentAreReadBackAsTheyAre() {
    String text = "native:/a.so:env.MALLOC_CONF=narenas:1,thp:never,env.B=c=d";
    Contestant contestant = Allocators.parse(text);

    assertThat(contestant).hasToString(text);
    assertThat(contestant.environment())
        .containsExactly(entry("MALLOC_CONF", "narenas:1,thp:never"), entry("B", "c=d"));
  }

  @Test
  void aMalformedNameSaysWhatToWrite() {
    assertThatThrownBy(() -> Allocators.parse("native:"))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("native:/path/lib.so[,PREFIX]");
    assertThatThrownBy(() -> Allocators.parse("native:/a.so,b,c"))
        .isInstanceOf(AllocatorException.class);
  }

  @Test
  void aLibraryCannotBeOpenedAgainWithOtherSettings() {
    with("native-glibc", allocator -> {});
    assertThatThrownBy(() -> with("native-glibc:mmap_max=0", allocator -> {}))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("'mmap_max=0'")
        .hasMessageContaining("once a process");
  }
}
