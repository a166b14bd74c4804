package heapstakes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ShellLine;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.os.host.NativeLinuxProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real libraries show by their own counters that the settings reached them. */
@Tag("long")
class NativeSettingsTest {
  private static final String STATIC_TLS = "glibc.rtld.optional_static_tls=16384";

  /** Runs {@link SettingsProbe} and reads what it prints. */
  private static Map<String, String> probe(String contestant, String tunables)
      throws IOException, InterruptedException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Allocators.parse(contestant).provider().unavailable().ifPresent(Assumptions::abort);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SettingsProbe.class.getName(),
            contestant);
    builder.environment().put("GLIBC_TUNABLES", tunables);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Map<String, String> values = new HashMap<>();
    for (String line : output.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    values.put("output", output);
    return values;
  }

  private static long number(Map<String, String> values, String key) {
    return Long.parseLong(Objects.requireNonNull(values.get(key), () -> key + " of " + values));
  }

  /** 200 × 50 000 bytes are freed; with a decay time of 0 no dirty page may stay behind. */
  @Test
  void jemallocPurgesAtOnceWithoutDecayTime() throws IOException, InterruptedException {
    Map<String, String> stock = probe("native-jemalloc", STATIC_TLS);
    Map<String, String> eager = probe("native-jemalloc:dirty_decay_ms=0,tcache=false", STATIC_TLS);
    assertThat(number(stock, "stats.arenas.4096.pdirty")).isGreaterThan(1000);
    assertThat(number(eager, "stats.arenas.4096.pdirty")).isZero();
    assertThat(stock.get("version")).startsWith("jemalloc ");
  }

  /**
   * Debian's jemalloc is one that a JVM has no room for; a process of its own, where it is
   * preloaded, has. Another one in its place would have its figures told under that name.
   */
  @Test
  void whatAJvmCannotLoadIsNamedAsItIsAndNothingStandsInForIt()
      throws IOException, InterruptedException {
    Map<String, String> loaded = probe("native-jemalloc", STATIC_TLS);
    Map<String, String> tight = probe("native-jemalloc", "");

    assertThat(tight).containsEntry("version", loaded.get("version"));
    if (tight.containsKey("error")) {
      assertThat(tight.get("output"))
          .contains("native-jemalloc cannot be loaded", "Start with GLIBC_TUNABLES=" + STATIC_TLS);
    }
  }

  @Test
  void tcmallocGivesFreeSpansBackAtOnceWhenAggressive() throws IOException, InterruptedException {
    Map<String, String> stock = probe("native-tcmalloc", STATIC_TLS);
    Map<String, String> aggressive =
        probe("native-tcmalloc:aggressive_decommit=true,release_rate=5.5", STATIC_TLS);
    assertThat(number(stock, "tcmalloc.aggressive_memory_decommit")).isZero();
    assertThat(number(aggressive, "tcmalloc.aggressive_memory_decommit")).isEqualTo(1);
    assertThat(number(stock, "tcmalloc.pageheap_free_bytes")).isGreaterThan(5_000_000);
    assertThat(number(aggressive, "tcmalloc.pageheap_free_bytes")).isZero();
  }

  @Test
  void glibcMapsEveryBlockAboveTheThreshold() throws IOException, InterruptedException {
    Map<String, String> stock = probe("native-glibc", STATIC_TLS);
    Map<String, String> low = probe("native-glibc:mmap_threshold=16K", STATIC_TLS);
    assertThat(number(stock, "before.hblks")).isLessThan(100);
    assertThat(number(low, "before.hblks")).isGreaterThanOrEqualTo(200);
  }

  @Test
  void glibcsThreadCacheMustBeSetBeforeTheStart() throws IOException, InterruptedException {
    Map<String, String> late = probe("native-glibc:tcache_count=3", STATIC_TLS);
    assertThat(late.get("output"))
        .contains("GLIBC_TUNABLES=glibc.malloc.tcache_count=3")
        .doesNotContain("Exception");
    Map<String, String> inTime =
        probe("native-glibc:tcache_count=3", STATIC_TLS + ":glibc.malloc.tcache_count=3");
    assertThat(number(inTime, "before.uordblks")).isGreaterThan(10_000_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "native-glibc:trim_threshold=64K|MALLOC_TRIM_THRESHOLD_=65536",
        "native-glibc:arena_max=2,mmap_max=0|MALLOC_MMAP_MAX_=0 MALLOC_ARENA_MAX=2",
        "native-glibc:tcache_count=0|GLIBC_TUNABLES=glibc.malloc.tcache_count=0",
        "native-jemalloc:dirty_decay_ms=0,tcache_max=4K|MALLOC_CONF=dirty_decay_ms:0,tcache_max:4096",
        "native-tcmalloc:release_rate=0.5|TCMALLOC_RELEASE_RATE=0.5",
        "native-mimalloc:decommit_delay=0|MIMALLOC_DECOMMIT_DELAY=0",
      })
  void settingsAreShownAsTheShellTakesThem(String text, String deployable) {
    Contestant contestant = Allocators.parse(text);
    assertThat(ShellLine.of(contestant.environment())).isEqualTo(deployable);
  }

  @Test
  void defaultsNeedNothingInTheShell() {
    for (String name : List.of("native-glibc", "native-jemalloc", "native-tcmalloc")) {
      Contestant contestant = Allocators.parse(name);
      assertThat(ShellLine.of(contestant.environment())).isEmpty();
    }
  }

  /** jemalloc(3) of 5.3.1 has them, that of 5.3.0 has not. */
  @ParameterizedTest
  @CsvSource({"5.3.0, false", "5.3.0-0-g54eaed1d8b56, false", "5.3.1, true", "5.3.1-2, true"})
  void aVersionsOptionsAreThoseOfItsLibrary(String release, boolean has) {
    LibraryOptions options = new JemallocFamily().options(release);

    assertThat(options.find("experimental_tcache_gc").isPresent()).isEqualTo(has);
    assertThat(options.find("calloc_madvise_threshold").isPresent()).isEqualTo(has);
    assertThat(options.find("dirty_decay_ms")).isPresent();
  }
}
