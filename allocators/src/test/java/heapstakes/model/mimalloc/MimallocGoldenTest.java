package heapstakes.model.mimalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.memory.Addresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Short traces with all that the real library did on them, {@code golden/mimalloc/README.md}. */
class MimallocGoldenTest {
  private static final Pattern PAIR = Pattern.compile("(\\w+)=(-?\\d+)");
  private static final int RECORD_PAGES = 2; // of a thread; the golden files leave them out

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aligned",
        "classes",
        "decommit",
        "full",
        "huge",
        "order",
        "realloc",
        "retire",
        "segcache",
        "spans",
        "threads"
      })
  void everyBlockIsWhereTheLibraryPutsIt(String name) {
    try (MimallocProcess process = replay(name)) {
      assertThat(process.addresses)
          .isEqualTo(lines(name + ".csv").subList(1, lines(name + ".csv").size()));
      assertThat(process.space.calls).isEqualTo(lines(name + ".sys"));
      assertThat(process.heap.counters()).containsAllEntriesOf(golden(name));
    }
  }

  /** Pages are counted at the end, with the records of {@code threads}. */
  @ParameterizedTest
  @CsvSource({
    "aligned, 0",
    "classes, 0",
    "decommit, 0",
    "full, 0",
    "huge, 0",
    "order, 0",
    "realloc, 0",
    "retire, 0",
    "segcache, 0",
    "spans, 0",
    "threads, 2"
  })
  void asManyPagesAreResidentAsInTheLibrary(String name, int threads) {
    List<String> lines = lines(name + ".res");
    long dirty = Long.parseLong(pairs(lines.getLast()).get("dirty"));
    try (MimallocProcess process = replay(name)) {
      assertThat(process.space.statistics().residentBytes())
          .isEqualTo((dirty + threads * RECORD_PAGES) * Addresses.PAGE_BYTES);
    }
  }

  private static MimallocProcess replay(String name) {
    MimallocProcess process = new MimallocProcess("", !name.equals("huge"));
    lines(name + ".hst").forEach(process::act);
    return process;
  }

  private static Map<String, Long> golden(String name) {
    Map<String, Long> counters = new LinkedHashMap<>();
    List<String> lines = lines(name + ".counters");
    pairs(lines.getFirst())
        .forEach((key, value) -> {
          if (key.endsWith("_commit")) {
            counters.put(key, Long.parseLong(value));
          }
        });
    for (String line : lines.subList(1, lines.size())) {
      String what = line.substring(0, line.indexOf(' '));
      pairs(line)
          .forEach((key, value) -> {
            if (!what.equals("commit_calls")) {
              counters.put(what + "." + key, Long.parseLong(value));
            } else if (key.equals("total")) {
              counters.put(what, Long.parseLong(value));
            }
          });
    }
    return counters;
  }

  private static Map<String, String> pairs(String line) {
    Map<String, String> pairs = new LinkedHashMap<>();
    PAIR.matcher(line).results().forEach((MatchResult m) -> pairs.put(m.group(1), m.group(2)));
    return pairs;
  }

  private static List<String> lines(String file) {
    try (InputStream stream =
        MimallocGoldenTest.class.getResourceAsStream("/golden/mimalloc/" + file)) {
      if (stream == null) {
        throw new AssertionError("no golden file " + file);
      }
      return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
