package heapstakes.results.export;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Bencher Metric Format: measures by benchmark. */
final class BencherMetrics {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private BencherMetrics() {}

  static SequencedMap<String, String> of(Path run) {
    ObjectNode benchmarks = MAPPER.createObjectNode();
    Figures.of(run)
        .forEach((name, cell) -> {
          ObjectNode measures = MAPPER.createObjectNode();
          Figures.COLUMNS.forEach(column -> add(measures, cell, column));
          if (!measures.isEmpty()) {
            benchmarks.set(name, measures);
          }
        });
    SequencedMap<String, String> files = new LinkedHashMap<>();
    if (!benchmarks.isEmpty()) {
      files.put("bencher.json", MAPPER.writeValueAsString(benchmarks) + "\n");
    }
    return files;
  }

  private static void add(ObjectNode measures, Cell cell, Column column) {
    cell.number(column)
        .ifPresent(value -> {
          ObjectNode measure = measures.putObject(column.header());
          measure.put("value", value);
          if (column == Column.THROUGHPUT_OPS_PER_S) {
            cell.number(Column.THROUGHPUT_ERROR_OPS_PER_S)
                .ifPresent(error ->
                    measure
                        .put("lower_value", Math.max(0, value - error))
                        .put("upper_value", value + error));
          }
        });
  }
}
