package heapstakes.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.pool.PoolLimits;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.SweepPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
  private static final long BUDGET = 256 << 20;
  private static final PoolLimits TWO = new PoolLimits(2, BUDGET);
  private static final String[] DETERMINISTIC = {CellsCsv.NAME, TimelineCsv.NAME, "cells.done"};

  @TempDir private Path temporary;

  /** 24 cells of different length, some of which run out of memory. */
  private static SweepPlan plan() {
    return SweepPlan.of(
        List.of("ptmalloc2@{2.36,2.43}:tcache_count={0,7}", "jemalloc", "tcmalloc"),
        List.of("random:seed={1,2},operations=3000"),
        List.of("simulated{,:ram=1M}"));
  }

  private Path run(String name, SweepPlan plan, int cores, long budget)
      throws InterruptedException {
    Path path = temporary.resolve(name);
    try (RunDirectory directory = RunDirectory.create(path)) {
      sweep(plan.tasks(), directory, (task, row, failure) -> {}, new PoolLimits(cores, budget))
          .run();
    }
    return path;
  }

  private static Sweep sweep(
      List<SweepTask> tasks, RunDirectory directory, Sweep.Listener listener, PoolLimits limits) {
    return new Sweep(
        tasks, directory, listener, SweepEngine.named("local"), EngineOptions.here(limits));
  }

  @Test
  void anEngineThatIsNotThereIsRefusedWithTheLineThatBuildsIt() {
    assertThatThrownBy(() -> SweepEngine.named("spark"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("there is: local.")
        .hasMessageContaining("mvn -Pspark");
  }

  private static void assertSame(Path one, Path other) throws IOException {
    for (String file : DETERMINISTIC) {
      assertThat(other.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
    }
  }

  @Test
  @Tag("long")
  void notAByteDependsOnTheNumberOfCoresNorOnTheBudget() throws Exception {
    Path one = run("one", plan(), 1, BUDGET);

    assertThat(CellsCsv.ofRun(one)).hasSize(24);
    assertSame(one, run("four", plan(), 4, BUDGET));
    assertSame(one, run("poor", plan(), 3, 1));
  }

  @Test
  void whatWasStartedGoesOnAsIfNothingHadHappened() throws Exception {
    SweepPlan plan = plan();
    Path whole = run("whole", plan, 2, BUDGET);
    Path path = temporary.resolve("resumed");
    try (RunDirectory directory = RunDirectory.create(path)) {
      sweep(plan.tasks().subList(0, 7), directory, (task, row, failure) -> {}, TWO).run();
    }

    List<CellKey> told = new ArrayList<>();
    try (RunDirectory directory = RunDirectory.resume(path)) {
      sweep(plan.tasks(), directory, (task, row, failure) -> told.add(task.key()), TWO).run();
    }

    assertThat(told).isEqualTo(plan.keys());
    assertSame(whole, path);
  }

  @Test
  void aSampleIsOfThatSizeAndTheSameForOneSeed() {
    SweepPlan plan = plan();
    List<CellKey> sample = plan.sample(9, 5).keys();

    assertThat(new HashSet<>(sample)).hasSize(9);
    assertThat(plan.keys()).containsSubsequence(sample);
    assertThat(plan.sample(9, 5).keys()).isEqualTo(sample);
    assertThat(plan.sample(9, 6).keys()).isNotEqualTo(sample);
    assertThat(plan.sample(24, 5).keys()).isEqualTo(plan.keys());
    // Two workloads of twelve cells each: an even spread takes four or five of each.
    assertThat(sample.stream().map(CellKey::trace).filter(sample.getFirst().trace()::equals))
        .hasSizeBetween(3, 6);
  }

  @Test
  void aDigestOfThePlanTellsPlansApart() {
    List<CellKey> keys = plan().keys();

    assertThat(SweepPart.of(1, 2, keys).planSha256())
        .isEqualTo(SweepPart.of(2, 2, keys).planSha256())
        .isNotEqualTo(SweepPart.of(1, 2, keys.reversed()).planSha256());
  }

  @Test
  void aRunThatIsNoSweepIsNoPart() throws Exception {
    Path path = run("plain", plan().part(1, 24), 1, BUDGET);

    assertThatThrownBy(() -> SweepPart.read(path))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("sweep.json");
    Files.writeString(path.resolve(SweepPart.NAME), "{\"part\":3,\"parts\":2,\"cells\":1}");
    assertThatThrownBy(() -> SweepPart.read(path)).isInstanceOf(ResultException.class);
  }

  @Test
  void whereMemoryRunsOutThatIsTheResult() throws Exception {
    List<Cell> cells = CellsCsv.ofRun(run("oom", plan(), 2, BUDGET));

    assertThat(cells)
        .filteredOn(cell -> cell.key().memory().equals("simulated:ram=1M"))
        .extracting(cell -> cell.text(Column.STATUS))
        .contains("oom_killed");
    assertThat(cells)
        .filteredOn(cell -> cell.key().memory().equals("simulated"))
        .extracting(cell -> cell.text(Column.STATUS))
        .containsOnly("ok");
  }
}
