package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Decimals;
import heapstakes.results.csv.CellsCsv;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeCommandTest {
  private static final String LATE =
      "upgrade -w late-first-free:blocks=4000 --from ptmalloc2@2.41 --to ptmalloc2@2.44";

  private static Outcome upgrade(String words) {
    return heapstakes(words.split(" "));
  }

  @Test
  void saysWhatChangesWhyAndWhatBringsItBack() {
    Outcome outcome = upgrade(LATE);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .contains("a thread's tcache is made: at the first call → at the first free")
        .contains("retained: this rule makes the change:")
        .contains("  a thread's tcache is made (docs/specs/ptmalloc2.md §17.7, 3)")
        .contains("deploy tcache_count=0: GLIBC_TUNABLES=glibc.malloc.tcache_count=0");
  }

  @Test
  void fitsIntoAScreen() {
    List<String> lines = upgrade(LATE).output().lines().toList();

    assertThat(lines).hasSizeLessThan(40);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
  }

  /** What one run has timed is shown beside what was metered here. */
  @Test
  void timesComeFromARunThatHasBothEnds(@TempDir Path folder) {
    Path run = folder.resolve("run");
    Outcome metered =
        upgrade(
            "run -a ptmalloc2 -a ptmalloc2@2.41 -w late-first-free:blocks=500 --memory simulated"
                + " --out "
                + run);
    assertThat(metered.exitCode()).as(metered.errors()).isZero();
    Path file = run.resolve(CellsCsv.NAME);
    List<Cell> cells = CellsCsv.read(file);
    CellsCsv.write(file, List.of(timed(cells.get(0), 40, 50), timed(cells.get(1), 45, 100)));

    Outcome outcome =
        upgrade(
            "upgrade -w late-first-free:blocks=500 --from ptmalloc2 --to ptmalloc2@2.41 --times "
                + run);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .containsPattern("one life, an operation +40 ns ±12.5 % +45 ns ±11.1 % +level")
        .containsPattern("steady, an operation +50 ns ±10.0 % +100 ns ±5.0 % .*\\(\\+100\\.0 %\\)")
        .doesNotContain("operations a second", "--times"); // which is steady, the other way up
  }

  /** One command: what is not there is timed, kept, and read the next time. */
  @Test
  @Tag("long")
  void timesThatNobodyHasTakenAreTakenAndKept(@TempDir Path folder) {
    String line =
        "upgrade -w late-first-free:blocks=500 --from ptmalloc2 --to ptmalloc2@2.41 --budget 0"
            + " --times "
            + folder.resolve("timed");
    Outcome first = upgrade(line);
    Outcome again = upgrade(line + " --format csv");

    assertThat(first.exitCode()).as(first.errors()).isZero();
    assertThat(first.output())
        .containsPattern("one life, an operation +\\S+ ns ±\\S+ % +\\S+ ns ±\\S+ %")
        .containsPattern("steady, an operation +\\S+ ns ±\\S+ % +\\S+ ns ±\\S+ %")
        .doesNotContain("--times");
    List<Cell> cells = CellsCsv.ofRun(folder.resolve("timed"));
    assertThat(cells).allMatch(cell -> cell.number(Column.STEADY_NS_PER_OP).isPresent());
    assertThat(again.output().lines().filter(row -> row.contains(",times-")))
        .zipSatisfy(
            cells,
            (row, cell) ->
                assertThat(row)
                    .contains(Decimals.plain(cell.number(Column.STEADY_NS_PER_OP).orElseThrow())));
  }

  @Test
  void whereTimesComeFromIsSaidWhereThereAreNone(@TempDir Path folder) {
    Path run = folder.resolve("run");
    Outcome unasked = upgrade(LATE + " --budget 0");
    upgrade("run -a bump -w tlpi-free-and-sbrk --memory simulated --out " + run);
    Outcome foreign = upgrade(LATE + " --budget 0 --times " + run);
    Outcome wrong = upgrade(LATE + " --budget 0 --times " + folder);

    assertThat(unasked.output()).contains("steady time: --times DIR, which times both");
    assertThat(foreign.output()).contains(run + " has none of both; --times with a new directory");
    assertThat(wrong.exitCode()).isNotZero();
    assertThat(wrong.errors()).contains("there is no cells.csv in " + folder);
  }

  /** Both times in ns, each within 5 ns. */
  private static Cell timed(Cell metered, double life, double steady) {
    return metered.toBuilder()
        .decimal(Column.ONE_LIFE_NS_PER_OP, life)
        .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, life - 5)
        .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, life + 5)
        .decimal(Column.STEADY_NS_PER_OP, steady)
        .decimal(Column.STEADY_NS_PER_OP_LOW, steady - 5)
        .decimal(Column.STEADY_NS_PER_OP_HIGH, steady + 5)
        .decimal(Column.THROUGHPUT_OPS_PER_S, 1e9 / steady)
        .build();
  }

  @Test
  void programsGetEveryReplay() {
    Outcome csv = upgrade(LATE + " --budget 0 --format csv");
    Outcome json = upgrade(LATE + " --budget 0 --format json");

    assertThat(csv.output().lines().findFirst().orElse(""))
        .startsWith("workload,role,contestant,detail,status,peak_resident_bytes,retained_bytes,");
    assertThat(csv.output()).contains(",model-from,ptmalloc2@2.41,").contains(",taken-out,");
    assertThat(json.output()).contains("\"causes\"", "\"TCACHE_BIRTH\"", "\"put-in\"");
  }

  @Test
  void markdownHasTables() {
    assertThat(upgrade(LATE + " --budget 0 --format markdown").output())
        .contains("## late-first-free", "|---|--:|--:|--:|")
        .doesNotContain("no setting was found"); // none was searched for
  }

  @Test
  void distributionsAreListedWithTheirSources() {
    assertThat(upgrade("upgrade --list").output())
        .contains("debian12", "rhel8", "alpine", "2.28", "sources");
  }

  @Test
  void aDistributionWhoseLibraryIsNotModelledSaysWhatStandsForIt() {
    Outcome outcome =
        upgrade("upgrade -w late-first-free:blocks=500 --from rhel8 --to rhel9 --budget 0");

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .contains("native-glibc@2.28 is not modelled: the rules are those of ptmalloc2@2.31")
        .contains("gperftools 2.7 → 2.9.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          upgrade --from debian12 --to debian13                          | -w WORKLOAD
          upgrade -w jq --from debian12 --to debian14                    | nor a distribution
          upgrade -w jq --from debian12 --to alpine3.24 --library glibc  | carries no glibc
          upgrade -w jq --from ptmalloc2 --to ptmalloc2@2.41 --repeats 0 | 1 ... 100
          upgrade -w jq --from ptmalloc2 --to ptmalloc2@2.99             | Did you mean
          upgrade -w jq --from bump --to ptmalloc2 --memory linux        | simulated memory
          """)
  void whatItDoesNotTakeIsSaidWithWhatItTakes(String line, String expected) {
    Outcome outcome = upgrade(line);

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(expected);
    assertThat(outcome.output()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc"})
  void modelsOfDifferentLibrariesAreComparedWithoutRules(String other) {
    Outcome outcome =
        upgrade("upgrade -w late-first-free:blocks=500 --budget 0 --from jemalloc --to " + other);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output()).contains("peak resident").doesNotContain("put in alone");
  }

  @Test
  void aMachineThatIsTooSmallIsTheResult() {
    Outcome outcome = upgrade(LATE + " --budget 0 --memory simulated:ram=1M");

    assertThat(outcome.exitCode()).isIn(ExitCode.OOM_KILLED, ExitCode.CELL_FAILED);
    assertThat(outcome.output()).contains("ended oom_killed");
  }
}
