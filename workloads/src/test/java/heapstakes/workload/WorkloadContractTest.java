package heapstakes.workload;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every workload that {@code META-INF/services} lists. */
class WorkloadContractTest {
  /** What holds of a workload holds of few operations; those of recordings are what they are. */
  private static final Map<String, String> SMALL =
      Map.of("n", "10001", "iterations", "20000", "operations", "100000", "bytes", "1M");

  static List<String> names() {
    return Workloads.all().stream().map(WorkloadProvider::name).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void whatIsKnownBeforehandIsWhatAPassCounts(String name) {
    Trace trace = small(name);
    TraceInfo info = trace.info();

    TraceSummary summary = TraceSummary.of(name, trace.open());

    assertThat(info.operations()).isEqualTo(summary.operations());
    assertThat(info.events()).isEqualTo(summary.events());
    assertThat(info.slots()).isEqualTo(summary.slots());
    assertThat(info.threads()).isEqualTo(summary.threads());
    assertThat(info.phases()).hasSize(summary.phases());
    assertThat(info.peakLiveBlocks()).isEqualTo(summary.peakLiveBlocks());
    assertThat(info.peakRequestedBytes()).isEqualTo(summary.peakRequestedBytes());
    assertThat(info.features().clocked()).isEqualTo(summary.count(Op.CLOCK) > 0);
    assertThat(info.features().forks()).isEqualTo(summary.count(Op.FORK) > 0);
    assertThat(info.sha256()).matches("[0-9a-f]{64}");
    assertThat(info.name()).startsWith(name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyPassGivesTheSameEvents(String name) {
    assertThat(checksum(small(name))).isEqualTo(checksum(small(name)));
    assertThat(small(name).info()).isEqualTo(small(name).info());
  }

  /** One parameter at its lowest: a trace that is valid, or a message that says what to mend. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void theLowestValuesAreAllowedOrRefusedInWords(String name) {
    WorkloadProvider provider = provider(name);
    for (Setting parameter : provider.parameters()) {
      if (parameter.type() == Setting.Type.CHOICE || parameter.type() == Setting.Type.TEXT) {
        continue;
      }
      String lowest = Objects.toString(parameter.min());
      Settings arguments = small(provider, parameter.key()).with(parameter.key(), lowest);
      try {
        assertThat(provider.trace(arguments).info().events()).isPositive();
      } catch (TraceException e) {
        assertThat(e).hasMessageContaining(name);
      }
    }
  }

  @Test
  void servicesAreSortedAndEveryProviderIsListedOnce() throws IOException {
    for (String service :
        List.of("heapstakes.workload.WorkloadProvider", "heapstakes.trace.format.TraceFormat")) {
      String path = "/META-INF/services/" + service;
      try (InputStream in = WorkloadContractTest.class.getResourceAsStream(path)) {
        List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).isSorted().doesNotHaveDuplicates();
      }
    }
    assertThat(names()).doesNotHaveDuplicates();
  }

  private static WorkloadProvider provider(String name) {
    return Workloads.all().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private static Trace small(String name) {
    WorkloadProvider provider = provider(name);
    return provider.trace(small(provider, ""));
  }

  private static Settings small(WorkloadProvider provider, String besides) {
    return TestArguments.of(
        provider,
        provider.parameters().stream()
            .map(Setting::key)
            .filter(key -> SMALL.containsKey(key) && !key.equals(besides))
            .map(key -> key + "=" + SMALL.get(key))
            .toArray(String[]::new));
  }

  private static long checksum(Trace trace) {
    CRC32 crc = new CRC32();
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          crc.update(batch.op[i]);
          crc.update(batch.slot[i]);
          crc.update(batch.slot[i] >>> 8);
          crc.update((int) batch.size[i]);
          crc.update((int) (batch.size[i] >>> 8));
        }
      }
    }
    return crc.getValue();
  }
}
