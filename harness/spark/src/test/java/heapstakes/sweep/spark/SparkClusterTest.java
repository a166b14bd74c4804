package heapstakes.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real master, two real workers, and the command as a user types it; all on loopback. */
class SparkClusterTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
  private static final Path SPARK = MODULE.resolve("target/spark");
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final int MOST_MINUTES = 20;
  private static final int CELLS = 240;
  private static final String[] SWEEP = {
    "sweep",
    "-a",
    "ptmalloc2@{2.36,2.43}:tcache_count={0,3,7}",
    "-a",
    "jemalloc:dirty_decay_ms={0,100,1000,10000},narenas={1,2,8}",
    "-a",
    "tcmalloc:release_rate={0,10}",
    "-w",
    "jq",
    "random:seed={1..11},operations=1000"
  };

  @TempDir private Path temporary;
  private final List<Process> started = new ArrayList<>();
  private String master = "";
  private Process firstWorker;

  @BeforeEach
  void startCluster() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    master = "spark://127.0.0.1:" + port;
    spark("master.Master", "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0");
    firstWorker = worker("one");
    worker("two");
  }

  private Process worker(String name) throws IOException {
    String work = temporary.resolve(name).toString();
    return spark(
        "worker.Worker",
        "--host",
        "127.0.0.1",
        "--webui-port",
        "0",
        "-c",
        "1",
        "-m",
        "1g",
        "-d",
        work,
        master);
  }

  private Process spark(String role, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(JAVA_HOME + "/bin/java");
    command.add("@" + MODULE.resolve("src/main/dist/java.options"));
    command.addAll(List.of("-Xmx256m", "-cp", SPARK + "/jars/*"));
    command.add("org.apache.spark.deploy." + role);
    command.addAll(List.of(arguments));
    return start(command, "cluster.log");
  }

  private Process start(List<String> command, String log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(temporary.resolve(log).toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                SPARK.toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "JAVA_HOME",
                JAVA_HOME,
                "HEAPSTAKES_JAVA_HOME",
                JAVA_HOME,
                // Ten short lives: most of what C2 compiled would not be used.
                "JDK_JAVA_OPTIONS",
                "-XX:TieredStopAtLevel=1"));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  @AfterEach
  void stopAll() throws Exception {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private Process sweep(String out, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(MODULE.resolve("../../heapstakes").normalize().toString());
    command.addAll(Arrays.asList(SWEEP));
    command.addAll(List.of("--out", temporary.resolve(out).toString()));
    command.addAll(List.of(options));
    return start(command, out + ".log");
  }

  private Process onSpark(String out, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--engine", "spark", "--master", master));
    all.addAll(List.of(options));
    return sweep(out, all.toArray(String[]::new));
  }

  private void awaitSuccess(Process process, String log) throws Exception {
    assertThat(process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(temporary.resolve(log))).isZero();
  }

  /** Waits for the first results, which are not the last. */
  private void awaitMiddle(Process process, String out) throws Exception {
    while (finished(out) == 0 && process.isAlive()) {
      Thread.sleep(20);
    }
    assertThat(finished(out)).isBetween(1L, CELLS - 1L);
  }

  private long finished(String out) throws IOException {
    Path journal = temporary.resolve(out).resolve("cells.done");
    return Files.exists(journal) ? Files.readString(journal).lines().count() : 0;
  }

  private void assertSameBytes(String one, String other) {
    for (String file : List.of("cells.csv", "timeline.csv", "cells.done", "sweep.json")) {
      assertThat(temporary.resolve(other).resolve(file))
          .hasSameBinaryContentAs(temporary.resolve(one).resolve(file));
    }
  }

  @Test
  void killedWorkersAndKilledDriversLoseNothingAndNotAByteDiffersFromOneMachine() throws Exception {
    awaitSuccess(sweep("local"), "local.log");
    assertThat(finished("local")).isEqualTo(CELLS);

    Process worker = onSpark("worker-killed");
    awaitMiddle(worker, "worker-killed");
    firstWorker.destroyForcibly().waitFor();
    awaitSuccess(worker, "worker-killed.log");
    assertThat(Files.readString(temporary.resolve("worker-killed.log"))).contains("Lost executor");
    assertSameBytes("local", "worker-killed");

    Process driver = onSpark("driver-killed");
    awaitMiddle(driver, "driver-killed");
    driver.destroyForcibly().waitFor();
    awaitSuccess(onSpark("driver-killed", "--resume"), "driver-killed.log");
    assertSameBytes("local", "driver-killed");
  }

  @Test
  void realLibrariesAreNotDistributed() throws Exception {
    Process process = onSpark("real", "-a", "native-glibc");

    assertThat(process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(temporary.resolve("real.log")))
        .contains("native-glibc is not distributed");
    assertThat(temporary.resolve("real")).doesNotExist();
  }
}
