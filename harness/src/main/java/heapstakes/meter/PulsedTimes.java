package heapstakes.meter;

import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.results.Interval;
import heapstakes.trace.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Lower quartiles of a library's times, as multiples of the {@link Pulse} beside them.
 *
 * @param oneLife of fresh processes, an operation
 * @param steady of a heap that lives on, an operation
 * @param p999 of single calls on it; not a number where they were not timed
 */
public record PulsedTimes(Interval oneLife, Interval steady, double p999) {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration ENOUGH = Duration.ofSeconds(40);
  private static final int FEWEST_ROUNDS = 3;
  private static final Duration LEAST = Duration.ofMillis(20);
  private static final Duration SINGLY = Duration.ofMillis(300);
  private static final long SEED = 20_262;

  /**
   * Times libraries in rounds, each in an order drawn anew; in fewer where they take long.
   *
   * @param rounds at most, at least 1
   * @param pulse of the machine meanwhile
   * @param singly whether single calls are timed as well, when the rounds are over
   * @throws heapstakes.driver.DriverException when one cannot be timed
   */
  public static Map<Contestant, PulsedTimes> of(
      List<Contestant> libraries, Trace trace, int rounds, boolean singly, Pulse pulse) {
    List<Entrant> entrants = new ArrayList<>();
    try {
      Machine machine = Machine.parse("linux");
      libraries.forEach(
          library -> entrants.add(new Entrant(library, Turns.of(library, machine, trace))));
      List<Entrant> order = new ArrayList<>(entrants);
      SplittableRandom random = new SplittableRandom(SEED);
      long start = System.nanoTime();
      for (int round = 0; round < rounds && !isEnough(round, start); round++) {
        Collections.shuffle(order, random);
        order.forEach(entrant -> entrant.turn(pulse));
      }
      Map<Contestant, PulsedTimes> times = new LinkedHashMap<>();
      entrants.forEach(entrant -> times.put(entrant.library, entrant.times(singly, pulse)));
      return times;
    } finally {
      entrants.forEach(entrant -> entrant.turns.close());
    }
  }

  private static boolean isEnough(int rounds, long start) {
    return rounds >= FEWEST_ROUNDS && System.nanoTime() - start > ENOUGH.toNanos();
  }

  private record Entrant(Contestant library, Turns turns, List<Double> lives, List<Double> steady) {
    Entrant(Contestant library, Turns turns) {
      this(library, turns, new ArrayList<>(), new ArrayList<>());
    }

    void turn(Pulse pulse) {
      double before = pulse.beat();
      double life = turns.life(LIMIT, LEAST).nanosPerOperation();
      double between = pulse.beat();
      double lived = turns.steady(LIMIT, LEAST).nanosPerOperation();
      lives.add(2 * life / (before + between));
      steady.add(2 * lived / (between + pulse.beat()));
    }

    PulsedTimes times(boolean singly, Pulse pulse) {
      double p999 =
          singly ? turns.latency(LIMIT, LEAST, SINGLY).all().p999() / pulse.beat() : Double.NaN;
      return new PulsedTimes(lowerQuartile(lives), lowerQuartile(steady), p999);
    }

    private static Interval lowerQuartile(List<Double> figures) {
      return Interval.ofLowerQuartile(figures.stream().mapToDouble(figure -> figure).toArray());
    }
  }
}
