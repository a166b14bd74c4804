package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.library;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.cell.CellSpec;
import heapstakes.os.HugePageMode;
import heapstakes.replay.TraceSource;
import heapstakes.setting.SettingException;
import org.junit.jupiter.api.Test;

class PairSpecTest {
  private static final String RANDOM = "random:seed=5,operations=3000,sizes=any";

  @Test
  void theWordsOfTwinAndLibraryAreComparedAsTheyAreThemselves() throws Exception {
    Counterpart.Library found = library("ptmalloc2:tcache_count=3,trim_threshold=64K");
    PairSpec pair = PairSpec.of(found, RANDOM, 2);

    Agreement byWords = TwinCheck.run(pair, TraceSource.open(RANDOM));

    assertThat(pair.twin().memory()).isEqualTo("simulated:fail_call=2");
    assertThat(pair.library().contestant())
        .isEqualTo("native-glibc:tcache_count=3,trim_threshold=64K");
    assertThat(byWords).isEqualTo(TwinTraces.compared(found, TraceSource.open(RANDOM), 2));
    assertThat(byWords.holds()).isTrue();
  }

  /**
   * What the library says to the kernel depends on the kernel's mode, so that both have the same.
   */
  @Test
  void aTwinThatSpeaksOfHugePagesHasTheKernelsModeOfThisMachine() {
    PairSpec pair = PairSpec.of(library("jemalloc:thp=never"), RANDOM, 0);
    assertThat(pair.twin().memory())
        .startsWith("simulated:fail_call=0,thp=" + HugePageMode.ofThisMachine());
    assertThat(pair.withHugePages()).isEqualTo(pair);

    PairSpec silent = PairSpec.of(library("jemalloc:thp=default"), RANDOM, 0);
    assertThat(silent.twin().memory()).isEqualTo("simulated:fail_call=0");
  }

  @Test
  void aPairHasOneTrace() {
    CellSpec one = CellSpec.of("ptmalloc2", RANDOM);
    CellSpec other = CellSpec.of("native-glibc", "jq");

    assertThatThrownBy(() -> new PairSpec(one, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jq");
  }

  @Test
  void aWordThatIsNotKnownIsToldBeforeAnythingRuns() {
    PairSpec pair =
        new PairSpec(CellSpec.of("ptmalloc3", RANDOM), CellSpec.of("native-glibc", RANDOM));

    assertThatThrownBy(() -> TwinCheck.run(pair, TraceSource.open(RANDOM)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("ptmalloc3");
  }
}
