package heapstakes.bench;

import heapstakes.bench.ForkOutcome.Died;
import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.bench.TurnLine.Round;
import heapstakes.driver.Children;
import heapstakes.driver.Excerpt;
import heapstakes.driver.OomWatch;
import heapstakes.file.PassingFolder;
import heapstakes.memory.Memory;
import heapstakes.meter.Turns;
import heapstakes.os.Machine;
import heapstakes.replay.Interpreter;
import heapstakes.results.OutputException;
import heapstakes.results.Status;
import heapstakes.results.csv.AtomicFile;
import heapstakes.timer.Turn;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.SingleShotResult;
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
          // What an operation means is compiled before the loop that it stands in, and is then too
          // large to be inlined there, unless that is asked for: ADR 15.
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=inline," + Interpreter.class.getName() + "::operation",
          "-XX:-UsePerfData",
          "-XX:-CreateCoredumpOnCrash");

  static {
    // Two runs on one machine disturb each other, but refusing the second would lose it.
    System.setProperty("jmh.ignoreLock", "true");
  }

  /** Where the replay is in C, a fork only starts faster for less compiling. */
  private static final String LITTLE_COMPILING = "-XX:TieredStopAtLevel=1";

  private static final String LOG = "jmh.log";

  /** Kept of the beginning and of the end of what is said in a fork. */
  private static final int LOGGED_BYTES = 64 << 10;

  private static final String TOO_MUCH =
      String.format(
          Locale.ROOT, "the fork wrote more than %d MiB to its output", Excerpt.MOST_BYTES >> 20);

  private final Path directory;
  private final RunPlan plan;

  /**
   * Where a fork takes part.
   *
   * @param id by which it is known
   * @param socket where it comes in
   * @param watch ends it
   */
  record Seat(UUID id, Path socket, ForkWatch watch) {}

  /**
   * @param directory of the run; the log is there
   */
  TimedFork(Path directory, RunPlan plan) {
    this.directory = directory;
    this.plan = plan;
  }

  /**
   * Runs {@link ReplayBenchmark} with the parameters that {@code task} says; several may be run at
   * the same time.
   *
   * @param rounds filled while it runs
   */
  ForkOutcome run(StageTask task, Seat seat, List<Round> rounds) {
    OomWatch oom = OomWatch.of(ProcessHandle.current().pid()); // a fork is in the same group
    try {
      Excerpt said = new Excerpt(LOGGED_BYTES, () -> seat.watch().end(TOO_MUCH));
      try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
        OutputFormat format = OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL);
        Collection<RunResult> results = new Runner(options(task, seat), format).run();
        Children.awaitShutdown();
        return results.isEmpty() || rounds.isEmpty() || !Files.exists(latencyFile(seat.id()))
            ? died(seat.watch(), ForkLog.died(said.text(), oom))
            : measured(task, results.iterator().next(), rounds, seat.id());
      } finally {
        log(said.text());
      }
    } catch (RunnerException e) {
      return new Died(Status.FAILED, "JMH could not run it: " + e.getMessage(), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Died(Status.FAILED, "interrupted", true);
    } catch (IOException e) {
      throw new OutputException(log(), e);
    }
  }

  /** What JMH and the forks say. */
  Path log() {
    return directory.resolve(LOG);
  }

  private static Died died(ForkWatch watch, Died seen) {
    return watch
        .verdict()
        .map(verdict -> new Died(Status.FAILED, verdict + " (more in jmh.log)", false))
        .orElse(seen);
  }

  private synchronized void log(String text) throws IOException {
    Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** As many iterations as there were rounds, each with what the contestant's own clock said. */
  private Measured measured(StageTask task, RunResult result, List<Round> rounds, UUID id)
      throws IOException {
    BenchmarkResult fork = result.getBenchmarkResults().iterator().next();
    List<IterationResult> kept = new ArrayList<>();
    for (IterationResult iteration : fork.getIterationResults()) {
      if (kept.size() < rounds.size()) {
        kept.add(timed(iteration, task, rounds.get(kept.size())));
      }
    }
    RunResult real =
        new RunResult(result.getParams(), List.of(new BenchmarkResult(fork.getParams(), kept)));
    return new Measured(real, List.copyOf(rounds), LatencyText.parse(take(latencyFile(id))));
  }

  private static IterationResult timed(IterationResult by, StageTask task, Round round) {
    IterationResult own =
        new IterationResult(by.getBenchmarkParams(), by.getParams(), by.getMetadata());
    long steady = task.workload().timedOperations();
    own.addResult(result(ResultRole.PRIMARY, "replay", round.steady(), steady));
    if (round.life().operations() > 0) {
      long life = task.workload().trace().info().operations();
      own.addResult(result(ResultRole.SECONDARY, "one_life", round.life(), life));
    }
    return own;
  }

  /** Of one replay, where a turn had several or a part of one. */
  private static SingleShotResult result(
      ResultRole role, String label, Turn turn, long operations) {
    long nanos = Math.round(turn.nanosPerOperation() * operations);
    return new SingleShotResult(role, label, nanos, TimeUnit.MILLISECONDS);
  }

  /** Reads a file that the fork wrote, for the last time. */
  private static String take(Path file) throws IOException {
    String text = Files.readString(file);
    Files.delete(file);
    return text;
  }

  /** A fork whose parent died may still write: not to what the next run reads. */
  private Path latencyFile(UUID id) {
    return directory
        .resolve(String.format(Locale.ROOT, ".latency.%s%s", id, AtomicFile.SUFFIX))
        .toAbsolutePath();
  }

  private Options options(StageTask task, Seat seat) {
    List<String> jvm = new ArrayList<>(JVM);
    if (task.isTimedInAProcess()) {
      jvm.add(LITTLE_COMPILING);
    }
    if (Machine.parse(task.memory()).provider().isReal()
        && !task.contestant().contestant().provider().simulates()) {
      jvm.add("-D" + Memory.REAL_ONLY + "=true");
    }
    jvm.add("-Djava.io.tmpdir=" + PassingFolder.parent()); // a fork may be what is killed
    jvm.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log").toAbsolutePath());
    jvm.add("-D" + ReplayBenchmark.TRACE + "=" + task.workload().trace().info().sha256());
    jvm.add("-D" + ReplayBenchmark.LATENCY_FILE + "=" + latencyFile(seat.id()));
    Optional.ofNullable(System.getProperty(Turns.TIMER))
        .ifPresent(timer -> jvm.add("-D" + Turns.TIMER + "=" + timer));
    jvm.add("-D" + TurnLine.ID + "=" + seat.id());
    jvm.add("-D" + TurnLine.SOCKET + "=" + seat.socket());
    return new OptionsBuilder()
        .include("^" + Pattern.quote(ReplayBenchmark.class.getName() + ".replay") + "$")
        .param("allocator", task.contestant().toString())
        .param("workload", task.workload().spec())
        .param("memory", task.memory())
        .forks(1)
        .warmupIterations(1)
        .measurementIterations(Profile.MOST_ROUNDS + 1)
        .timeout(TimeValue.hours(24)) // an iteration waits for its turn; the watch ends who hangs
        .jvmArgs(jvm.toArray(String[]::new))
        .shouldFailOnError(false)
        .build();
  }
}
