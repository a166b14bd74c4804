package heapstakes.results.gate;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What the gate reads of a run.
 *
 * @param path of its directory
 * @param environment what it ran on; empty for a baseline, which is the same everywhere
 * @param cells rows by key, in the file's order
 * @param forks figures of each fork, by key and column
 * @param references figures of the contestant that took turns with that of the key, likewise
 */
public record RunFiles(
    Path path,
    Optional<Environment> environment,
    SequencedMap<CellKey, Cell> cells,
    Map<CellKey, Map<Column, double[]>> forks,
    Map<CellKey, Map<Column, double[]>> references) {

  /**
   * Reads a run directory.
   *
   * @throws ResultException when it is none, or a file of it is damaged
   */
  public static RunFiles read(Path path) {
    SequencedMap<CellKey, Cell> cells = new LinkedHashMap<>();
    CellsCsv.ofRun(path).forEach(cell -> cells.put(cell.key(), cell));
    Path environment = path.resolve(Environment.NAME);
    return new RunFiles(
        path,
        Files.exists(environment)
            ? Optional.of(EnvironmentJson.read(environment))
            : Optional.empty(),
        cells,
        ForksCsv.read(path, ForksCsv.NAME),
        ForksCsv.read(path, ForksCsv.REFERENCES));
  }
}
