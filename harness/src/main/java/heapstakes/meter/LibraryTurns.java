package heapstakes.meter;

import heapstakes.results.Latency;
import heapstakes.timer.TickCounts;
import heapstakes.timer.TimerProcess;
import heapstakes.timer.Turn;
import java.time.Duration;

/** Turns of a real library in processes of its own. */
final class LibraryTurns implements Turns {
  /** A process takes a millisecond to start: a short trace is not worth more of them. */
  private static final int MOST_LIVES = 5;

  private final TimerProcess timer;

  LibraryTurns(TimerProcess timer) {
    this.timer = timer;
  }

  @Override
  public Turn life(Duration limit, Duration least) {
    Turn fastest = timer.life(limit);
    long nanos = fastest.nanos();
    for (int lives = 1; lives < MOST_LIVES && nanos < least.toNanos(); lives++) {
      Turn life = timer.life(limit);
      nanos += life.nanos();
      fastest = fastest.orFaster(life);
    }
    return fastest;
  }

  @Override
  public Turn steady(Duration limit, Duration least) {
    return timer.steady(limit, least);
  }

  @Override
  public Latency latency(Duration limit, Duration warmup, Duration least) {
    TickCounts ticks = timer.latency(limit, least);
    LatencyRecorder recorder = new LatencyRecorder();
    for (TickCounts.Bucket bucket : ticks.buckets()) {
      double own = (bucket.ticks() - ticks.clockTicks()) * ticks.nanosPerTick();
      recorder.record(bucket.op(), Math.max(1, Math.round(own)), bucket.count());
    }
    return recorder.result(Math.round(ticks.clockTicks() * ticks.nanosPerTick()));
  }

  @Override
  public void close() {
    timer.close();
  }
}
