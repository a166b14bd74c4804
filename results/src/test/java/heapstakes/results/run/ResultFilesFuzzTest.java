package heapstakes.results.run;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.gate.Baseline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happened to a file of a run directory or a baseline: it is read, or refused with its
 * name. {@code -Dstress.mutations=N} tries more.
 */
@Timeout(3600)
@Tag("long")
class ResultFilesFuzzTest {
  private static final int MUTATIONS = Integer.getInteger("stress.mutations", 25);
  private static final List<String> WORDS =
      List.of("-1", "9223372036854775808", "NaN", "1e999", "", "ok", "\"", ",", "\n", "null", "{}");

  @TempDir Path folder;
  private final Map<String, byte[]> golden = new LinkedHashMap<>();

  private interface Reader {
    void read() throws IOException;
  }

  @BeforeEach
  void readGoldenFiles() throws Exception {
    for (String name : List.of("run-with-digests/cells.csv", "../gate/first-baseline/cells.csv")) {
      Path file = Path.of(Objects.requireNonNull(getClass().getResource(name)).toURI());
      try (Stream<Path> files = Files.list(file.getParent())) {
        for (Path each : files.toList()) {
          golden.putIfAbsent(each.getFileName().toString(), Files.readAllBytes(each));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cells.csv",
        "cells.done",
        "forks.csv",
        "references.csv",
        "latency.csv",
        "timeline.csv"
      })
  void aRunWithADamagedFileIsResumedOrRefusedByName(String name) throws IOException {
    fuzz(
        name,
        () -> {
          RunDirectory.resume(folder).close();
          CellsCsv.ofRun(folder);
          ForksCsv.read(folder, ForksCsv.NAME);
          ForksCsv.read(folder, ForksCsv.REFERENCES);
          LatencyCsv.in(folder).read();
          TimelineCsv.points(folder);
        });
  }

  @Test
  void aDamagedEnvironmentIsReadOrRefusedByName() throws IOException {
    fuzz(Environment.NAME, () -> EnvironmentJson.read(folder.resolve(Environment.NAME)));
  }

  @Test
  void aDamagedBaselineIsReadOrRefusedByName() throws IOException {
    fuzz(Baseline.NAME, () -> Baseline.read(folder));
  }

  private void fuzz(String name, Reader reader) throws IOException {
    byte[] whole = Objects.requireNonNull(golden.get(name));
    int step = Math.max(1, whole.length / MUTATIONS);
    for (int length = 0; length < whole.length; length += step) {
      read(name, Arrays.copyOf(whole, length), "cut to " + length + " bytes", reader);
    }
    for (int seed = 0; seed < MUTATIONS; seed++) {
      read(name, mutated(whole, new Random(seed)), "mutation " + seed, reader);
    }
    read(name, whole, "undamaged", reader);
  }

  private void read(String name, byte[] bytes, String how, Reader reader) throws IOException {
    for (var file : golden.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    Files.write(folder.resolve(name), bytes);
    try {
      reader.read();
    } catch (ResultException refused) {
      assertThat(refused.getMessage()).as("%s, %s", name, how).contains(name);
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(name + ", " + how, e);
    }
  }

  private static byte[] mutated(byte[] whole, Random random) {
    StringBuilder text = new StringBuilder(new String(whole, StandardCharsets.ISO_8859_1));
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + 1 + random.nextInt(20));
      String word = WORDS.get(random.nextInt(WORDS.size()));
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(from, (char) random.nextInt(256));
        case 1 -> text.replace(from, to, word);
        case 2 -> text.insert(from, text.substring(from, to));
        default -> text.setCharAt(from, (char) ('0' + random.nextInt(10)));
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
