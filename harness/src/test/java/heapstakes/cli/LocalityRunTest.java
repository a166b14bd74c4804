package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.csv.CellsCsv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalityRunTest {
  @TempDir Path folder;

  private Outcome run(String name, String... more) throws IOException {
    String words = "run -a vam -a ptmalloc2 --memory simulated -w " + TinyRun.trace(folder);
    Outcome outcome =
        heapstakes(
            (words + " --out " + folder.resolve(name) + " " + String.join(" ", more)).split(" "));
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    return outcome;
  }

  @Test
  void linesAndPagesThatAreTouchedAreColumnsWhereThatIsAskedFor() throws IOException {
    Outcome with = run("with", "--locality");

    assertThat(with.output()).contains("lines touched", "pages touched");
    assertThat(CellsCsv.ofRun(folder.resolve("with"))).hasSize(2).allSatisfy(this::hasFigures);
    assertThat(
            heapstakes(
                    "report",
                    folder.resolve("with").toString(),
                    "--columns",
                    "lines touched steady,locality_one_life_own_pages_per_1000_ops")
                .output())
        .contains("own pages", "lines touched");
  }

  private void hasFigures(Cell cell) {
    for (String what : List.of("lines", "own_pages", "l2_misses", "page_walks")) {
      String header = "locality_steady_" + what + "_per_1000_ops";
      assertThat(cell.number(Column.of(header).orElseThrow())).as(header).isPresent();
    }
  }

  /** A base of before they were counted has none to compare with. */
  @Test
  void theGateDoesNotMissThemInARunThatDidNotCountThem() throws IOException {
    Outcome without = run("without");
    run("with", "--locality");

    assertThat(without.output()).doesNotContain("touched");
    assertThat(compare("without", "with").exitCode()).isZero();
    assertThat(compare("with", "without").exitCode()).isEqualTo(1);
  }

  private Outcome compare(String base, String next) {
    return heapstakes("compare", folder.resolve(base).toString(), folder.resolve(next).toString());
  }
}
