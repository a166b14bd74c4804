package heapstakes.trace.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceTexts;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceCutTest {
  @TempDir Path folder;

  private Trace trace(String text) throws IOException {
    return Traces.open("hst:" + Files.writeString(folder.resolve("in.hst"), text));
  }

  private String cut(String text, long from, long to) throws IOException {
    Trace trace = trace(text);
    Path out = folder.resolve("out.hst");
    TraceCut.write(trace, EventRange.ofOperations(trace, from, to), out);
    // Reading it validates it once more.
    Traces.open("hst:" + out);
    return Files.readString(out);
  }

  @Test
  void liveBlocksComeFirstInTheOrderOfTheirSlotsByTheirThreads() throws IOException {
    String text =
        "t 7\nm 0 10\nm 1 20\nt 8\nm 2 30\ng 3 64 40\nr 2 35\nc 4 3 5\nf 0\n@ 5\nw 3 0 9\nP end\n";

    assertThat(cut(text, 6, 99))
        .isEqualTo(
            """
            #heapstakes-trace 1
            t 7
            t 8
            t 7
            m 0 10
            m 1 20
            t 8
            m 2 35
            g 3 64 40
            c 4 3 5
            P populated
            f 0
            @ 5
            w 3 0 9
            P end
            """);
  }

  @Test
  void aThreadThatHasExitedAllocatesAndExitsAgain() throws IOException {
    assertThat(cut("t 1\nm 5 8\nt 2\nm 0 9\nx 1\nT\nf 5\nx 2\n", 3, 4))
        .isEqualTo(
            "#heapstakes-trace 1\nt 1\nt 2\nm 0 9\nt 1\nm 1 8\nx 1\nP populated\nt 2\nf 1\nx 2\n");
  }

  @Test
  void aPhaseIsWhatLeadsToItsMark() throws IOException {
    Trace trace = trace("m 0 1\nP a\nm 1 2\nf 0\nP b\nm 0 3\nP c\n");
    Path out = folder.resolve("out.hst");

    TraceCut.Result result = TraceCut.write(trace, EventRange.ofPhase(trace, "b"), out);

    assertThat(result.liveAtStart()).isEqualTo(1);
    assertThat(Files.readString(out))
        .isEqualTo("#heapstakes-trace 1\nt 0\nm 0 1\nP populated\nm 1 2\nf 0\nP b\n");
  }

  @Test
  void slotsAreDenseAgain() throws IOException {
    StringBuilder text = new StringBuilder();
    int many = 100_000;
    for (int i = 0; i < many; i++) {
      text.append("m ").append(i).append(" 8\n");
    }
    for (int i = 0; i < many - 1; i++) {
      text.append("f ").append(i).append('\n');
    }
    text.append("f ").append(many - 1).append('\n');

    assertThat(cut(text.toString(), 2 * many - 1, 2 * many))
        .isEqualTo("#heapstakes-trace 1\nt 0\nm 0 8\nP populated\nf 0\n");
  }

  @Test
  void whatIsNotThereIsRefused() throws IOException {
    Trace trace = trace("m 0 1\nP a\nf 0\n");

    assertThatThrownBy(() -> EventRange.ofOperations(trace, 2, 9))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("from 2 to 2")
        .hasMessageContaining("It has 2");
    assertThatThrownBy(() -> EventRange.ofOperations(trace, 1, 1))
        .isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> EventRange.ofPhase(trace, "b"))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("no phase 'b'. Its phases: a.");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ofARandomTraceOperationsAndLiveBlocksAreAsTheOracleSays(long seed) throws IOException {
    asTheOracleSays(TraceTexts.random(seed, 2000), new Random(seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void ofProcessesThatForkAsWell(long seed) throws IOException {
    asTheOracleSays(RandomForks.text(seed, 1000), new Random(seed));
  }

  private void asTheOracleSays(String text, Random random) throws IOException {
    int operations = new NaiveHeap(text, Long.MAX_VALUE).operations.size();
    for (int i = 0; i < 6; i++) {
      int from = random.nextInt(operations);
      int to = from + 1 + random.nextInt(operations - from);
      NaiveHeap before = new NaiveHeap(text, from);
      NaiveHeap after = new NaiveHeap(text, to);

      String cut = cut(text, from, to);

      NaiveHeap start = new NaiveHeap(cut, before.blocks());
      NaiveHeap end = new NaiveHeap(cut, Long.MAX_VALUE);
      String what = String.format(Locale.ROOT, "operations %d to %d", from, to);
      assertThat(start.live()).as("live before " + what).isEqualTo(before.live());
      assertThat(end.operations.subList((int) before.blocks(), end.operations.size()))
          .as(what)
          .isEqualTo(after.operations.subList(from, to));
      if (to < operations) {
        assertThat(end.live()).as("live behind " + what).isEqualTo(after.live());
      }
    }
  }
}
