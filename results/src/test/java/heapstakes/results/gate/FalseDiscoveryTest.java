package heapstakes.results.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FalseDiscoveryTest {
  private static List<Finding> findings(double... ps) {
    return Arrays.stream(ps)
        .mapToObj(p ->
            new Finding(
                new CellKey("bump", "", "jq", "linux", 1),
                Column.LATENCY_P50_NS,
                "10",
                "11",
                OptionalDouble.of(0.1),
                OptionalDouble.of(p),
                p < RankTest.SIGNIFICANCE ? Verdict.REGRESSED : Verdict.SAME,
                true,
                ""))
        .toList();
  }

  /** The fifteen p values of Benjamini and Hochberg (1995), section 4.1: four are rejected. */
  @Test
  void theExampleOfBenjaminiAndHochbergRejectsFour() {
    FalseDiscovery discovery =
        FalseDiscovery.of(
            findings(
                0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                0.4262, 0.5719, 0.6528, 0.7590, 1.0));

    assertThat(discovery.tests()).isEqualTo(15);
    assertThat(discovery.bound()).isCloseTo(0.0095, within(1e-12));
    assertThat(discovery.text())
        .isEqualTo("false discovery rate 5 % over 15 tests: p up to 0.0095 is believed");
  }

  @Test
  void onePAmongManyIsToldAndDoesNotFail() {
    double[] many =
        DoubleStream.concat(DoubleStream.of(0.008), DoubleStream.generate(() -> 0.5).limit(39))
            .toArray();
    List<Finding> findings = findings(many);
    FalseDiscovery discovery = FalseDiscovery.of(findings);

    assertThat(discovery.bound()).isZero();
    assertThat(discovery.text()).endsWith("no p is low enough to be believed");
    Finding judged = discovery.judged(findings.getFirst());
    assertThat(judged.fails()).isFalse();
    assertThat(judged.verdict()).isEqualTo(Verdict.REGRESSED);
    assertThat(judged.remark()).contains("not among 40 tests");

    List<Finding> alone = findings(0.008);
    assertThat(FalseDiscovery.of(alone).judged(alone.getFirst()).fails()).isTrue();
  }
}
