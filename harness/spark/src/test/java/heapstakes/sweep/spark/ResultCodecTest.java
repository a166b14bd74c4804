package heapstakes.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.cell.CellSpec;
import heapstakes.replay.TraceSource;
import heapstakes.sweep.CellResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultCodecTest {
  @ParameterizedTest
  @ValueSource(strings = {"simulated", "simulated:ram=1M", "simulated:ram=nonsense"})
  void whatArrivesEqualsWhatWasMeasured(String memory) throws Exception {
    String workload = "random:seed=7,operations=3000,threads=2";
    CellResult measured =
        CellResult.measure(
            CellSpec.of("jemalloc:narenas=2", workload).withMemory(memory),
            TraceSource.open(workload));

    assertThat(measured.footprint() == null).isEqualTo(memory.endsWith("nonsense"));
    assertThat(ResultCodec.decode(ResultCodec.encode(measured))).isEqualTo(measured);
  }
}
