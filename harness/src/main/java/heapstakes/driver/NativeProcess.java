package heapstakes.driver;

import static heapstakes.driver.NativeBuild.Program.DRIVER;
import static heapstakes.driver.NativeBuild.Program.MUSL_DRIVER;

import heapstakes.allocator.Contestant;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.results.TimelinePoint;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Replays traces on a real malloc library in a process that holds nothing else. */
public final class NativeProcess {
  private static final int SPACED_POINTS = 1000;
  private static final int SIGABRT = 6;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int KEPT_BYTES = 4 << 10;
  private static final int SHOWN_CHARACTERS = 400;
  private static final String TOO_MUCH =
      String.format(
          Locale.ROOT, "it wrote more than %d MiB to its standard error", Excerpt.MOST_BYTES >> 20);

  /** Bytes of a thread's stacks in the driver, resident all the time: turns.c. */
  private static final long THREAD_BYTES = (64 + 256) << 10;

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
    this(library, settings, NativeBuild.of(library.isOfMusl() ? MUSL_DRIVER : DRIVER).file());
  }

  /** The same with a driver that the library's loader starts, for this processor or another. */
  NativeProcess(MeteredLibrary library, Map<String, String> settings, Path executable) {
    this.library = library;
    this.settings = Map.copyOf(settings);
    this.executable = executable;
    requireLoadable(library);
  }

  /** Whether a loader can have it. */
  public static void requireLoadable(MeteredLibrary library) {
    library.file().ifPresent(file -> requireLoadable(library, file));
  }

  private static void requireLoadable(MeteredLibrary library, Path file) {
    if (!Files.isReadable(file)) {
      throw new DriverException(
          String.format(
              Locale.ROOT, "%s: there is no library %s that can be read.", library.name(), file));
    }
    if (library.isPreloaded() && file.toString().matches(".*[ :].*")) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              """
              %s: LD_PRELOAD cannot carry the path %s: it has a blank or a colon.
                Link the library to a path without.\
              """,
              library.name(),
              file));
    }
  }

  /**
   * A contestant that is a real library, with its settings.
   *
   * @throws DriverException when there is no driver, or the contestant is no library with a file
   */
  public static NativeProcess of(Contestant contestant) {
    return new NativeProcess(required(contestant), MeteredLibrary.environment(contestant));
  }

  /**
   * The library that a contestant is.
   *
   * @throws DriverException when it is none with a file
   */
  public static MeteredLibrary required(Contestant contestant) {
    return MeteredLibrary.of(contestant)
        .orElseThrow(() ->
            new DriverException(
                String.format(
                    Locale.ROOT,
                    """
                    %s cannot be run in a process of its own: it is no library with a file.
                      Install it, or name a file: native:/path/lib.so[,PREFIX]\
                    """,
                    contestant)));
  }

  /**
   * Replays a trace.
   *
   * @param trace streamed; read by a thread of its own
   * @param listener is told what is asked for by {@code options}
   * @return how it went, be it a crash of the library or that it was ended for taking too long
   * @throws StartException when the library ended before the first event
   * @throws DriverException when the trace must not be replayed here
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public DriverReport run(Trace trace, DriverOptions options, DriverListener listener)
      throws InterruptedException {
    TraceInfo info = trace.info();
    requireReplayable(info);
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
      Children.awaitShutdown(exit);
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
            String.format(
                Locale.ROOT, "not done, and no sign of life for %s", seconds(options.silence())));
      }
      if (all.compareTo(options.timeout()) > 0) {
        return Optional.of(
            String.format(Locale.ROOT, "not done after %s", seconds(options.timeout())));
      }
    }
    return Optional.empty();
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.0f s", time.toMillis() / 1e3);
  }

  /** A signal that ended a process, in words. */
  public static String signal(int number) {
    return Signals.describe(number);
  }

  /**
   * Checks that a trace does not fork.
   *
   * @param who cannot follow it into its children, e.g. {@code "a pool of Java's"}
   * @throws DriverException when it does
   */
  public static void requireOneProcess(TraceInfo info, String who) {
    if (info.features().forks()) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              """
              %s forks, and %s runs in one process only.
                Replay it on a model with --memory simulated, or meter a real library on it.\
              """,
              info.name(),
              who));
    }
  }

  /**
   * Checks that a real machine can take a trace.
   *
   * @throws DriverException when it cannot
   */
  public static void requireReplayable(TraceInfo info) {
    long stacks = info.threads() * THREAD_BYTES;
    if (stacks > AvailableMemory.bytes() / 2 && AvailableMemory.bytes() > 0) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              """
              %s has %d threads: their stacks alone would take %d MiB of the %d MiB available.
                Replay it on a model with --memory simulated.\
              """,
              info.name(),
              info.threads(),
              stacks >> 20,
              AvailableMemory.bytes() >> 20));
    }
    String reason = info.features().simulatedOnly();
    if (!reason.isEmpty()) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s must not run on a real machine's memory: %s\n"
                  + "  Replay it with --memory simulated.",
              info.name(),
              reason));
    }
  }

  private Process start(TraceInfo info, DriverOptions options) {
    ProcessBuilder builder = new ProcessBuilder(command(info, options));
    return LibraryProgram.start(builder, settings, library::addTo, "driver", executable);
  }

  private List<String> command(TraceInfo info, DriverOptions options) {
    List<String> command =
        new ArrayList<>(library.commandFor(NativeBuild.ofDriver().file(), executable));
    LibraryProgram.describe(
        command, library, info, options.touch().orElse(info.features().touch()));
    number(command, "clocked", info.features().clocked() ? 1 : 0);
    number(command, "forks", info.features().forks() ? 1 : 0);
    number(command, "end-counters", 1);
    for (DriverOptions.Option option : DriverOptions.Option.values()) {
      long value = options.get(option);
      number(
          command,
          option.key(),
          value == DriverOptions.Option.AUTOMATIC ? automatic(info, option) : value);
    }
    number(command, "parent", ProcessHandle.current().pid());
    return command;
  }

  private static long automatic(TraceInfo info, DriverOptions.Option option) {
    return switch (option) {
      case SAMPLE_EVERY -> Math.max(1, Math.ceilDiv(info.operations(), SPACED_POINTS));
      case LIMIT -> AvailableMemory.bytes();
      default -> throw new IllegalStateException(option.key() + " is never left to the start");
    };
  }

  private static void number(List<String> command, String key, long value) {
    command.add(key + "=" + value);
  }

  static void write(Trace trace, OutputStream to) throws IOException {
    try (to) {
      new EventStream(to).write(trace);
    } catch (IOException e) {
      // The driver is gone: its exit says why.
    }
  }

  private DriverReport report(ReportReader reader, Ending ending) {
    Summary summary = reader.summary().orElse(null);
    Optional<DriverReport.Failure> failure =
        summary != null && ending.exit() == 0
            ? Optional.empty()
            : Optional.of(failure(reader, ending));
    if (reader.baseline().isEmpty() && failure.map(DriverReport.Failure::signal).orElse(0) == 0) {
      throw new StartException(library.name(), failure.orElseThrow());
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
        String.format(
            Locale.ROOT,
            "%s %s operation %d: %s%s",
            library.name(),
            said == null ? "behind" : "at", // all that is known is what the last report said
            operation,
            said != null && !said.text().isEmpty() ? said.text() : ending.what(address),
            ending.verdict() == null ? inBrackets(ending.standardError()) : "");
    return new DriverReport.Failure(
        status(said, ending.signal(), ending.isOom()), operation, ending.signal(), address, reason);
  }

  private static String inBrackets(String said) {
    if (said.isEmpty()) {
      return "";
    }
    return said.length() <= SHOWN_CHARACTERS
        ? " (" + said + ")"
        : String.format(
            Locale.ROOT,
            " (%s ... %s)",
            said.substring(0, SHOWN_CHARACTERS / 2),
            said.substring(said.length() - SHOWN_CHARACTERS / 2));
  }

  private static Status status(ReportReader.@Nullable Failure said, int signal, boolean isOom) {
    if (isOom) {
      return Status.OOM_KILLED;
    }
    if (said != null && said.broken()) {
      return Status.BROKEN;
    }
    return signal == SIGABRT ? Status.ABORTED : Status.FAILED;
  }

  private static Footprint footprint(
      ReportReader reader, @Nullable Summary summary, Optional<DriverReport.Failure> failure) {
    if (summary == null || failure.isPresent()) {
      return failed(reader.timeline(), failure.orElseThrow());
    }
    Sample end = summary.end();
    SequencedMap<String, Long> counters = reader.counters();
    Footprint.Space space =
        new Footprint.Space(
            summary.peak(),
            summary.atPeakResident(),
            end.use(),
            end.lazyFreeBytes(),
            summary.timeToReturn(),
            OptionalDouble.of(summary.residentByteSeconds()),
            Metadata.bytes(counters));
    return new Footprint(
            new Footprint.Outcome(Status.OK, "", end.operation(), summary.refused()),
            space,
            end.kernel().withCopies(summary.copiedOnWriteBytes()),
            Optional.empty(),
            reader.timelineTo(end),
            counters)
        .with(Footprint.HugePages.of(summary.peakHugeBytes(), end.hugeBytes()))
        .with(summary.traffic(), reader.arenas());
  }

  /** Nothing is known but how it ended, and the points before. */
  public static Footprint failed(List<TimelinePoint> timeline, DriverReport.Failure failure) {
    return Footprint.notMeasured(
        new Footprint.Outcome(failure.status(), failure.reason(), failure.operation(), 0),
        timeline);
  }
}
