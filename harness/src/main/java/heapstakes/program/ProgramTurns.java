package heapstakes.program;

import heapstakes.allocator.Contestant;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.results.Footprint;
import heapstakes.results.program.ProgramContest;
import heapstakes.results.program.ProgramRun;
import heapstakes.results.program.ProgramStanding;
import heapstakes.results.program.ProgramStanding.Forecast;
import heapstakes.setting.SettingException;
import heapstakes.trace.TraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Runs a program under several libraries, which take turns, and replays its recording on them. */
public final class ProgramTurns {
  /** Under another library a run may take so many times what the first one took. */
  private static final int PATIENCE = 20;

  private static final Duration LEAST_LIMIT = Duration.ofSeconds(20);

  private final Program program;
  private final List<Contestant> contestants;
  private final Listener listener;
  private final Watcher watcher;
  private @Nullable String usual;

  /** Is told how far it is. */
  public interface Listener {
    /** The program is about to be recorded. */
    void records();

    /** Nothing is foretold. */
    void foretellsNothing(String why);

    /** The recording is replayed on {@code contestant}. */
    void replays(Contestant contestant);

    /** A run begins; rounds are counted from 1. */
    void runs(int round, Contestant contestant);

    /** It ended otherwise than well, having written {@code lastError} at the end. */
    void failed(Contestant contestant, ProgramRun run, String lastError);
  }

  /**
   * @param contestants the first is the baseline
   * @param folder for files that are written on the way
   * @throws heapstakes.driver.DriverException when programs cannot be watched here
   */
  public ProgramTurns(
      Program program, List<Contestant> contestants, Path folder, Listener listener) {
    this.program = program;
    this.listener = listener;
    this.watcher = new Watcher(folder);
    this.contestants = List.copyOf(contestants);
  }

  /**
   * Runs every round.
   *
   * @param rounds at least 1
   * @param seed of the order of the contestants in each
   * @param recording of the program; empty: nothing is foretold
   * @throws heapstakes.driver.DriverException when the program cannot be started
   */
  public ProgramContest run(int rounds, long seed, Optional<Path> recording)
      throws InterruptedException {
    List<Turn> turns = new ArrayList<>();
    for (Contestant contestant : contestants) {
      turns.add(
          new Turn(
              contestant,
              Deployment.of(contestant),
              recording.isEmpty() ? Optional.empty() : forecast(contestant, recording.get()),
              new ArrayList<>()));
    }
    Program limited = program;
    Random chance = Random.from(new SplittableRandom(seed));
    for (int round = 1; round <= rounds; round++) {
      List<Turn> order = new ArrayList<>(turns);
      Collections.shuffle(order, chance);
      if (round == 1) { // how long it takes is not known yet
        order.remove(turns.getFirst());
        order.addFirst(turns.getFirst());
      }
      for (Turn turn : order) {
        ProgramRun run = run(limited, turn, round, order.indexOf(turn) + 1);
        turn.runs().add(run);
        limited = limited == program ? limited(run) : limited;
      }
    }
    return new ProgramContest(
        program.command(), rounds, seed, turns.stream().map(this::standing).toList());
  }

  private record Turn(
      Contestant contestant,
      Deployment deployment,
      Optional<Forecast> forecast,
      List<ProgramRun> runs) {}

  private ProgramStanding standing(Turn turn) {
    return new ProgramStanding(
        turn.contestant().toString(),
        turn.deployment().line(program.command()),
        turn.runs(),
        turn.forecast());
  }

  /** From the first run on a limit is known beyond which nobody waits. */
  private Program limited(ProgramRun first) {
    Duration usual = Duration.ofNanos(first.time().wallNanos()).multipliedBy(PATIENCE);
    Duration limit = usual.compareTo(LEAST_LIMIT) < 0 ? LEAST_LIMIT : usual;
    return program.withLimit(limit.compareTo(program.limit()) < 0 ? limit : program.limit());
  }

  private ProgramRun run(Program limited, Turn turn, int round, int place)
      throws InterruptedException {
    Contestant contestant = turn.contestant();
    listener.runs(round, contestant);
    ProgramRun run = watcher.run(limited, turn.deployment(), round, place);
    String ending = run.outcome().ending();
    if (usual
        == null) { // of the baseline, which begins; whether it is meant to fail only users know
      usual = ending;
    }
    boolean isOfBaseline = contestants.getFirst() == contestant;
    if (!ending.equals(usual) || isOfBaseline && !run.outcome().isWell()) {
      listener.failed(contestant, run, watcher.lastError());
    }
    return run;
  }

  /** By a replay as it is metered elsewhere. */
  private Optional<Forecast> forecast(Contestant contestant, Path recording)
      throws InterruptedException {
    listener.replays(contestant);
    try {
      CellSpec spec = CellSpec.of(contestant.toString(), recording.toString()).withMemory("linux");
      Footprint.Space space = CellRunner.run(spec).footprint().space();
      OptionalLong peak = space.peak().residentBytes();
      OptionalLong end = space.end().residentBytes();
      return peak.isPresent() && end.isPresent()
          ? Optional.of(new Forecast(peak.getAsLong(), end.getAsLong()))
          : Optional.empty();
    } catch (SettingException | TraceException e) {
      listener.foretellsNothing(contestant + ": " + e.getMessage());
      return Optional.empty();
    }
  }
}
