package heapstakes.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the specifications say of a rule is found by changing it alone. */
class UpgradeStudyTest {
  private static final String LATE = "late-first-free:blocks=8000";

  private static Upgrade upgrade(String workload, String from, String to, int budget)
      throws InterruptedException {
    Side before = modelOnly(Sides.of(from));
    Side after = modelOnly(Sides.of(to));
    return new UpgradeStudy(before, after, 1, budget)
        .on(
            new Replays(
                workload, TraceSource.open(workload), Machine.parse("simulated"), what -> {}));
  }

  /** The same wherever libraries are installed. */
  private static Side modelOnly(Side side) {
    return new Side(side.name(), Optional.empty(), side.model(), side.remarks());
  }

  private static List<String> keys(Attribution.Cause cause) {
    return cause.differences().stream().map(difference -> difference.rule().key()).toList();
  }

  /** ptmalloc2.md §17.7, 3: the cache block lies above all that was allocated. */
  @Test
  void theFirstFreeOf243IsFoundAsTheCauseAndNoTcacheAsTheRemedy() throws InterruptedException {
    Upgrade upgrade = upgrade(LATE, "ptmalloc2@2.36", "ptmalloc2@2.43", 25);

    assertThat(upgrade.areReal()).isFalse();
    assertThat(upgrade.worse()).containsExactly(Figure.RETAINED);
    Attribution.Cause cause = upgrade.causes().getFirst();
    assertThat(keys(cause)).containsExactly("TCACHE_BIRTH");
    assertThat(cause.share()).isCloseTo(1, within(0.05));
    assertThat(upgrade.remedies()).isNotEmpty();
    Remedy best = upgrade.remedies().getFirst();
    assertThat(best.model()).hasToString("ptmalloc2@2.43:tcache_count=0");
    assertThat(best.share()).isCloseTo(1, within(0.01));
    assertThat(best.model().environment())
        .containsEntry("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
  }

  /** §17.9: 2.31 and 2.36 differ in nothing that a program of one thread sees. */
  @Test
  void whatChangesNothingIsSaidToChangeNothing() throws InterruptedException {
    Upgrade upgrade = upgrade(LATE, "ptmalloc2@2.31", "ptmalloc2@2.36", 25);

    assertThat(upgrade.isExplained()).isFalse();
    assertThat(upgrade.worse()).isEmpty();
    assertThat(upgrade.remedies()).isEmpty();
    assertThat(Figure.RETAINED.change(upgrade.old().getFirst(), upgrade.young().getFirst()))
        .isEqualTo("same");
  }

  /** The way back: what 2.43 has more of is gone, and needs no remedy. */
  @Test
  void whatBecomesLessIsExplainedAndNotMended() throws InterruptedException {
    Upgrade upgrade = upgrade(LATE, "ptmalloc2@2.43", "ptmalloc2@2.36", 25);

    assertThat(keys(upgrade.causes().getFirst())).containsExactly("TCACHE_BIRTH");
    assertThat(upgrade.worse()).isEmpty();
    assertThat(upgrade.remedies()).isEmpty();
  }

  @Test
  void aSettingThatDiffersIsACauseLikeARule() throws InterruptedException {
    Upgrade upgrade =
        upgrade(LATE, "ptmalloc2@2.43:tcache_count=0,perturb=7", "ptmalloc2@2.43:perturb=7", 0);

    assertThat(upgrade.differences())
        .singleElement()
        .satisfies(difference -> assertThat(difference.rule().key()).isEqualTo("tcache_count"));
    assertThat(keys(upgrade.causes().getFirst())).containsExactly("tcache_count");
  }

  @Test
  void aVersionWithoutModelIsToldByTheNearestAndSaysSo() {
    Side side = Sides.of("native-glibc@2.28");

    assertThat(side.model().map(Object::toString)).contains("ptmalloc2@2.31");
    assertThat(side.remarks())
        .anySatisfy(remark ->
            assertThat(remark).contains("native-glibc@2.28", "ptmalloc2@2.31", "nearest"));
    assertThat(Sides.of("native-glibc@2.39").remarks())
        .anySatisfy(remark -> assertThat(remark).contains("ptmalloc2@2.39", "by reading"));
  }
}
