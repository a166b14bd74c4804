package heapstakes.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class ReplayBenchmarkTest {
  @TempDir Path folder;

  @Test
  void aTraceThatChangedSinceTheRunBeganIsNotTimed() throws IOException {
    Path trace = Files.writeString(folder.resolve("x.hst"), "#heapstakes-trace 1\nm 0 8\nf 0\n");
    ReplayBenchmark benchmark = new ReplayBenchmark();
    benchmark.workload = trace.toString();
    benchmark.memory = "simulated";
    System.setProperty(ReplayBenchmark.TRACE, "00");
    try {
      assertThatThrownBy(benchmark::open)
          .isInstanceOf(TraceException.class)
          .hasMessageContainingAll("x.hst", "changed", "00");
    } finally {
      System.clearProperty(ReplayBenchmark.TRACE);
    }
  }
}
