package heapstakes.meter;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.Rounds;
import heapstakes.replay.RoundsSource;
import heapstakes.results.Latency;
import heapstakes.timer.Turn;
import heapstakes.trace.Trace;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Turns inside of this JVM. The heap of a library that is called from here lies among the JVM's, so
 * it has no life of its own.
 */
final class ModelTurns implements Turns {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** As process.c has it. */
  private static final int LONGEST_WAIT = 4;

  private final RoundsSource replays;
  private final Rounds rounds;
  private final LatencyMeter meter;
  private final boolean hasLives;

  ModelTurns(Contestant contestant, Machine machine, Trace trace) {
    replays = new RoundsSource(contestant, machine, trace, ReplayOptions.DEFAULT);
    rounds = replays.onOneHeap();
    meter = new LatencyMeter(rounds);
    hasLives = contestant.can(Capability.ANY_MEMORY);
  }

  private static BooleanSupplier after(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    return () -> System.nanoTime() - deadline > 0;
  }

  /** By this thread's own time: who waits for a processor does not take long. */
  private static BooleanSupplier afterOwn(Duration limit) {
    long deadline = THREADS.getCurrentThreadCpuTime() + limit.toNanos();
    return () -> THREADS.getCurrentThreadCpuTime() - deadline > 0;
  }

  @Override
  public Turn life(Duration limit, Duration least) {
    Turn all = Turn.NONE;
    Turn fastest = Turn.NONE;
    while (hasLives && (all.operations() == 0 || !isEnough(all, least)) && !all.cutShort()) {
      try (Rounds life = replays.life()) {
        Turn turn = replay(life, limit);
        all = all.plus(turn);
        fastest = turn.orFaster(fastest);
      }
    }
    return fastest;
  }

  @Override
  public Turn steady(Duration limit, Duration least) {
    replay(rounds, limit);
    rounds.finish();
    Turn all = replay(rounds, limit);
    rounds.finish();
    while (!isEnough(all, least) && !all.cutShort() && all.operations() > 0) {
      all = all.plus(replay(rounds, limit));
      rounds.finish();
    }
    return all;
  }

  /** By its own time; on a machine that is busy that is not waited for without an end. */
  private static boolean isEnough(Turn turn, Duration least) {
    return turn.nanos() >= least.toNanos() || turn.wallNanos() >= LONGEST_WAIT * least.toNanos();
  }

  /** Several threads are timed by the wall's clock, as waiting for each other counts. */
  private Turn replay(Rounds of, Duration limit) {
    of.prepare();
    BooleanSupplier late = replays.isParallel() ? after(limit) : afterOwn(limit);
    boolean[] stopped = {false};
    long wall = System.nanoTime();
    long own = THREADS.getCurrentThreadCpuTime();
    long operations = of.run(() -> stopped[0] |= late.getAsBoolean());
    long ownNanos = THREADS.getCurrentThreadCpuTime() - own;
    long wallNanos = System.nanoTime() - wall;
    long nanos = replays.isParallel() ? wallNanos : ownNanos;
    return new Turn(operations, nanos, wallNanos, stopped[0], 0, 0);
  }

  @Override
  public Latency latency(Duration limit, Duration warmup, Duration least) {
    time(limit, warmup);
    meter.reset();
    time(limit, least);
    return meter.result();
  }

  private void time(Duration limit, Duration least) {
    BooleanSupplier enough = after(least);
    do {
      meter.replay(() -> after(limit));
    } while (!enough.getAsBoolean());
  }

  @Override
  public void close() {
    rounds.close();
  }
}
