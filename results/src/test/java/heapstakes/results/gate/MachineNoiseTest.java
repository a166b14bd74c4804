package heapstakes.results.gate;

import static heapstakes.results.gate.GateTest.run;
import static heapstakes.results.gate.GateTest.timed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.table.Style;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MachineNoiseTest {
  private static final RunFiles FIRST = timed("6.1", 100, 101, 102, 103, 104);
  private static final RunFiles LIKE_IT = timed("6.1", 100.5, 101.5, 102.5, 103.5, 104.5);

  /** Every fork faster by 12 %: five against five are sure, two of 252 orders. */
  private static final RunFiles APART = timed("6.1", 112, 113.12, 114.24, 115.36, 116.48);

  @Test
  void theBoundIsAboveEveryShiftThatTheTestTookForMoreThanChance() {
    MachineNoise calibration = MachineNoise.of(List.of(FIRST, LIKE_IT, APART));

    MachineNoise.Noise noise =
        Objects.requireNonNull(calibration.noise().get(Column.THROUGHPUT_OPS_PER_S));
    assertThat(noise.shifts()).hasSize(3);
    assertThat(noise.sure()).hasSize(2); // APART against both
    assertThat(noise.alarms(GateRules.LEAST_SHIFT)).isEqualTo(2);
    assertThat(noise.shifts().getLast()).isCloseTo(0.12, within(0.001));
    assertThat(noise.alarms(calibration.bound())).isZero();
    assertThat(calibration.bound()).isCloseTo(0.13, within(0.011));
    assertThat(calibration.text(Style.PLAIN)).contains("3 runs of one build", "--least-shift 1");
  }

  @Test
  void aQuietMachineKeepsTheUsualBound() {
    MachineNoise calibration = MachineNoise.of(List.of(FIRST, LIKE_IT));

    assertThat(calibration.bound()).isEqualTo(GateRules.LEAST_SHIFT);
    assertThat(calibration.text(Style.PLAIN)).contains("--least-shift 5\n");
  }

  @Test
  void runsThatAreNotTheSameMeasuredTwiceAreRefused() {
    assertThatThrownBy(() -> MachineNoise.of(List.of(FIRST, timed("6.2", 1, 2, 3, 4, 5))))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("kernel: 6.1 → 6.2");
    assertThatThrownBy(() -> MachineNoise.of(List.of(timed("6.1", 1, 2), timed("6.1", 1, 2))))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("--forks 10");
    assertThatThrownBy(() ->
            MachineNoise.of(
                List.of(
                    run(GateTest.cell(GateTest.KEY).build()),
                    run(GateTest.cell(GateTest.KEY).count(Column.RETAINED_BYTES, 1001).build()))))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("retained_bytes");
  }
}
