package heapstakes.bench;

import heapstakes.bench.TurnLine.Kind;
import heapstakes.bench.TurnLine.Request;
import java.time.Duration;

/** How much time a timed cell gets. */
public enum Profile {
  /** None: everybody is metered, real libraries too, and nobody is timed. */
  MEMORY(0, 0, 0, 0, 0),
  /** One fork, about five seconds: for a first look. */
  QUICK(1, 600, 1_500, 500, 200),
  /** Three forks, about 35 seconds in all. */
  STANDARD(3, 6_000, 4_000, 10_000, 1_500),
  /** Ten forks, about two minutes in all: for figures that are published. */
  THOROUGH(10, 4_000, 3_000, 60_000, 3_000);

  /** Rounds of a fork, if they are not too slow: both ends of a quartile's interval need 13. */
  static final int FEWEST_ROUNDS = 13;

  /** Below so many rounds the quartile is less than the fastest of them with a chance of 10 %. */
  static final int ROUNDS_TO_TELL = 8;

  /** Rounds of a fork, however slow they are. */
  static final int LEAST_ROUNDS = 3;

  /** Rounds of a fork, however fast they are. */
  static final int MOST_ROUNDS = 41;

  /** Shorter turns say more of the clock and of what was there before than of the contestant. */
  private static final int TURN_MILLIS = 80;

  /** A life may take so many times what a replay may: a part of a replay says something yet. */
  private static final int LIFE = 4;

  private final int forks;
  private final int warmupMillis;
  private final int measurementMillis;
  private final int replayMillis;
  private final int latencyMillis;

  Profile(int forks, int warmupMillis, int measurementMillis, int replayMillis, int latencyMillis) {
    this.forks = forks;
    this.warmupMillis = warmupMillis;
    this.measurementMillis = measurementMillis;
    this.replayMillis = replayMillis;
    this.latencyMillis = latencyMillis;
  }

  /** JVMs that a timed cell runs in, one after the other; 0 where nothing is timed. */
  public int forks() {
    return forks;
  }

  /** Whether anything is timed. */
  public boolean takesTimes() {
    return forks > 0;
  }

  /** Seconds after which a replay is ended where it is. */
  double longestReplaySeconds() {
    return replayMillis / 1e3;
  }

  /** After which a life is ended where replays are ended after {@code replay}. */
  static Duration lifeLimit(Duration replay) {
    return replay.multipliedBy(LIFE);
  }

  /** Seconds after which a life is ended; then nothing is told of it. */
  double longestLifeSeconds() {
    return lifeLimit(Duration.ofMillis(replayMillis)).toMillis() / 1e3;
  }

  /**
   * To warm a fork up.
   *
   * @param isInAProcess whether what is timed is C, for which a replay does: nothing is compiled
   */
  Request warmup(boolean isInAProcess) {
    return request(Kind.WARM, isInAProcess ? Math.min(TURN_MILLIS, warmupMillis) : warmupMillis);
  }

  /** For a round. */
  Request round() {
    return request(Kind.ROUND, TURN_MILLIS);
  }

  /** For the replays that time operations. */
  Request latency() {
    return request(Kind.LATENCY, latencyMillis);
  }

  private Request request(Kind kind, int leastMillis) {
    return new Request(kind, Duration.ofMillis(replayMillis), Duration.ofMillis(leastMillis));
  }

  /**
   * Whether a fork has had its rounds.
   *
   * @param rounds so far
   * @param nanos that they took
   * @param contestants who took turns
   * @param isClose whether it is open who comes first: then they may take twice as long
   */
  boolean isEnough(int rounds, long nanos, int contestants, boolean isClose) {
    double share = nanos / (1e6 * measurementMillis * contestants);
    return rounds >= MOST_ROUNDS
        || rounds >= FEWEST_ROUNDS && share >= (isClose ? 2 : 1)
        || rounds >= LEAST_ROUNDS && share >= 3;
  }

  /** Milliseconds that one request of a fork takes at most, a replay that is too long run over. */
  long mostMillis() {
    return Math.max(warmupMillis, latencyMillis) * 2L + (8L + LIFE) * replayMillis;
  }
}
