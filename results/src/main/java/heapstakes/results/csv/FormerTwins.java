package heapstakes.results.csv;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Column#TWIN_OF} would say in a file that was written before there was that column: a
 * model without settings was the twin of the library of its version without settings.
 */
final class FormerTwins {
  private FormerTwins() {}

  /** The rows with what can be told of the others. */
  static List<Cell> told(List<Cell> cells) {
    return cells.stream()
        .map(cell ->
            twinOf(cell, cells)
                .map(library -> cell.toBuilder().text(Column.TWIN_OF, library).build())
                .orElse(cell))
        .toList();
  }

  private static Optional<String> twinOf(Cell model, List<Cell> cells) {
    String version = model.text(Column.VERSION);
    if (!isStock(model, "model") || version.isEmpty()) {
      return Optional.empty();
    }
    return cells.stream()
        .filter(cell -> isStock(cell, "native"))
        // A library may tell its commit behind its version.
        .filter(cell -> (cell.text(Column.VERSION) + "-").startsWith(version + "-"))
        .map(
            cell -> cell.text(Column.ALLOCATOR) + "@" + version.substring(version.indexOf(' ') + 1))
        .findFirst();
  }

  private static boolean isStock(Cell cell, String kind) {
    return cell.text(Column.KIND).equals(kind) && cell.text(Column.SETTINGS).isEmpty();
  }
}
