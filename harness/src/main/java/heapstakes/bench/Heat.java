package heapstakes.bench;

import heapstakes.bench.TurnLine.Request;
import heapstakes.bench.TurnLine.Round;
import heapstakes.results.OutputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One fork of each contestant of a workload, all alive at the same time and only one of them at
 * work: they take turns, round by round, in an order that is drawn anew for each round. A slow
 * spell of the machine strikes all of them alike.
 */
final class Heat {
  /** Orders of a run's rounds follow from it: the same in every run. */
  static final long SEED = 20_261;

  /** A JVM's start on a machine that is busy. */
  private static final Duration START = Duration.ofMinutes(1);

  private final RunPlan plan;
  private final TimedFork forks;
  private final RunListener listener;
  private final Function<StageTask, Duration> limits;

  /**
   * @param limits after which a fork is ended that is not done with one request
   */
  Heat(RunPlan plan, TimedFork forks, RunListener listener, Function<StageTask, Duration> limits) {
    this.plan = plan;
    this.forks = forks;
    this.listener = listener;
    this.limits = limits;
  }

  /** A fork that takes part. */
  private final class Entrant {
    final StageTask task;
    final Duration limit;
    final UUID id = UUID.randomUUID();
    final ForkWatch watch = new ForkWatch(id);
    final List<Round> rounds = new CopyOnWriteArrayList<>();
    final CompletableFuture<ForkOutcome> outcome;
    private TurnHall.@Nullable Line line;

    Entrant(StageTask task, Path socket) {
      this.task = task;
      this.limit = limits.apply(task);
      watch.expect(limit.compareTo(START) > 0 ? limit : START);
      outcome = new CompletableFuture<>();
      Thread.ofPlatform().daemon().name("fork-" + task.contestant()).start(() -> run(socket));
    }

    private void run(Path socket) {
      try (watch) {
        outcome.complete(forks.run(task, new TimedFork.Seat(id, socket, watch), rounds));
      } catch (RuntimeException | Error e) {
        outcome.completeExceptionally(e);
      }
    }

    void comeIn(TurnHall hall) {
      CompletableFuture<TurnHall.Line> coming = hall.line(id);
      CompletableFuture.anyOf(coming, outcome).exceptionally(e -> "gone").join();
      line = coming.isDone() ? coming.join() : null;
      watch.rest();
    }

    boolean isThere() {
      return line != null;
    }

    Optional<Round> ask(Request request) {
      TurnHall.Line there = line;
      if (there == null) {
        return Optional.empty();
      }
      listener.begins(task);
      watch.expect(limit);
      Optional<Round> answer = there.ask(request);
      watch.rest();
      if (answer.isEmpty()) {
        line = null;
      }
      return answer;
    }

    void end() {
      TurnHall.Line there = line;
      if (there != null) {
        there.tell(Request.END);
      }
    }
  }

  /**
   * What came of each.
   *
   * @param number of the fork, from 1
   * @param isLate whether rounds have had their time; the fewest are done all the same
   */
  Map<StageTask, ForkOutcome> run(List<StageTask> tasks, int number, BooleanSupplier isLate) {
    try (TurnHall hall = new TurnHall()) {
      List<Entrant> entrants =
          tasks.stream().map(task -> new Entrant(task, hall.socket())).toList();
      entrants.forEach(entrant -> entrant.comeIn(hall));
      entrants.forEach(
          entrant -> entrant.ask(plan.profile().warmup(entrant.task.isTimedInAProcess())));
      race(entrants, new SplittableRandom(SEED + number), isLate);
      entrants.forEach(entrant -> {
        entrant.end();
        entrant.ask(plan.profile().latency());
      });
      Map<StageTask, ForkOutcome> outcomes = new LinkedHashMap<>();
      for (Entrant entrant : entrants) {
        outcomes.put(entrant.task, entrant.outcome.join());
      }
      return outcomes;
    } catch (IOException e) {
      throw new OutputException(forks.log(), e);
    }
  }

  private void race(List<Entrant> entrants, SplittableRandom random, BooleanSupplier isLate) {
    long start = System.nanoTime();
    List<Entrant> order = new ArrayList<>(entrants);
    boolean enough = false;
    for (int round = 1; !enough; round++) {
      Collections.shuffle(order, random);
      for (Entrant entrant : order) {
        entrant.ask(plan.profile().round()).ifPresent(entrant.rounds::add);
      }
      order.removeIf(entrant -> !entrant.isThere());
      enough =
          order.isEmpty()
              || round >= Profile.LEAST_ROUNDS && isLate.getAsBoolean()
              || plan.profile()
                  .isEnough(round, System.nanoTime() - start, order.size(), isClose(order));
    }
  }

  /** Whether it is open which real library, or else which contestant, comes first. */
  private static boolean isClose(List<Entrant> order) {
    List<Entrant> real =
        order.stream().filter(entrant -> !entrant.task.contestant().takesAnyMemory()).toList();
    HeatRounds rounds = new HeatRounds();
    (real.size() > 1 ? real : order).forEach(e -> rounds.add(e.task, e.rounds));
    return rounds.isOpenWhoLeads();
  }
}
