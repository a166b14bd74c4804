package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.host.NativeLinuxProvider;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.csv.CellsCsv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Locales with digits, signs and separators of their own change nothing: what is printed, written,
 * named and read back is as under {@link Locale#ROOT}, byte for byte.
 */
@Tag("long")
class LocaleTest {
  private static final String EXTENDED_ARABIC = "fa-IR-u-nu-arabext";
  private static final String ARABIC = "ar-EG-u-nu-arab";
  private static final String BENGALI = "bn-BD-u-nu-beng";

  private static final List<String> FOREIGN = List.of(EXTENDED_ARABIC, ARABIC, BENGALI);

  /** How many of them a run or a command is made under: any of them would show a mistake. */
  private static final int DOSE = Integer.getInteger("stress.dose", 1);

  private static final Pattern FOREIGN_DIGIT = Pattern.compile("[\\p{Nd}&&[^0-9]]|[\u066b\u066c]");

  @TempDir Path folder;

  private static <T> T under(String tag, Supplier<T> action) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(tag.isEmpty() ? Locale.ROOT : Locale.forLanguageTag(tag));
      return action.get();
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {EXTENDED_ARABIC, ARABIC, BENGALI})
  void theseLocalesDoHaveDigitsOfTheirOwn(String tag) {
    assertThat(under(tag, () -> String.format(Locale.getDefault(), "%d", 7)))
        .isNotEqualTo("7")
        .matches("\\p{Nd}");
  }

  @Test
  @Timeout(120) // where one side of a comparison fails, the other may wait for ever
  void whatCommandsPrintIsTheSame() {
    List<String> lines =
        List.of(
            "verify -a ptmalloc2 -t random:seed=1,operations=600,threads=3 --refuse 1-2",
            "verify -a ptmalloc2 --random 1 --operations 500 --format csv",
            "verify -a ptmalloc2 --random 1 --operations 500 --format json",
            "replay -a ptmalloc2 -t teardown:n=5000",
            "replay -a ptmalloc2 -t teardown:n=5000 --format json",
            "replay -a bump -t memory-pressure --format csv",
            "trace info random:seed=1,operations=3000",
            "list workloads",
            "replay -a ptmalloc2:tcache_count=x -t jq");
    int turn = 0;
    for (String line : lines) {
      Outcome root = under("", () -> heapstakes(line.split(" ")));
      for (int i = 0; i < Math.min(DOSE, FOREIGN.size()); i++) {
        String tag = FOREIGN.get(turn++ % FOREIGN.size());
        Outcome foreign = under(tag, () -> heapstakes(line.split(" ")));
        assertThat(foreign).as("%s: %s", tag, line).isEqualTo(root);
      }
    }
  }

  @Test
  void whatARunLeavesIsTheSameAndIsReadBack() {
    Map<String, String> root = under("", () -> simulatedRun("root"));

    assertThat(root.keySet()).anyMatch(name -> name.startsWith("massif/"));
    assertThat(root.keySet()).contains("report.txt", "report.md", "new.hst");
    for (String tag : FOREIGN) {
      assertThat(under(tag, () -> simulatedRun(tag))).as(tag).isEqualTo(root);
    }
  }

  /** What a run without a clock writes, by the names of its files. */
  private Map<String, String> simulatedRun(String name) {
    Path place = folder.resolve(name);
    String run = place.resolve("run").toString();
    String trace = tiny();
    ok("run -a bump -a ptmalloc2:tcache_count=0 -w %s --memory simulated --out %s", trace, run);
    ok("run --resume --out %s", run);
    ok("report %s -o %s", run, place.resolve("report.txt"));
    ok("report %s --format markdown -o %s", run, place.resolve("report.md"));
    ok("export %s --format massif -o %s", run, place.resolve("massif"));
    ok("compare %s %s --markdown %s", run, run, place.resolve("compare.md"));
    ok("trace import %s %s", trace, place.resolve("new.hst"));
    Map<String, String> files = contents(place);
    files.keySet().removeIf(file -> file.matches("run/(environment\\.json|.*journal.*|.*done.*)"));
    files.replaceAll((file, text) -> text.replace(place.toString(), "PLACE"));
    return files;
  }

  private static void ok(String line, Object... words) {
    Outcome outcome = heapstakes(String.format(Locale.ROOT, line, words).split(" "));
    assertThat(outcome.exitCode()).as("%s: %s", line, outcome.errors()).isZero();
  }

  /** Just long enough to be timed. */
  private String tiny() {
    List<String> lines =
        IntStream.range(0, 6000)
            .boxed()
            .flatMap(i -> Stream.of("m " + i % 50 + " " + (16 + i % 500), "f " + i % 50))
            .toList();
    try {
      return Files.write(folder.resolve("tiny.hst"), lines).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> contents(Path folder) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** JMH starts its fork with a locale that the program has not set. */
  @Test
  void aTimedRunIsReadBackWhateverTheLocaleOfItsForks() throws Exception {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    List<String> tags = List.of("fa-IR-arabext", "ar-EG-arab", "bn-BD-beng");
    for (String tag : tags.subList(0, Math.min(tags.size(), DOSE))) {
      Path run = folder.resolve(tag);
      timedRun(tag.split("-"), run);

      for (Map.Entry<String, String> file : contents(run).entrySet()) {
        assertThat(file.getKey() + "\n" + file.getValue()).doesNotContainPattern(FOREIGN_DIGIT);
      }
      List<Cell> cells = CellsCsv.read(run.resolve("cells.csv"));
      assertThat(cells.getFirst().count(Column.PEAK_REQUESTED_BYTES)).hasValue(515);
      Cell cell = cells.getLast();
      assertThat(cell.text(Column.STATUS)).isEqualTo("ok");
      assertThat(cell.count(Column.OPS)).hasValue(12_000);
      assertThat(cell.number(Column.THROUGHPUT_OPS_PER_S)).isPresent();
      ok("export %s --format hlog -o %s", run, run.resolve("hlog"));
      assertThat(contents(run.resolve("hlog"))).hasSize(1);
      ok("report %s --html", run);
    }
  }

  private void timedRun(String[] locale, Path run) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Heapstakes.class.getName(),
                "run",
                "-a",
                "bump",
                "-w",
                tiny(),
                "--out",
                run.toString())
            .redirectErrorStream(true);
    builder
        .environment()
        .put(
            "JAVA_TOOL_OPTIONS",
            String.format(
                Locale.ROOT,
                "-Duser.language=%s -Duser.country=%s -Duser.extensions=u-nu-%s",
                (Object[]) locale));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).doesNotContainPattern(FOREIGN_DIGIT);
  }
}
