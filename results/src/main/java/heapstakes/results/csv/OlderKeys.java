package heapstakes.results.csv;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Completes keys of files by earlier versions, in which a cell was told apart without its trace:
 * the digest stands in the row of {@code cells.csv} that has all else in common.
 */
public final class OlderKeys {
  private final Map<CellKey, String> traces = new HashMap<>();

  /** From the rows of a run. */
  public OlderKeys(Collection<Cell> cells) {
    for (Cell cell : cells) {
      traces.putIfAbsent(cell.key().withTrace(""), cell.key().trace());
    }
  }

  /** From {@code cells.csv}; nothing is known where there is none. */
  static OlderKeys in(Path file) {
    return new OlderKeys(Files.exists(file) ? CellsCsv.read(file) : List.of());
  }

  /** The key with its trace, as far as that is known. */
  public CellKey complete(CellKey key) {
    return key.trace().isEmpty() ? key.withTrace(traces.getOrDefault(key, "")) : key;
  }
}
