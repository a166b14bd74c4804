package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.Status;
import heapstakes.trace.TraceInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a library does beside allocating harms nobody, and is said. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostileLibraryTest {
  @TempDir private Path folder;

  private DriverReport run(String... faults) throws Exception {
    Libraries.glibc();
    DriverOptions options = DriverOptions.FOOTPRINT.withSilence(Duration.ofSeconds(2));
    return new NativeProcess(BadLibrary.with(folder, faults), Map.of())
        .run(TextTrace.of("m 0 40", "m 1 100", "f 0"), options, DriverListener.NONE);
  }

  @Test
  void whatItWritesToStandardOutputDisturbsNoReport() throws Exception {
    DriverReport report =
        run("MALLOC=write(1, \"garbage\\n\", 8); char c; if (read(0, &c, 1)) abort()");
    assertThat(report.footprint().outcome().detail()).isEmpty();
    assertThat(report.footprint().outcome().operations()).isEqualTo(3);
  }

  @Test
  void whatItWritesToStandardErrorIsBounded() throws Exception {
    DriverReport report = run("MALLOC=static char b[65536]; for (;;) write(2, b, sizeof b)");
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.FAILED);
    assertThat(report.footprint().outcome().detail())
        .contains("more than 16 MiB to its standard error");
    // 8 KiB, each of whose bytes may be shown as six characters.
    assertThat(report.standardError().length()).isLessThan(50_000);
  }

  @Test
  void whatItSaysReachesNoTerminalAsAnOrder() throws Exception {
    DriverReport report = run("MALLOC=write(2, \"\\033[31mred\\n\", 9); abort()");
    assertThat(report.footprint().outcome().detail())
        .contains("\\u001b[31mred")
        .doesNotContain("\033");
  }

  @Test
  void onceItHangsItIsEnded() throws Exception {
    DriverReport report = run("MALLOC=for (;;) pause()");
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.FAILED);
    assertThat(report.footprint().outcome().detail()).contains("no sign of life for 2 s");
  }

  @Test
  void itsExitIsNoEndOfTheTrace() throws Exception {
    DriverReport report = run("MALLOC=if (n == 2) _exit(0)");
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.FAILED);
    assertThat(report.footprint().outcome().detail()).contains("ended itself with exit code 0");
  }

  @Test
  void aHeapInStaticDataIsSaid() throws Exception {
    DriverReport report =
        run("MALLOC=static long own[9000]; if (!pool) pool = (char *) own", "MEMALIGN=return 0");
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.FAILED);
    assertThat(report.footprint().outcome().detail()).contains("static data");
  }

  @Test
  void moreThreadsThanTheMachineHasRoomForAreRefusedAtOnce() {
    TraceInfo info =
        new TraceInfo(
            "many",
            "",
            1,
            1,
            1,
            IntStream.range(0, 1_000_000).boxed().toList(),
            List.of(),
            1,
            1,
            TraceInfo.Features.PLAIN);
    assertThatThrownBy(() -> NativeProcess.requireReplayable(info))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("1000000 threads");
  }

  @Test
  void anExcerptKeepsTheBeginningAndTheEnd() {
    List<String> told = new ArrayList<>();
    Excerpt excerpt = new Excerpt(4, () -> told.add("too much"));
    write(excerpt, "abcdefg");
    assertThat(excerpt.text()).isEqualTo("abcdefg");
    write(excerpt, "hijklm");
    assertThat(excerpt.text().lines())
        .containsExactly("abcd", "[... 5 bytes left out ...]", "jklm");
    assertThat(told).isEmpty();
    byte[] much = new byte[(int) Excerpt.MOST_BYTES];
    excerpt.write(much, 0, much.length);
    excerpt.write('z');
    assertThat(told).containsExactly("too much");
    assertThat(excerpt.text()).startsWith("abcd").endsWith("\\u0000z");
  }

  private static void write(Excerpt excerpt, String text) {
    excerpt.write(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
  }
}
