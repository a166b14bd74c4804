package heapstakes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ShellLine;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunerTest {
  private static final Contestant PTMALLOC2 = Allocators.parse("ptmalloc2");

  /** Two settings help, one of them at the kernel's expense; the others make no difference. */
  private static Cell cell(Contestant contestant) {
    boolean padded = contestant.settings().number("top_pad") == 0;
    boolean uncached = contestant.settings().number("tcache_count") == 0;
    return Cell.of(new CellKey("ptmalloc2", contestant.settings().toString(), "x", "simulated", 1))
        .count(Column.RETAINED_BYTES, 100_000 - (padded ? 40_000 : 0) - (uncached ? 20_000 : 0))
        .decimal(Column.MODELLED_NS_PER_OP, padded ? 70 : 20)
        .build();
  }

  private static List<Cell> cells(List<Contestant> contestants) {
    return contestants.stream().map(TunerTest::cell).toList();
  }

  private static List<String> names(List<Trial> trials) {
    return trials.stream().map(trial -> trial.contestant().toString()).toList();
  }

  @Test
  void findsWhatHelpsTogetherStepByStepAndWhatNobodyBeats() {
    Tuner tuner = new Tuner(PTMALLOC2, TunerTest::cells, Objective.RETAINED, 1000);

    Trial best = tuner.best();

    assertThat(best.contestant().toString()).isEqualTo("ptmalloc2:top_pad=0,tcache_count=0");
    assertThat(names(tuner.trials())).startsWith("ptmalloc2").doesNotHaveDuplicates();
    // 20 ns and 80 000 bytes, 70 ns and 40 000.
    assertThat(names(tuner.unbeaten()))
        .containsExactly("ptmalloc2:tcache_count=0", "ptmalloc2:top_pad=0,tcache_count=0");
  }

  @Test
  void stockStaysWhereNothingHelps() {
    Tuner tuner = new Tuner(PTMALLOC2, TunerTest::cells, Objective.MODELLED_COST, 1000);

    assertThat(tuner.best().contestant().toString()).isEqualTo("ptmalloc2");
  }

  @Test
  void whatWasNeverMeasuredIsTheWorst() {
    Tuner tuner = new Tuner(PTMALLOC2, TunerTest::cells, Objective.TIME_TO_RETURN, 1000);

    assertThat(tuner.best().contestant().toString()).isEqualTo("ptmalloc2");
  }

  @Test
  void aReplayThatCameToNoEndIsTheWorst() {
    Tuner tuner =
        new Tuner(
            PTMALLOC2,
            contestants ->
                contestants.stream()
                    .map(contestant ->
                        cell(contestant).toBuilder()
                            .text(
                                Column.STATUS,
                                contestant.settings().number("top_pad") == 0 ? "oom_killed" : "ok")
                            .build())
                    .toList(),
            Objective.RETAINED,
            1000);

    assertThat(tuner.best().contestant().toString()).isEqualTo("ptmalloc2:tcache_count=0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void theBudgetIsKept(int budget) {
    List<String> measured = new ArrayList<>();
    Tuner tuner =
        new Tuner(
            PTMALLOC2,
            contestants -> {
              contestants.forEach(contestant -> measured.add(contestant.toString()));
              return cells(contestants);
            },
            Objective.RETAINED,
            budget);

    Trial best = tuner.best();

    assertThat(measured).hasSize(budget);
    assertThat(tuner.trials()).contains(best);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc"})
  void whatIsWorthTryingIsTakenAndCanBeDeployed(String name) {
    AllocatorProvider provider = Allocators.parse(name).provider();
    assertThat(provider.worthTrying()).isNotEmpty();
    provider
        .worthTrying()
        .forEach((key, values) -> {
          for (String value : values) {
            Contestant contestant =
                Allocators.parse(String.format(Locale.ROOT, "%s:%s=%s", name, key, value));
            assertThat(provider.undeployable(contestant.settings()))
                .as(contestant.toString())
                .isEmpty();
            assertThat(ShellLine.of(contestant.environment())).containsIgnoringCase(key);
          }
        });
  }
}
