package heapstakes.trace.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceTexts;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceMinimizerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void ofARandomTraceTwoSizesAreLeft(long seed) throws IOException {
    String text = TraceTexts.random(seed, 500) + "m 900 77777\n";
    String with = text + "r 901 5\nr 901 88888\nf 900\n";

    assertThat(least(with, lines -> has(lines, "77777") && has(lines, "88888")))
        .containsExactly("#heapstakes-trace 1", "m 0 77777", "r 1 88888");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void ofProcessesThatForkEachCandidateIsValid(long seed) throws IOException {
    String text = RandomForks.text(seed, 300) + "m 70 77777\n";

    List<String> least =
        least(
            text, lines -> has(lines, "77777") && lines.stream().anyMatch(l -> l.startsWith("F")));

    assertThat(least.stream().filter(l -> !l.startsWith("t") && !l.startsWith("#")))
        .hasSize(2)
        .contains("m 0 77777");
  }

  /** Each line is needed, for the blocks named are. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f     | m 0 1;f 0
          w     | m 0 9;w 0 0 4
          T     | T 0
          X     | T 0;X
          c     | c 0 2 3
          """)
  void ofOneKindOfLineWhatItNeedsIsLeft(String letter, String expected) throws IOException {
    String text = "t 3\nm 0 1\nm 1 2\nf 0\nm 0 9\nw 0 0 4\nc 2 2 3\nT 5\nP a\nt 4\nf 1\nx 3\nX\n";

    List<String> least = least(text, lines -> lines.stream().anyMatch(l -> l.startsWith(letter)));

    // Which of two is left is not said, so slots and sizes are not compared here.
    assertThat(least.subList(1, least.size()).stream().map(l -> l.charAt(0)))
        .containsExactlyElementsOf(
            List.of(expected.split(";")).stream().map(l -> l.charAt(0)).toList());
  }

  @Test
  void itMustFailOnTheWhole() {
    assertThatThrownBy(() -> least("m 0 1\n", lines -> false))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("exits with 0 on the whole");
  }

  private static boolean has(List<String> lines, String size) {
    return lines.stream().anyMatch(line -> line.endsWith(" " + size));
  }

  private List<String> least(String text, Predicate<List<String>> fails) throws IOException {
    Trace trace = Traces.open("hst:" + Files.writeString(folder.resolve("in.hst"), text));
    Path least = folder.resolve("least.hst");
    TraceMinimizer.minimize(
        trace,
        new TraceMinimizer.Examination() {
          private long shortest = Long.MAX_VALUE;
          private int runs;

          @Override
          public boolean fails(Path candidate) {
            if (runs++ < 20) {
              // Validates.
              Traces.open("hst:" + candidate);
            }
            return fails.test(lines(candidate));
          }

          @Override
          public void keep(Path candidate, TraceInfo info) {
            assertThat(info.events()).isLessThan(shortest);
            shortest = info.events();
            try {
              Files.copy(candidate, least, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public void begin(String stage, int units) {}
        },
        folder.resolve("candidate.hst"),
        false);
    return lines(least);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
