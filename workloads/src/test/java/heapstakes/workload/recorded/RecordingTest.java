package heapstakes.workload.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.workload.TestArguments;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordingTest {
  @TempDir Path folder;

  /** Lines of each letter, counted by cut, sort and uniq over the text that was recorded. */
  @Test
  void recordingsHoldTheLinesThatWereRecorded() {
    TraceSummary sqlite3 = summary(recording("sqlite3"));
    assertThat(sqlite3.count(Op.MALLOC)).isEqualTo(268_658);
    assertThat(sqlite3.count(Op.FREE)).isEqualTo(268_642);
    assertThat(sqlite3.count(Op.REALLOC)).isEqualTo(395);
    assertThat(sqlite3.operations()).isEqualTo(537_695);

    TraceSummary jq = summary(recording("jq"));
    assertThat(jq.count(Op.MALLOC)).isEqualTo(548_273);
    assertThat(jq.count(Op.CALLOC)).isEqualTo(25);
    assertThat(jq.count(Op.FREE)).isEqualTo(548_298);
    assertThat(jq.operations()).isEqualTo(1_096_597);

    assertLines(recording("perl"), 293_876, 393, 41_681, 291_305);
    assertLines(recording("xmllint"), 203_702, 0, 34, 203_700);
    assertLines(recording("cc1"), 104_245, 21_492, 6_019, 117_595);
    assertLines(recording("redis"), 1_274_321, 313, 8_967, 1_260_553);
    assertThat(recording("redis").trace(TestArguments.of(recording("redis"))).info().threads())
        .isEqualTo(4);
  }

  /**
   * What memusage of glibc 2.36 counted when the same commands ran without the recorder,
   * 2026-11-26; perl and cc1 also keep names of their environment and folders.
   */
  @Test
  void peaksAreWhatTheCLibraryCounts() {
    assertThat(peak(recording("xmllint"))).isEqualTo(15_454_455);
    assertThat(peak(recording("perl"))).isCloseTo(16_441_070, withinPercentage(0.01));
    assertThat(peak(recording("cc1"))).isCloseTo(4_328_321, withinPercentage(1));
  }

  private static long peak(Recording recording) {
    return recording.trace(TestArguments.of(recording)).info().peakRequestedBytes();
  }

  @ParameterizedTest
  @MethodSource("all")
  void peaksAreThoseOfAMapOfLiveBlocks(Recording recording) {
    Map<Integer, Long> live = new HashMap<>();
    long requested = 0;
    long peak = 0;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = recording.trace(TestArguments.of(recording)).open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          long size =
              switch (batch.op[i]) {
                case Op.MALLOC, Op.REALLOC, Op.MEMALIGN -> batch.size[i];
                case Op.CALLOC -> batch.size[i] * batch.extra[i];
                case Op.FREE -> 0;
                default -> -1;
              };
          if (size >= 0) {
            Long before = live.put(batch.slot[i], size);
            requested += size - (before == null ? 0 : before);
            peak = Math.max(peak, requested);
          }
        }
      }
    }

    assertThat(peak).isEqualTo(peak(recording));
  }

  private static List<Recording> all() {
    return new RecordedProvider().providers().stream().map(Recording.class::cast).toList();
  }

  private static Recording recording(String name) {
    return all().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  private static void assertLines(
      Recording recording, long mallocs, long callocs, long reallocs, long frees) {
    TraceSummary summary = summary(recording);
    assertThat(summary.count(Op.MALLOC)).isEqualTo(mallocs);
    assertThat(summary.count(Op.CALLOC)).isEqualTo(callocs);
    assertThat(summary.count(Op.REALLOC)).isEqualTo(reallocs);
    assertThat(summary.count(Op.FREE)).isEqualTo(frees);
    assertThat(summary.operations()).isEqualTo(mallocs + callocs + reallocs + frees);
  }

  @Test
  void recordingsStayBelowThreeBytesAnOperation() {
    for (Recording recording : all()) {
      HsbTrace trace = (HsbTrace) recording.trace(TestArguments.of(recording));

      assertThat((double) trace.codedBytes() / trace.info().operations()).isLessThan(3);
    }
  }

  @Test
  void aRecordingInsideAJarIsCopiedWhereItCanBeMappedAndMendedWhenTheCopyIsDamaged()
      throws Exception {
    Path jar = folder.resolve("workloads.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        InputStream in = Recording.class.getResourceAsStream("sqlite3.hsb")) {
      out.putNextEntry(new ZipEntry("sqlite3.hsb"));
      in.transferTo(out);
    }
    URL url = URI.create("jar:" + jar.toUri() + "!/sqlite3.hsb").toURL();

    Recording sqlite3 = recording("sqlite3");
    Path copy = sqlite3.file(url);
    Files.write(copy, new byte[] {1});
    Path mended = sqlite3.file(url);

    assertThat(mended).isEqualTo(copy);
    assertThat(HsbTrace.validated(mended).info().operations()).isEqualTo(537_695);

    // A valid trace that somebody else has put there.
    HsbTrace jq = (HsbTrace) recording("jq").trace(TestArguments.of(sqlite3));
    Files.copy(jq.file(), copy, StandardCopyOption.REPLACE_EXISTING);
    assertThat(HsbTrace.validated(sqlite3.file(url)).info().operations()).isEqualTo(537_695);
  }

  @Test
  void anotherTraceUnderARecordingsNameIsRefused() {
    Recording jq = recording("jq");
    Recording expected =
        new Recording("jq", jq.question(), jq.summary(), recording("perl").sha256());

    assertThatThrownBy(() -> expected.trace(TestArguments.of(expected)))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("is not jq: the SHA-256 of its events is " + jq.sha256())
        .hasMessageContaining("not " + expected.sha256());
  }

  private static TraceSummary summary(Recording recording) {
    return TraceSummary.of(recording.name(), recording.trace(TestArguments.of(recording)).open());
  }
}
