package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.foreign.Deployment;
import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import heapstakes.results.Status;
import heapstakes.results.TimelinePoint;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Touch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Replays traces on a real malloc library in a process that holds nothing else. */
public final class NativeProcess {
  private static final int SPACED_POINTS = 1000;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int KEPT_BYTES = 4 << 10;
  private static final int SHOWN_CHARACTERS = 400;
  private static final String TOO_MUCH =
      "it wrote more than %d MiB to its standard error".formatted(Excerpt.MOST_BYTES >> 20);

  /** Bytes of a thread's stacks in the driver, resident all the time: driver.c. */
  private static final long THREAD_BYTES = (64 + 256) << 10;

  /** dlopen of a library built for preloading needs this room for its thread-local blocks. */
  static final String STATIC_TLS = "glibc.rtld.optional_static_tls=16384";

  private final MeteredLibrary library;
  private final Map<String, String> settings;
  private final Path executable;

  /**
   * @param library what to meter
   * @param settings environment variables that set it, e.g. {@code MALLOC_CONF}; the process gets
   *     no others that an allocator might read
   * @throws DriverException when there is no driver or no such library
   */
  public NativeProcess(MeteredLibrary library, Map<String, String> settings) {
    this.library = library;
    this.settings = Map.copyOf(settings);
    this.executable = NativeBuild.ofDriver().file();
    library.file().ifPresent(file -> requireLoadable(library, file));
  }

  private static void requireLoadable(MeteredLibrary library, Path file) {
    if (!Files.isReadable(file)) {
      throw new DriverException(
          "%s: there is no library %s that can be read.".formatted(library.name(), file));
    }
    if (library.isPreloaded() && file.toString().matches(".*[ :].*")) {
      throw new DriverException(
          """
          %s: LD_PRELOAD cannot carry the path %s: it has a blank or a colon.
            Link the library to a path without.\
          """
              .formatted(library.name(), file));
    }
  }

  /**
   * A contestant that is a real library, with its settings.
   *
   * @throws DriverException when there is no driver, or the contestant is no library with a file
   */
  public static NativeProcess of(Contestant contestant) {
    Deployment deployment =
        Deployment.of(contestant)
            .orElseThrow(() ->
                new DriverException(
                    """
                    %s is no library with a file: no process can be run with it alone.
                      Install the library, or name a file: native:/path/lib.so[,PREFIX]\
                    """
                        .formatted(contestant)));
    MeteredLibrary library =
        new MeteredLibrary(contestant.toString(), deployment.file(), deployment.prefix());
    return new NativeProcess(library, deployment.environment());
  }

  /**
   * Replays a trace.
   *
   * @param trace streamed; read by a thread of its own
   * @param listener is told what is asked for by {@code options}
   * @return how it went, be it a crash of the library
   * @throws DriverException when the trace must not be replayed here, or the process ran too long
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public DriverReport run(Trace trace, DriverOptions options, DriverListener listener)
      throws InterruptedException {
    TraceInfo info = trace.info();
    requireReplayable(info, options);
    Process process = start(info, options);
    OomWatch oom = OomWatch.of(process.pid());
    ReportReader reader = new ReportReader(process.getInputStream(), info.phases(), listener);
    Task writing = Task.start("driver-events", () -> write(trace, process.getOutputStream()));
    Task reading = Task.start("driver-report", reader::readAll);
    AtomicReference<String> verdict = new AtomicReference<>();
    Excerpt standardError = new Excerpt(KEPT_BYTES, () -> end(process, verdict, TOO_MUCH));
    Task listening =
        Task.start("driver-errors", () -> process.getErrorStream().transferTo(standardError));
    try {
      await(reading, reader, options).ifPresent(reason -> end(process, verdict, reason));
      reading.join();
      int exit = process.waitFor();
      if (verdict.get() == null) {
        writing.join(); // else the trace may be what is stuck
      }
      listening.join();
      boolean isOom = Ending.signal(exit) == Signals.SIGKILL && oom.hasStruck();
      Children.awaitShutdown();
      return report(reader, new Ending(exit, isOom, verdict.get(), standardError.text().strip()));
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private static void end(Process process, AtomicReference<String> verdict, String reason) {
    verdict.compareAndSet(null, reason);
    process.toHandle().destroyForcibly(); // the process's own method would close the pipes too
  }

  /** Waits for the last report; the result is why nobody should wait any longer. */
  private static Optional<String> await(Task reading, ReportReader reader, DriverOptions options)
      throws InterruptedException {
    Duration all = Duration.ZERO;
    Duration silence = Duration.ZERO;
    long heard = reader.frames();
    while (!reading.await(LOOK)) {
      all = all.plus(LOOK);
      silence = reader.frames() == heard ? silence.plus(LOOK) : Duration.ZERO;
      heard = reader.frames();
      if (silence.compareTo(options.silence()) > 0) {
        return Optional.of(
            "not done, and no sign of life for %s".formatted(seconds(options.silence())));
      }
      if (all.compareTo(options.timeout()) > 0) {
        return Optional.of("not done after %s".formatted(seconds(options.timeout())));
      }
    }
    return Optional.empty();
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.0f s", time.toMillis() / 1e3);
  }

  static void requireReplayable(TraceInfo info, DriverOptions options) {
    if (info.features().forks()) {
      throw new DriverException(
          """
          %s forks, and a real library is metered in one process only.
            Replay it on a model with --memory simulated.\
          """
              .formatted(info.name()));
    }
    long stacks = info.threads() * THREAD_BYTES;
    if (stacks > AvailableMemory.bytes() / 2 && AvailableMemory.bytes() > 0) {
      throw new DriverException(
          """
          %s has %d threads: their stacks alone would take %d MiB of the %d MiB available.
            Replay it on a model with --memory simulated.\
          """
              .formatted(info.name(), info.threads(), stacks >> 20, AvailableMemory.bytes() >> 20));
    }
    String reason = info.features().simulatedOnly();
    if (!reason.isEmpty() && !options.allowSimulatedOnly()) {
      throw new DriverException(
          "%s must not run on a real machine's memory: %s\n  Replay it with --memory simulated."
              .formatted(info.name(), reason));
    }
  }

  private Process start(TraceInfo info, DriverOptions options) {
    ProcessBuilder builder = new ProcessBuilder(command(info, options));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH", "HOME", "LD_LIBRARY_PATH"));
    environment.putAll(settings);
    library
        .file()
        .ifPresent(file -> {
          if (library.isPreloaded()) {
            environment.put("LD_PRELOAD", file.toString());
          } else {
            environment.merge("GLIBC_TUNABLES", STATIC_TLS, (a, b) -> a + ":" + b);
          }
        });
    try {
      Process process = builder.start();
      Children.add(process.toHandle());
      return process;
    } catch (IOException e) {
      throw new DriverException(
          "the driver of real libraries does not start: %s\n  Delete %s to have it built anew."
              .formatted(e.getMessage(), executable));
    }
  }

  private List<String> command(TraceInfo info, DriverOptions options) {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    if (library.file().isPresent() && !library.isPreloaded()) {
      command.add("library=" + library.file().get());
      command.add("prefix=" + library.prefix());
    }
    number(command, "preloaded", flag(library.isPreloaded()));
    Touch touch = options.touch().orElse(info.features().touch());
    number(command, "slots", info.slots());
    number(command, "threads", info.threads());
    number(command, "op-nanos", options.opNanos());
    number(command, "clocked", flag(info.features().clocked()));
    number(command, "stop-at-null", flag(info.features().stopsAtNull()));
    number(command, "touch", touchNumber(touch));
    number(command, "sample-every", sampleEvery(info, options));
    number(command, "counters-every", options.countersEvery());
    number(command, "end-counters", 1);
    number(command, "pages-every", options.pagesEvery());
    number(command, "page-bits", flag(options.pageBits()));
    number(command, "results", flag(options.results()));
    number(command, "log-calls", flag(options.calls()));
    number(command, "lazy-samples", flag(options.lazyFreeAtSamples()));
    number(command, "no-aslr", flag(!options.aslr()));
    number(command, "maps", flag(options.maps()));
    number(command, "scan", flag(options.readPageTable()));
    number(command, "refuse", options.refusedCall());
    number(command, "parent", ProcessHandle.current().pid());
    number(command, "check", flag(options.check()));
    number(command, "trap", flag(options.interceptCalls()));
    number(command, "limit", options.limitBytes().orElseGet(AvailableMemory::bytes));
    return command;
  }

  private static long sampleEvery(TraceInfo info, DriverOptions options) {
    return options.sampleEvery() > 0
        ? options.sampleEvery()
        : Math.max(1, Math.ceilDiv(info.operations(), SPACED_POINTS));
  }

  private static void number(List<String> command, String key, long value) {
    command.add(key + "=" + value);
  }

  private static long flag(boolean on) {
    return on ? 1 : 0;
  }

  private static int touchNumber(Touch touch) {
    return switch (touch) {
      case NONE -> 0;
      case FIRST -> 1;
      case ALL -> 2;
    };
  }

  static void write(Trace trace, OutputStream to) throws IOException {
    try (to) {
      new EventStream(to).write(trace);
    } catch (IOException e) {
      // The driver is gone: its exit says why.
    }
  }

  static void collect(InputStream from, StringBuilder text) throws IOException {
    try (from) {
      text.append(new String(from.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private DriverReport report(ReportReader reader, Ending ending) {
    Summary summary = reader.summary().orElse(null);
    Optional<DriverReport.Failure> failure =
        summary != null && ending.exit() == 0
            ? Optional.empty()
            : Optional.of(failure(reader, ending));
    if (reader.baseline().isEmpty() && failure.map(DriverReport.Failure::signal).orElse(0) == 0) {
      throw new DriverException(
          "%s does not start: %s".formatted(library.name(), failure.orElseThrow().reason()));
    }
    return new DriverReport(
        footprint(reader, summary, failure),
        reader.baseline().orElse(Sample.NOT_MEASURED),
        reader.trapped() ? DriverReport.Metering.EXACT : DriverReport.Metering.KERNEL_MARKS,
        reader.initialBreak(),
        reader.maps(),
        summary == null ? 0 : summary.driftPages(),
        summary != null && summary.exited(),
        summary == null ? 0 : summary.ignored(),
        failure,
        ending.standardError());
  }

  private DriverReport.Failure failure(ReportReader reader, Ending ending) {
    ReportReader.Failure said = reader.failure().orElse(null);
    long operation = said == null ? reader.operation() : said.operation();
    long address = said == null ? 0 : said.address();
    String reason =
        "%s %s operation %d: %s%s"
            .formatted(
                library.name(),
                said == null ? "behind" : "at", // all that is known is what the last report said
                operation,
                said != null && !said.text().isEmpty() ? said.text() : ending.what(address),
                ending.verdict() == null ? inBrackets(ending.standardError()) : "");
    return new DriverReport.Failure(
        status(said, ending.isOom()), operation, ending.signal(), address, reason);
  }

  private static String inBrackets(String said) {
    if (said.isEmpty()) {
      return "";
    }
    return said.length() <= SHOWN_CHARACTERS
        ? " (" + said + ")"
        : " (%s ... %s)"
            .formatted(
                said.substring(0, SHOWN_CHARACTERS / 2),
                said.substring(said.length() - SHOWN_CHARACTERS / 2));
  }

  private static Status status(ReportReader.@Nullable Failure said, boolean isOom) {
    if (isOom) {
      return Status.OOM_KILLED;
    }
    return said != null && said.broken() ? Status.BROKEN : Status.FAILED;
  }

  private static Footprint footprint(
      ReportReader reader, @Nullable Summary summary, Optional<DriverReport.Failure> failure) {
    if (summary == null || failure.isPresent()) {
      return failed(reader.timeline(), failure.orElseThrow());
    }
    Sample end = summary.end();
    SequencedMap<String, Long> counters = reader.counters();
    return new Footprint(
        Status.OK,
        "",
        end.operation(),
        summary.refused(),
        summary.peak(),
        summary.atPeakResident(),
        end.use(),
        end.lazyFreeBytes(),
        end.returned(),
        summary.timeToReturn(),
        OptionalDouble.of(summary.residentByteSeconds()),
        Metadata.bytes(counters),
        OptionalLong.of(end.minorFaults()),
        OptionalLong.of(end.majorFaults()),
        end.calls(),
        Optional.empty(),
        reader.timelineTo(end),
        counters);
  }

  /** Nothing is known but how it ended, and the points before. */
  public static Footprint failed(List<TimelinePoint> timeline, DriverReport.Failure failure) {
    return new Footprint(
        failure.status(),
        failure.reason(),
        failure.operation(),
        0,
        MemoryUse.NOT_MEASURED,
        MemoryUse.NOT_MEASURED,
        MemoryUse.NOT_MEASURED,
        OptionalLong.empty(),
        Footprint.Returned.NOT_MEASURED,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Footprint.Calls.NOT_MEASURED,
        Optional.empty(),
        timeline,
        new LinkedHashMap<>());
  }
}
