package heapstakes.cli;

import heapstakes.results.CellKey;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A trace that is run in a moment. */
final class TinyRun {
  private TinyRun() {}

  /** Just long enough to be timed. */
  static Path trace(Path folder) throws IOException {
    Stream<String> lines =
        IntStream.range(0, 6000)
            .boxed()
            .flatMap(i -> Stream.of("m " + i % 50 + " " + (16 + i % 500), "f " + i % 50));
    return Files.write(folder.resolve("tiny.hst"), lines.toList());
  }

  /** Of {@link #trace}, with the digest that the environment has of it. */
  static CellKey key(Path run, String memory) {
    Environment.Workload workload =
        EnvironmentJson.read(run.resolve(Environment.NAME)).workloads().getFirst();
    return new CellKey("bump", "", "tiny", workload.traceSha256(), memory, 1);
  }
}
