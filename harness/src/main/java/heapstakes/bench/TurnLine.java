package heapstakes.bench;

import heapstakes.timer.Turn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The line from a fork to the run that started it: the run says whose turn it is. A request is one
 * line, {@code KIND LIMIT LEAST} with times in ms, and so is its answer.
 */
final class TurnLine {
  /** System property: path of the run's socket; not set where nobody else takes turns. */
  static final String SOCKET = "heapstakes.turns.socket";

  /** System property: by which the fork is known. */
  static final String ID = "heapstakes.turns.id";

  private final BufferedReader in;
  private final OutputStream out;

  /** What a fork is to do. */
  enum Kind {
    /** Replay until the compiler has done its work; nothing is kept. */
    WARM,
    /** One life, then replays on the heap that lives on. */
    ROUND,
    /** Time single operations. */
    LATENCY,
    /** There are no more rounds. */
    END
  }

  /**
   * A request.
   *
   * @param limit after which a replay is ended where it is
   * @param least lives are repeated until they took as long together, replays half as long
   */
  record Request(Kind kind, Duration limit, Duration least) {
    static final Request END = new Request(Kind.END, Duration.ZERO, Duration.ZERO);

    static Request parse(String line) {
      String[] words = line.split(" ");
      return new Request(
          Kind.valueOf(words[0]),
          Duration.ofMillis(Long.parseLong(words[1])),
          Duration.ofMillis(Long.parseLong(words[2])));
    }

    String line() {
      return String.format(
          Locale.ROOT, "%s %d %d%n", kind.name(), limit.toMillis(), least.toMillis());
    }
  }

  /**
   * What a round came to.
   *
   * @param life of a fresh process or address space
   * @param steady of the heap that lives on
   */
  record Round(Turn life, Turn steady) {
    /** Of a turn in a line. */
    private static final int WORDS = 6;

    /** Nothing took place. */
    static final Round NONE = new Round(Turn.NONE, Turn.NONE);

    static Round parse(String line) {
      String[] words = line.split(" ");
      return new Round(turn(words, 0), turn(words, WORDS));
    }

    private static Turn turn(String[] words, int from) {
      return new Turn(
          Long.parseLong(words[from]),
          Long.parseLong(words[from + 1]),
          Long.parseLong(words[from + 2]),
          Boolean.parseBoolean(words[from + 3]),
          Long.parseLong(words[from + 4]),
          Long.parseLong(words[from + 5]));
    }

    String line() {
      return text(life) + " " + text(steady) + "\n";
    }

    private static String text(Turn turn) {
      return String.format(
          Locale.ROOT,
          "%d %d %d %b %d %d",
          turn.operations(),
          turn.nanos(),
          turn.wallNanos(),
          turn.cutShort(),
          turn.pulses(),
          turn.pulseNanos());
    }
  }

  private TurnLine(SocketChannel channel) {
    in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    out = Channels.newOutputStream(channel);
  }

  /** That of this JVM; empty where it has none. */
  static Optional<TurnLine> ofThisJvm() throws IOException {
    String path = System.getProperty(SOCKET);
    if (path == null) {
      return Optional.empty();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(Path.of(path)));
    TurnLine line = new TurnLine(channel);
    line.write(System.getProperty(ID) + "\n");
    return Optional.of(line);
  }

  /** Waits for a request. */
  Request next() throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("the run that started this fork is gone");
    }
    return Request.parse(line);
  }

  /** Says that a request was met. */
  void answer(Round round) throws IOException {
    write(round.line());
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
