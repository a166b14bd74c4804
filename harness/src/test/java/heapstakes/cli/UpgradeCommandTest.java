package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.csv.CellsCsv;
import java.nio.file.Path;
import java.util.List;
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
    CellsCsv.write(file, List.of(timed(cells.get(0), 40_000_000), timed(cells.get(1), 30_000_000)));

    Outcome outcome =
        upgrade(
            "upgrade -w late-first-free:blocks=500 --from ptmalloc2 --to ptmalloc2@2.41 --times "
                + run);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .containsPattern("operations a second +40 000 000 +30 000 000 .*\\(-25\\.0 %\\)")
        .doesNotContain("--times DIR");
  }

  private static Cell timed(Cell metered, double throughput) {
    return metered.toBuilder().decimal(Column.THROUGHPUT_OPS_PER_S, throughput).build();
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
