package heapstakes.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocators;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import heapstakes.results.Status;
import heapstakes.setting.SettingException;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As run and replay meter them, each in a JVM of its own. */
class NettyReplayTest {
  private static Footprint metered(String contestant, String workload) throws InterruptedException {
    Allocators.parse(contestant).provider().unavailable().ifPresent(Assumptions::abort);
    return CellRunner.run(CellSpec.of(contestant, workload).withMemory("linux")).footprint();
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty-pooled", "netty-adaptive"})
  void programsOfSeveralThreadsReachTheirEnd(String pool) throws InterruptedException {
    Footprint footprint = metered(pool, "random:seed=3,operations=3000,threads=3");

    assertThat(footprint.outcome().status()).isEqualTo(Status.OK);
    assertThat(footprint.outcome().refused()).isZero();
    MemoryUse peak = footprint.space().peak();
    assertThat(peak.residentBytes().getAsLong()).isPositive();
    assertThat(footprint.kernel().calls().byName()).isEmpty();
    assertThat(footprint.counters()).containsKeys("usedDirectMemory", "process.RssAnon");
  }

  /** Chunks are whole: pageSize << maxOrder bytes, what is larger has a chunk of its own. */
  @Test
  void settingsReachTheJvmAsTheyAreDeployed() throws InterruptedException {
    String pool = "netty-pooled:pageSize=4K,maxOrder=4,numDirectArenas=3";

    Footprint footprint = metered(pool, "random:seed=2,operations=100");

    assertThat(Allocators.parse(pool).environment())
        .containsExactly(
            Map.entry(
                "JAVA_TOOL_OPTIONS",
                "-Dio.netty.allocator.numDirectArenas=3 -Dio.netty.allocator.pageSize=4096"
                    + " -Dio.netty.allocator.maxOrder=4"));
    assertThat(footprint.counters())
        .containsEntry("chunkSize", 65_536L)
        .containsEntry("numDirectArenas", 3L);
  }

  /** Netty would say so in its log, and go on with its defaults. */
  @Test
  void whatNettyDoesNotTakeIsRefused() {
    assertThatThrownBy(() -> metered("netty-pooled:pageSize=5000", "random:operations=1"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("a power of two");
  }

  /** Java's own direct memory is cleared as it is made, hence resident at once; malloc's is not. */
  @Test
  void withoutNativeAccessAChunkIsResidentAtOnce() throws InterruptedException {
    String one = "random:seed=1,operations=1";

    MemoryUse cleared = metered("netty-pooled", one).space().peak();
    MemoryUse malloced =
        metered("netty-pooled:enable-native-access=ALL-UNNAMED", one).space().peak();

    assertThat(cleared.mappedBytes()).isEqualTo(OptionalLong.of(4 << 20));
    assertThat(cleared.residentBytes()).isEqualTo(cleared.mappedBytes());
    assertThat(malloced.mappedBytes()).isEqualTo(cleared.mappedBytes());
    assertThat(malloced.residentBytes().getAsLong()).isLessThan(1 << 20);
  }
}
