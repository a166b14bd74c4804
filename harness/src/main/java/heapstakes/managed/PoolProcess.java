package heapstakes.managed;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.JavaPool;
import heapstakes.driver.Children;
import heapstakes.driver.DriverException;
import heapstakes.driver.NativeProcess;
import heapstakes.meter.FootprintObserver;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.setting.Printable;
import heapstakes.trace.Trace;
import heapstakes.trace.file.Traces;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.commons.io.file.PathUtils;

/** Meters a pool of Java's own in a JVM that is started for it, with its settings, as deployed. */
public final class PoolProcess {
  private static final String END = "end";
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final int SHOWN_BYTES = 2000;

  /** Apart from what deploys the settings: nothing that changes how a pool gets its memory. */
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:-CreateCoredumpOnCrash",
          // Heapstakes touches blocks by their addresses; that is not to be granted to the pool.
          "--illegal-native-access=allow");

  private final Path folder;
  private final Duration silence;
  private final FootprintObserver observer;

  private PoolProcess(Path folder, Duration silence, FootprintObserver observer) {
    this.folder = folder;
    this.silence = silence;
    this.observer = observer;
  }

  /**
   * Replays a trace once.
   *
   * @param contestant with a {@link JavaPool}
   * @param silence after so long without progress the JVM is ended
   * @param observer hears of progress; what it asks besides cannot be told
   * @throws DriverException when the JVM cannot be started or gave no figures, or must not replay
   *     this trace
   * @throws InterruptedException when interrupted; the JVM is gone by then
   */
  public static Footprint measure(
      Contestant contestant,
      Trace trace,
      ReplayOptions options,
      Duration silence,
      FootprintObserver observer)
      throws InterruptedException {
    NativeProcess.requireReplayable(trace.info());
    NativeProcess.requireOneProcess(trace.info(), "a pool of Java's");
    if (observer.wantsBlocks()) {
      throw new DriverException(
          contestant
              + " has its blocks where its JVM puts them: they have no place that could be told.\n"
              + "  Leave --addresses out.");
    }
    try {
      Path folder = Files.createTempDirectory("heapstakes-pool");
      try {
        return new PoolProcess(folder, silence, observer).run(contestant, trace, options);
      } finally {
        PathUtils.deleteDirectory(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Footprint run(Contestant contestant, Trace trace, ReplayOptions options)
      throws IOException, InterruptedException {
    PoolRequest request =
        new PoolRequest(
            contestant.toString(),
            folder.resolve("trace.hsb"),
            trace.info().name(),
            options,
            folder.resolve("answer.json"));
    Traces.save(trace, request.trace());
    Process process = start(contestant, request);
    try {
      await(process, contestant);
      int exit = process.waitFor();
      if (exit != 0) {
        Children.awaitShutdown(exit);
        throw failed(contestant, String.format(Locale.ROOT, "ended with exit code %d", exit));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    PoolAnswer answer = PoolAnswer.read(request.answer());
    return answer.footprint().orElseThrow(() -> new DriverException(answer.refusal()));
  }

  private Process start(Contestant contestant, PoolRequest request) throws IOException {
    JavaPool pool = contestant.provider().javaPool().orElseThrow();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(pool.arguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PoolReplay.class.getName());
    command.addAll(request.words());
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH", "HOME", "LD_LIBRARY_PATH"));
    environment.putAll(contestant.environment());
    Process process = builder.start();
    Children.add(process.toHandle());
    process.getOutputStream().close();
    return process;
  }

  private Path errors() {
    return folder.resolve("errors");
  }

  /**
   * Until its output ends; what is no progress there is the JVM's own word on why it does not
   * start.
   */
  private void await(Process process, Contestant contestant)
      throws IOException, InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().name("pool-progress").start(() -> listen(process, heard));
    while (true) {
      String line = heard.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw failed(
            contestant,
            String.format(
                Locale.ROOT, "made no progress for %d s, and was ended", silence.toSeconds()));
      }
      if (line.equals(END)) {
        return;
      }
      if (NUMBER.matcher(line).matches()) {
        observer.progress(Long.parseLong(line));
      } else {
        Files.writeString(errors(), line + "\n", StandardOpenOption.APPEND);
      }
    }
  }

  private static void listen(Process process, BlockingQueue<String> heard) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      lines.lines().forEach(heard::add);
    } catch (IOException | UncheckedIOException e) {
      // It is gone, as who waits for it finds out.
    } finally {
      heard.add(END);
    }
  }

  private DriverException failed(Contestant contestant, String how) {
    return new DriverException(
        String.format(Locale.ROOT, "the JVM of %s %s.%s", contestant, how, said()));
  }

  /** The end of what it wrote to its errors. */
  private String said() {
    try {
      String all = Files.readString(errors(), StandardCharsets.ISO_8859_1).strip();
      String end = all.substring(Math.max(0, all.length() - SHOWN_BYTES));
      return end.isEmpty() ? "" : "\n  " + Printable.lines(end).replace("\n", "\n  ");
    } catch (IOException e) {
      return "";
    }
  }
}
