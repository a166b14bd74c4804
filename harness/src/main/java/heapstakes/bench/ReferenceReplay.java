package heapstakes.bench;

import heapstakes.allocator.Allocators;
import heapstakes.meter.LatencyMeter;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.Rounds;
import heapstakes.results.Fork;
import heapstakes.results.Latency;
import heapstakes.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A second contestant with a heap of its own in the fork of the first: it replays the same trace
 * before each replay of the other, so that both meet the machine in the same state. What it
 * measured goes to a file.
 */
final class ReferenceReplay implements AutoCloseable {
  /** System property: the contestant; not set where there is none. */
  static final String CONTESTANT = "heapstakes.reference";

  /** System property: name of the file. */
  static final String FILE = "heapstakes.reference.file";

  private final Rounds rounds;
  private final LatencyMeter meter;
  private int replays;
  private long operations;
  private long nanos;

  private ReferenceReplay(Rounds rounds) {
    this.rounds = rounds;
    this.meter = new LatencyMeter(rounds);
  }

  /** The reference that this JVM was given. */
  static Optional<ReferenceReplay> ofThisJvm(Machine machine, Trace trace) {
    return Optional.ofNullable(System.getProperty(CONTESTANT))
        .map(Allocators::parse)
        .map(contestant -> Rounds.of(contestant, machine, trace, ReplayOptions.DEFAULT))
        .map(ReferenceReplay::new);
  }

  /** Replays once, as the timed contestant will next. */
  void replay(BooleanSupplier stop, boolean counts) {
    rounds.prepare();
    long start = System.nanoTime();
    long done = rounds.run(stop);
    long taken = System.nanoTime() - start;
    rounds.finish();
    if (counts) {
      replays++;
      operations += done;
      nanos += taken;
    }
  }

  /** Times single operations. */
  LatencyMeter meter() {
    return meter;
  }

  /** Writes the file. */
  void write() throws IOException {
    Files.writeString(
        Path.of(System.getProperty(FILE)),
        String.format(
            Locale.ROOT,
            "%d %d %d\n%s",
            replays,
            operations,
            nanos,
            LatencyText.of(meter.result())));
  }

  /** What stands in the file. */
  static Fork read(String text) {
    int end = text.indexOf('\n');
    String[] words = text.substring(0, end).split(" ");
    double operationsPerSecond = Double.parseDouble(words[1]) / Double.parseDouble(words[2]) * 1e9;
    Latency latency = LatencyText.parse(text.substring(end + 1));
    return new Fork(operationsPerSecond, Integer.parseInt(words[0]), latency.all());
  }

  /** Gives the heap back. */
  @Override
  public void close() {
    rounds.close();
  }
}
