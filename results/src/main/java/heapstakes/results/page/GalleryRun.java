package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.environment.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A run of a gallery.
 *
 * @param name of its directory
 * @param environment what it ran on, if it says so
 * @param cells its rows
 * @param timelines memory over time of those that have one
 */
record GalleryRun(
    String name,
    Optional<Environment> environment,
    List<Cell> cells,
    Map<CellKey, List<TimelinePoint>> timelines) {

  /**
   * Reads a run directory.
   *
   * @throws heapstakes.results.ResultException when it is none, or damaged
   */
  static GalleryRun read(Path run) {
    Path file = run.resolve(Environment.NAME);
    return new GalleryRun(
        String.valueOf(run.toAbsolutePath().normalize().getFileName()),
        Files.exists(file) ? Optional.of(EnvironmentJson.read(file)) : Optional.empty(),
        CellsCsv.ofRun(run),
        TimelineCsv.points(run));
  }

  /** Runs that do not say where they are from have nothing in common with any other. */
  Origin origin() {
    return environment
        .map(Origin::of)
        .orElse(new Origin("an unknown build", "an unknown machine (" + name + ")"));
  }

  /** When it began, to the minute; empty where it does not say. */
  String date() {
    return environment
        .map(of -> of.started().replaceFirst("(T\\d\\d:\\d\\d).*", "$1").replace('T', ' '))
        .orElse("");
  }

  /** As it was typed; empty where it does not say. */
  String command() {
    return environment
        .map(
            of -> of.commandLine().stream().map(ShellWord::quoted).collect(Collectors.joining(" ")))
        .orElse("");
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s (%d cells)", name, cells.size());
  }
}
