package heapstakes.meter;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast the machine is just now: the same work, timed again and again beside what is to be
 * timed. Machines change their speed within seconds, by what else runs on them and on their hosts;
 * a time as a multiple of the pulse beside it does not.
 */
public final class Pulse implements AutoCloseable {
  /** Blocks of all small sizes, among more of them than the first caches hold. */
  private static final String WORK = "random:operations=50000,sizes=small,live=20000";

  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration LEAST = Duration.ofMillis(8);

  private final Turns turns;
  private final List<Double> beats = new ArrayList<>();

  /**
   * Starts the work.
   *
   * @param library that does it, the same in all that is to be compared
   * @throws heapstakes.driver.DriverException when it cannot be timed
   */
  public Pulse(Contestant library) {
    turns = Turns.of(library, Machine.parse("linux"), TraceSource.open(WORK));
  }

  /** Of the malloc that most systems have. */
  public static Pulse ofGlibc() {
    return new Pulse(Allocators.parse("native-glibc"));
  }

  /** What an operation of the work takes now, in ns. */
  double beat() {
    double nanos = turns.steady(LIMIT, LEAST).nanosPerOperation();
    beats.add(nanos);
    return nanos;
  }

  /** What it took when the machine was fast: the first decile of all beats so far, in ns. */
  public double fast() {
    return beats.stream().sorted().toList().get(beats.size() / 10);
  }

  @Override
  public void close() {
    turns.close();
  }
}
