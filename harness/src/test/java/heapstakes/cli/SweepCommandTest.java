package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
  @TempDir private Path temporary;

  private Outcome sweep(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("sweep", "-a", "ptmalloc2:tcache_count={0,1,7}", "-a", "bump", "-w"));
    words.addAll(List.of("random:operations={1000,2000}", "--out", path(out)));
    words.addAll(List.of(more));
    return heapstakes(words.toArray(String[]::new));
  }

  private String path(String name) {
    return temporary.resolve(name).toString();
  }

  @Test
  void partsMergeToTheBytesOfTheWhole() {
    Outcome whole = sweep("whole");
    assertThat(whole.exitCode()).as(whole.errors()).isZero();
    assertThat(whole.output()).contains("8 cells in ", "one for all, by retained memory");

    sweep("a", "--shard", "1/3");
    sweep("b", "--shard", "2/3");
    assertThat(heapstakes("merge", "-o", path("early"), path("b"), path("a")).errors())
        .contains("missing: --shard 3/3");
    sweep("c", "--shard", "3/3", "-j", "1");
    Outcome merged = heapstakes("merge", "-o", path("merged"), path("c"), path("a"), path("b"));

    assertThat(merged.exitCode()).as(merged.errors()).isZero();
    for (String file : List.of(CellsCsv.NAME, TimelineCsv.NAME, "cells.done")) {
      assertThat(temporary.resolve("merged").resolve(file))
          .hasSameBinaryContentAs(temporary.resolve("whole").resolve(file));
    }
  }

  @Test
  void partsThatDoNotBelongTogetherAreRefused() throws Exception {
    sweep("a", "--shard", "1/2");
    sweep("b", "--shard", "2/2", "--memory", "simulated:ram=1G");
    assertThat(heapstakes("merge", "-o", path("m"), path("a"), path("b")).errors())
        .contains("are not parts of one sweep");
    assertThat(heapstakes("merge", "-o", path("m"), path("a"), path("a")).errors())
        .contains("are both part 1 of 2");

    sweep("c", "--shard", "2/2");
    Path cells = temporary.resolve("c").resolve(CellsCsv.NAME);
    List<String> lines = new ArrayList<>(Files.readAllLines(cells));
    lines.removeLast();
    Files.writeString(cells, String.join("\n", lines) + "\n");
    assertThat(heapstakes("merge", "-o", path("m"), path("a"), path("c")).errors())
        .contains("3 of its 4 cells", "--resume");
    assertThat(temporary.resolve("m")).doesNotExist();
  }

  @Test
  void aSweepGoesOnOnlyAsItWasStarted() {
    sweep("a");
    assertThat(sweep("a", "--resume").exitCode()).isZero();
    assertThat(sweep("a", "--resume", "--shard", "1/2").errors()).contains("another part of it");
    assertThat(sweep("b", "--shard", "3/2").errors()).contains("--shard 3/2");
    assertThat(sweep("b", "-j", "0").errors()).contains("-j 0");
  }
}
