package heapstakes.timer;

import static heapstakes.driver.NativeBuild.Program.MUSL_TIMER;
import static heapstakes.driver.NativeBuild.Program.TIMER;

import heapstakes.allocator.Contestant;
import heapstakes.driver.AvailableMemory;
import heapstakes.driver.DriverException;
import heapstakes.driver.EventStream;
import heapstakes.driver.LibraryProgram;
import heapstakes.driver.MeteredLibrary;
import heapstakes.driver.NativeBuild;
import heapstakes.driver.NativeProcess;
import heapstakes.replay.TraceLanes;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A real library that is timed: a host, which has the events in memory, and processes with the
 * library that the host starts. It is used by one thread, which must outlive it.
 */
public final class TimerProcess implements AutoCloseable {
  // As in timer.h.
  private static final long LIFE = 1;
  private static final long STEADY = 2;
  private static final long LATENCY = 3;
  private static final long COUNT = 4;
  private static final long DIED = 2;
  private static final long READY = 4;
  private static final int COMMAND_WORDS = 3;
  private static final int REPLY_WORDS = 9;
  private static final int BUCKET_WORDS = 3;

  private static final int SIGNAL_MASK = 0x7f;
  private static final int EXIT_SHIFT = 8;

  private final String name;
  private final Process process;
  private final OutputStream commands;
  private final InputStream replies;

  /**
   * Starts the host and hands the events over.
   *
   * @throws DriverException when there is no compiler, no such library, or the trace must not be
   *     replayed on a real machine
   */
  public TimerProcess(Contestant contestant, Trace trace) {
    this(NativeProcess.required(contestant), MeteredLibrary.environment(contestant), trace);
  }

  private TimerProcess(MeteredLibrary library, Map<String, String> settings, Trace trace) {
    this(library, settings, trace, NativeBuild.of(library.isOfMusl() ? MUSL_TIMER : TIMER).file());
  }

  /**
   * The same with a program that the library's loader starts.
   *
   * @param program of this machine's kind, or another's
   */
  TimerProcess(MeteredLibrary library, Map<String, String> settings, Trace trace, Path program) {
    this(library, settings, trace.info(), new TraceLanes(trace), List.of(), program);
  }

  /**
   * The same under another program, with threads that take turns in the trace's order.
   *
   * @param before that program and its options; in front of the library's loader
   * @param program of this machine's kind
   */
  static TimerProcess under(List<String> before, Contestant contestant, Trace trace, Path program) {
    return new TimerProcess(
        NativeProcess.required(contestant),
        MeteredLibrary.environment(contestant),
        trace.info(),
        TraceLanes.inOrder(trace),
        before,
        program);
  }

  private TimerProcess(
      MeteredLibrary library,
      Map<String, String> settings,
      TraceInfo info,
      TraceLanes lanes,
      List<String> before,
      Path program) {
    NativeProcess.requireLoadable(library);
    NativeProcess.requireReplayable(info);
    NativeProcess.requireOneProcess(info, "a real library that is timed");
    name = library.name();
    List<String> words = new ArrayList<>(before);
    library.loader().ifPresent(own -> words.addAll(own.words()));
    words.add(program.toString());
    process = start(library, settings, words, info, lanes.isParallel());
    commands = process.getOutputStream();
    replies = process.getInputStream();
    try {
      EventStream events = new EventStream(commands);
      lanes.tell(new LaneStream(events));
      events.event(EventStream.END, 0, 0, 0);
      events.flush();
    } catch (IOException e) {
      // What the host has said on its standard error tells why; there is no reply then.
    }
    if (words(REPLY_WORDS).getLong() != READY) {
      throw new DriverException(name + " cannot be timed: its host gave another reply than ready");
    }
  }

  /** Why nothing can be timed so here, as {@link NativeBuild#unavailable} says it. */
  public static boolean isPossible(Contestant contestant) {
    return MeteredLibrary.of(contestant).isPresent()
        && NativeBuild.of(TIMER).unavailable().isEmpty();
  }

  private static Process start(
      MeteredLibrary library,
      Map<String, String> settings,
      List<String> program,
      TraceInfo info,
      boolean parallel) {
    Path host = NativeBuild.of(TIMER).file();
    List<String> command = new ArrayList<>();
    command.add(host.toString());
    command.add("host");
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.addAll(program);
    command.add("process");
    LibraryProgram.describe(command, library, info, info.features().touch());
    command.add("parallel=" + (parallel ? 1 : 0));
    command.add("limit=" + AvailableMemory.bytes());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    return LibraryProgram.start(builder, settings, library::addToLater, "timer", host);
  }

  /**
   * One life: a fresh process replays the whole trace once.
   *
   * @param limit after which the replay is ended where it is
   * @throws DriverException when the process ended
   */
  public Turn life(Duration limit) {
    return turn(LIFE, limit, Duration.ZERO);
  }

  /**
   * One life of a process that ends itself behind it, so that what it runs under can write down
   * what it saw.
   *
   * @param limit after which the replay is ended where it is
   * @throws DriverException when the process ended before
   */
  Turn countedLife(Duration limit) {
    return turn(COUNT, limit, Duration.ZERO);
  }

  /**
   * Replays on a heap that lives on, from the mark {@code populated} on, again and again until
   * {@code least} has passed, once at least. What is left alive is freed outside the clock.
   *
   * @param limit after which a replay is ended where it is
   * @throws DriverException when the process ended
   */
  public Turn steady(Duration limit, Duration least) {
    return turn(STEADY, limit, least);
  }

  private Turn turn(long kind, Duration limit, Duration least) {
    command(kind, limit, least);
    ByteBuffer reply = reply();
    long operations = reply.getLong();
    long nanos = reply.getLong();
    long wall = reply.getLong();
    reply.getLong();
    boolean cutShort = reply.getLong() != 0;
    reply.getLong();
    long pulses = reply.getLong();
    return new Turn(operations, nanos, wall, cutShort, pulses, reply.getLong());
  }

  /**
   * As {@link #steady}, with the time-stamp counter read before and after every operation.
   *
   * @throws DriverException when the process ended
   */
  public TickCounts latency(Duration limit, Duration least) {
    command(LATENCY, limit, least);
    ByteBuffer reply = reply();
    reply.getLong();
    double ticks = reply.getLong();
    double nanos = reply.getLong();
    reply.getLong();
    long cost = reply.getLong();
    int count = (int) reply.getLong();
    ByteBuffer words = words(count * BUCKET_WORDS);
    List<TickCounts.Bucket> buckets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      buckets.add(new TickCounts.Bucket((byte) words.getLong(), words.getLong(), words.getLong()));
    }
    return new TickCounts(nanos / ticks, cost, buckets);
  }

  private void command(long kind, Duration limit, Duration least) {
    ByteBuffer words =
        ByteBuffer.allocate(COMMAND_WORDS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    words.putLong(kind).putLong(limit.toNanos()).putLong(least.toNanos());
    try {
      commands.write(words.array());
      commands.flush();
    } catch (IOException e) {
      throw new DriverException(name + " cannot be timed: its host is gone: " + e.getMessage());
    }
  }

  /** Behind its first word. */
  private ByteBuffer reply() {
    ByteBuffer reply = words(REPLY_WORDS);
    if (reply.getLong() == DIED) {
      throw new DriverException(ended((int) reply.getLong()));
    }
    return reply;
  }

  private String ended(int status) {
    int signal = status & SIGNAL_MASK;
    return signal == 0
        ? String.format(
            Locale.ROOT,
            "%s: its process ended itself with exit code %d",
            name,
            status >> EXIT_SHIFT & 0xff)
        : String.format(Locale.ROOT, "%s: %s", name, NativeProcess.signal(signal));
  }

  private ByteBuffer words(int count) {
    try {
      byte[] bytes = replies.readNBytes(count * Long.BYTES);
      if (bytes.length < count * Long.BYTES) {
        throw new DriverException(name + " cannot be timed: its host has ended");
      }
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new DriverException(name + " cannot be timed: " + e.getMessage());
    }
  }

  /** Ends every process. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** Lanes as the host reads them. */
  private record LaneStream(EventStream out) implements TraceLanes.Listener {
    private static final byte LANE = (byte) (EventStream.END + 1);
    private static final byte POPULATED = (byte) (EventStream.END + 2);
    private static final byte AWAIT = (byte) (EventStream.END + 3);
    private static final byte PUBLISH = (byte) (EventStream.END + 4);

    @Override
    public void lane() throws IOException {
      out.event(LANE, 0, 0, 0);
    }

    @Override
    public void populated() throws IOException {
      out.event(POPULATED, 0, 0, 0);
    }

    @Override
    public void event(byte op, int slot, long size, long extra) throws IOException {
      out.event(op, slot, size, extra);
    }

    @Override
    public void await(int slot, int number) throws IOException {
      out.event(AWAIT, slot, number, 0);
    }

    @Override
    public void publish(int slot, int number) throws IOException {
      out.event(PUBLISH, slot, number, 0);
    }
  }
}
