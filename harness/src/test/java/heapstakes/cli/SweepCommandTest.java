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
  void aCellThatWasTriedAgainMergesIntoItsPlace() throws Exception {
    sweep("whole");
    sweep("a", "--shard", "1/2");
    sweep("b", "--shard", "2/2");
    Path part = temporary.resolve("b");
    // As --resume leaves it: the first cell failed, and its figures came after all others.
    List<String> done = new ArrayList<>(Files.readAllLines(part.resolve("cells.done")));
    assertThat(done.getFirst()).contains("\"OK\"");
    done.add(done.getFirst());
    done.set(0, done.getFirst().replace("\"OK\"", "\"FAILED\""));
    Files.writeString(part.resolve("cells.done"), String.join("\n", done) + "\n");
    Path timeline = part.resolve(TimelineCsv.NAME);
    List<String> rows = new ArrayList<>(Files.readAllLines(timeline));
    String key = rows.get(1).split("simulated", 2)[0];
    List<String> first = rows.stream().filter(row -> row.startsWith(key)).toList();
    rows.removeAll(first);
    rows.addAll(first);
    Files.writeString(timeline, String.join("\n", rows) + "\n");

    Outcome merged = heapstakes("merge", "-o", path("merged"), path("a"), path("b"));

    assertThat(merged.exitCode()).as(merged.errors()).isZero();
    for (String file : List.of(CellsCsv.NAME, TimelineCsv.NAME, "cells.done")) {
      assertThat(temporary.resolve("merged").resolve(file))
          .hasSameBinaryContentAs(temporary.resolve("whole").resolve(file));
    }
  }

  @Test
  void aSweepWithoutTimelinesHasTheSameCells() {
    sweep("whole");
    sweep("a", "--shard", "1/2", "--no-timelines");
    sweep("b", "--shard", "2/2", "--no-timelines");
    assertThat(sweep("b", "--shard", "2/2", "--resume").errors()).contains("--no-timelines");
    assertThat(sweep("b", "--shard", "2/2", "--no-timelines", "--resume").exitCode()).isZero();

    heapstakes("merge", "-o", path("merged"), path("a"), path("b"));
    assertThat(temporary.resolve("merged").resolve(TimelineCsv.NAME)).doesNotExist();
    for (String file : List.of(CellsCsv.NAME, "cells.done")) {
      assertThat(temporary.resolve("merged").resolve(file))
          .hasSameBinaryContentAs(temporary.resolve("whole").resolve(file));
    }
    assertThat(heapstakes("report", path("merged")).exitCode()).isZero();
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
