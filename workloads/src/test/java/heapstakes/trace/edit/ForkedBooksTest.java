package heapstakes.trace.edit;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.file.Traces;
import heapstakes.trace.profile.TraceProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted over processes that fork, exit and take turns. */
class ForkedBooksTest {
  @TempDir Path folder;

  private HsbTrace open(String text) throws IOException {
    return Traces.open("hst:" + Files.writeString(folder.resolve("forks.hst"), text));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void peaksAndEndAreThoseOfAllProcessesAddedUpBehindEachLine(long seed) throws IOException {
    String text = RandomForks.text(seed, 400);
    List<String> lines = text.lines().toList();
    long peakBlocks = 0;
    long peakBytes = 0;
    long peakPages = 0;
    NaiveHeap heap = new NaiveHeap("", 0);
    for (int end = 1; end <= lines.size(); end++) {
      String soFar = String.join("\n", lines.subList(0, end));
      heap = new NaiveHeap(soFar, Long.MAX_VALUE);
      peakBlocks = Math.max(peakBlocks, heap.blocks());
      peakBytes = Math.max(peakBytes, bytes(heap));
      peakPages = Math.max(peakPages, pages(heap));
    }

    HsbTrace trace = open(text);
    TraceInfo info = trace.info();
    assertThat(info.peakLiveBlocks()).isEqualTo(peakBlocks);
    assertThat(info.peakRequestedBytes()).isEqualTo(peakBytes);
    assertThat(trace.summary().endLiveBlocks()).isEqualTo(heap.blocks());
    assertThat(trace.summary().endRequestedBytes()).isEqualTo(bytes(heap));
    TraceProfile profile = TraceProfile.of(trace);
    assertThat(profile.peakBytes()).isEqualTo(peakBytes);
    assertThat(profile.idealBytes()).isEqualTo(peakPages * 4096);
    assertThat(profile.leakedBlocks()).isEqualTo(heap.blocks());
  }

  private static long bytes(NaiveHeap heap) {
    return heap.live().stream().mapToLong(ForkedBooksTest::bytes).sum();
  }

  private static long bytes(List<String> process) {
    return process.stream().mapToLong(block -> Long.parseLong(block.split(" ")[0])).sum();
  }

  private static long pages(NaiveHeap heap) {
    return heap.live().stream().mapToLong(process -> Math.ceilDiv(bytes(process), 4096)).sum();
  }

  /** Where each fork looked at all processes before, this took a minute. */
  @Test
  void aProgramMayForkAsOftenAsATraceMayHaveThreads() throws IOException {
    int children = 50_000;
    String forks =
        IntStream.rangeClosed(1, children)
            .mapToObj(child -> "F " + child + "\nt " + child + (child % 2 == 0 ? "\nX" : ""))
            .map(lines -> lines + "\nt 0\n")
            .collect(Collectors.joining());

    TraceSummary summary = open("m 0 100\n" + forks + "f 0\n").summary();

    assertThat(summary.threads()).isEqualTo(children + 1);
    // The parent's, those of the children of odd numbers, and the last child's until it exits.
    assertThat(summary.peakLiveBlocks()).isEqualTo(1 + children / 2 + 1);
    assertThat(summary.endLiveBlocks()).isEqualTo(children / 2);
    assertThat(summary.endRequestedBytes()).isEqualTo(children / 2 * 100L);
  }
}
