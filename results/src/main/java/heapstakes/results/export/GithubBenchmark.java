package heapstakes.results.export;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two files for the two custom modes of github-action-benchmark; its {@code jmh} mode takes every
 * figure for one that should be small.
 */
final class GithubBenchmark {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private GithubBenchmark() {}

  static SequencedMap<String, String> of(Path run) {
    ArrayNode smaller = MAPPER.createArrayNode();
    ArrayNode bigger = MAPPER.createArrayNode();
    Figures.of(run)
        .forEach((name, cell) -> {
          for (Column column : Figures.COLUMNS) {
            boolean wantsMore = column.better() == Column.Better.HIGHER;
            add(wantsMore ? bigger : smaller, name, cell, column);
          }
        });
    SequencedMap<String, String> files = new LinkedHashMap<>();
    put(files, "custom-smaller-is-better.json", smaller);
    put(files, "custom-bigger-is-better.json", bigger);
    return files;
  }

  private static void add(ArrayNode to, String name, Cell cell, Column column) {
    cell.number(column)
        .ifPresent(value -> {
          ObjectNode entry = to.addObject();
          entry.put("name", name + "/" + column.header());
          entry.put("unit", Figures.unit(column));
          entry.put("value", value);
          if (column == Column.THROUGHPUT_OPS_PER_S) {
            cell.number(Column.THROUGHPUT_ERROR_OPS_PER_S)
                .ifPresent(error -> entry.put("range", "± " + Math.round(error)));
          }
          entry.put("extra", column.description());
        });
  }

  private static void put(SequencedMap<String, String> files, String name, ArrayNode entries) {
    if (!entries.isEmpty()) {
      files.put(name, MAPPER.writeValueAsString(entries) + "\n");
    }
  }
}
