package heapstakes.bench;

import heapstakes.bench.ForkOutcome.Died;
import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.driver.Children;
import heapstakes.driver.Excerpt;
import heapstakes.driver.OomWatch;
import heapstakes.file.PassingFolder;
import heapstakes.results.OutputException;
import heapstakes.results.Status;
import heapstakes.results.csv.AtomicFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one cell in one JVM of its own under JMH; what JMH says goes to a log. */
final class TimedFork {
  /** The same for every fork: one collector thread, none beside the replay. */
  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          // An access to a MemorySegment nests nine calls deep, below the allocator's own: ADR
          // 0005.
          "-XX:MaxInlineLevel=30",
          "-XX:-UsePerfData",
          "-XX:-CreateCoredumpOnCrash");

  static {
    // Two runs on one machine disturb each other, but refusing the second would lose it.
    System.setProperty("jmh.ignoreLock", "true");
  }

  private static final String LOG = "jmh.log";

  /** Kept of the beginning and of the end of what is said in a fork. */
  private static final int LOGGED_BYTES = 64 << 10;

  private static final String TOO_MUCH =
      String.format(
          Locale.ROOT, "the fork wrote more than %d MiB to its output", Excerpt.MOST_BYTES >> 20);

  private final Path directory;
  private final RunPlan plan;
  private final UUID id = UUID.randomUUID();

  /**
   * @param directory of the run; the log is there
   */
  TimedFork(Path directory, RunPlan plan) {
    this.directory = directory;
    this.plan = plan;
  }

  /**
   * Runs {@link ReplayBenchmark} with the parameters that {@code task} says.
   *
   * @param limit after which the fork is ended
   */
  ForkOutcome run(StageTask task, Duration limit) {
    OomWatch oom = OomWatch.of(ProcessHandle.current().pid()); // a fork is in the same group
    try (ForkWatch watch = new ForkWatch(limit)) {
      Excerpt said = new Excerpt(LOGGED_BYTES, () -> watch.end(TOO_MUCH));
      try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
        OutputFormat format = OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL);
        Collection<RunResult> results = new Runner(options(task), format).run();
        Children.awaitShutdown();
        return results.isEmpty() || !hasWritten()
            ? died(watch, ForkLog.died(said.text(), oom))
            : measured(results.iterator().next());
      } finally {
        log(said.text());
      }
    } catch (RunnerException e) {
      return new Died(Status.FAILED, "JMH could not run it: " + e.getMessage(), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Died(Status.FAILED, "interrupted", true);
    } catch (IOException e) {
      throw new OutputException(directory.resolve(LOG), e);
    }
  }

  /** A fork that fails at its very end has results and no files. */
  private boolean hasWritten() {
    return Files.exists(operationsFile()) && Files.exists(latencyFile());
  }

  private static Died died(ForkWatch watch, Died seen) {
    return watch
        .verdict()
        .map(verdict -> new Died(Status.FAILED, verdict + " (more in jmh.log)", false))
        .orElse(seen);
  }

  private void log(String text) throws IOException {
    Files.writeString(
        directory.resolve(LOG), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Without the replays that were left out for want of time. */
  private Measured measured(RunResult result) throws IOException {
    List<Long> operations =
        Stream.of(take(operationsFile()).split(" ")).map(Long::valueOf).toList();
    BenchmarkResult fork = result.getBenchmarkResults().iterator().next();
    List<IterationResult> kept = new ArrayList<>();
    int index = 0;
    for (IterationResult iteration : fork.getIterationResults()) {
      if (operations.get(index++) > 0) {
        kept.add(iteration);
      }
    }
    RunResult real =
        new RunResult(result.getParams(), List.of(new BenchmarkResult(fork.getParams(), kept)));
    return new Measured(
        real,
        operations.stream().filter(count -> count > 0).toList(),
        LatencyText.parse(take(latencyFile())),
        plan.relativeTo().isPresent()
            ? Optional.of(ReferenceReplay.read(take(referenceFile())))
            : Optional.empty());
  }

  /** Reads a file that the fork wrote, for the last time. */
  private static String take(Path file) throws IOException {
    String text = Files.readString(file);
    Files.delete(file);
    return text;
  }

  private Path latencyFile() {
    return file("latency");
  }

  private Path referenceFile() {
    return file("reference");
  }

  private Path operationsFile() {
    return file("operations");
  }

  /** A fork whose parent died may still write: not to what the next run reads. */
  private Path file(String what) {
    return directory
        .resolve(String.format(Locale.ROOT, ".%s.%s%s", what, id, AtomicFile.SUFFIX))
        .toAbsolutePath();
  }

  private Options options(StageTask task) {
    long operations = task.workload().trace().info().operations();
    List<String> jvm = new ArrayList<>(JVM);
    jvm.add("-Djava.io.tmpdir=" + PassingFolder.parent()); // a fork may be what is killed
    jvm.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log").toAbsolutePath());
    jvm.add(
        "-D"
            + Budget.PROPERTY
            + "="
            + plan.profile().budget(plan.relativeTo().isPresent() ? 2 : 1));
    jvm.add("-D" + ReplayBenchmark.TRACE + "=" + task.workload().trace().info().sha256());
    jvm.add("-D" + Budget.FILE + "=" + operationsFile());
    jvm.add("-D" + ReplayBenchmark.LATENCY_FILE + "=" + latencyFile());
    plan.relativeTo()
        .ifPresent(contestant -> {
          jvm.add("-D" + ReferenceReplay.CONTESTANT + "=" + contestant);
          jvm.add("-D" + ReferenceReplay.FILE + "=" + referenceFile());
        });
    return new OptionsBuilder()
        .include("^" + Pattern.quote(ReplayBenchmark.class.getName() + ".replay") + "$")
        .param("allocator", task.contestant().toString())
        .param("workload", task.workload().spec())
        .param("memory", task.memory())
        .forks(1)
        .warmupIterations(plan.profile().warmups(operations))
        .measurementIterations(plan.profile().measurements(operations))
        .timeout(TimeValue.minutes(10))
        .jvmArgs(jvm.toArray(String[]::new))
        .shouldFailOnError(false)
        .build();
  }
}
