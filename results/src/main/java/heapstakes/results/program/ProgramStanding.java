package heapstakes.results.program;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A contestant and its runs.
 *
 * @param contestant {@code NAME[@VERSION][:KEY=VALUE…]}
 * @param commandLine to run the program so, for a shell
 * @param runs in the order of the rounds
 * @param forecast what the replay of the recording says; empty where there is none
 */
public record ProgramStanding(
    String contestant, String commandLine, List<ProgramRun> runs, Optional<Forecast> forecast) {
  public ProgramStanding {
    runs = List.copyOf(runs);
  }

  /**
   * What malloc alone takes, by the replay of the recording of the program's largest process.
   *
   * @param peakBytes most resident memory
   * @param endBytes resident behind the last event
   */
  public record Forecast(long peakBytes, long endBytes) {}

  /** Of all runs; empty where no run has the figure. */
  public Optional<Spread> spread(ProgramFigure figure) {
    double[] values =
        runs.stream()
            .map(figure::of)
            .filter(OptionalLong::isPresent)
            .mapToDouble(OptionalLong::getAsLong)
            .toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** Most processes that a run had. */
  public OptionalInt processes() {
    return runs.stream().mapToInt(ProgramRun::processes).max();
  }

  OptionalLong inRound(int round, ProgramFigure figure) {
    return runs.stream()
        .filter(run -> run.round() == round)
        .map(figure::of)
        .findFirst()
        .orElse(OptionalLong.empty());
  }
}
