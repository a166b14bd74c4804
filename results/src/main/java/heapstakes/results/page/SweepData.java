package heapstakes.results.page;

import heapstakes.results.Cell;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a page needs to draw what was varied, and who is beaten by nobody over all workloads. */
final class SweepData {
  private SweepData() {}

  /**
   * Adds {@code sweep} and {@code fleet}.
   *
   * @param cells in the order of the page's rows
   */
  static void add(ObjectNode root, List<Cell> cells) {
    SweepKeys keys = new SweepKeys(cells);
    ObjectNode sweep = root.putObject("sweep");
    ArrayNode named = sweep.putArray("keys");
    keys.keys()
        .forEach((name, values) -> {
          ObjectNode key = named.addObject();
          key.put("name", name);
          values.forEach(key.putArray("values")::add);
        });
    ArrayNode places = sweep.putArray("places");
    for (Cell cell : cells) {
      ObjectNode place = places.addObject();
      for (String key : keys.keys().keySet()) {
        keys.position(cell, key)
            .ifPresent(at -> place.putArray(key).add(at).add(keys.rest(cell, key)));
      }
    }
    ArrayNode fleet = root.putArray("fleet");
    for (Fleet of : Fleet.of(cells)) {
      ObjectNode node = fleet.addObject();
      node.put("across", of.across().title());
      node.put("up", of.up().title());
      points(node.putArray("points"), of.points());
      points(node.putArray("front"), of.front());
    }
  }

  private static void points(ArrayNode to, List<Fleet.Point> points) {
    points.forEach(
        point -> to.addArray().add(point.contestant()).add(point.across()).add(point.up()));
  }
}
