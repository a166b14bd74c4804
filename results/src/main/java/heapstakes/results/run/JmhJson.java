package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code jmh.json}: JMH's own format, so that its viewers work, with the memory of the same cell as
 * secondary metrics.
 */
public final class JmhJson {
  /** Name of the file in a run directory. */
  public static final String NAME = "jmh.json";

  private static final String TRACE = "trace_sha256";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** What a viewer of timings should see of memory; the unit is the end of the name. */
  private static final List<Column> MEMORY =
      List.of(
          Column.PEAK_REQUESTED_BYTES,
          Column.PEAK_MAPPED_BYTES,
          Column.PEAK_RESIDENT_BYTES,
          Column.END_RESIDENT_BYTES,
          Column.RETAINED_BYTES);

  private static final List<Column> WORK = List.of(Column.MODELLED_NS_PER_OP, Column.MINOR_FAULTS);

  private final Path file;

  JmhJson(Path directory) {
    this.file = directory.resolve(NAME);
  }

  /**
   * Adds results, replacing those of the same benchmark, parameters and number of threads.
   *
   * @param json an array in JMH's format
   * @param footprint the row that has the memory of the same contestant and workload
   */
  void add(String json, Cell footprint) {
    ArrayNode all = read();
    for (JsonNode result : MAPPER.readTree(json)) {
      ObjectNode withMemory = (ObjectNode) result;
      addMemory(withMemory, footprint);
      String trace = footprint.key().trace();
      if (!trace.isEmpty()) {
        withMemory.withObject("params").put(TRACE, trace);
      }
      remove(all, withMemory);
      all.add(withMemory);
    }
    AtomicFile.write(file, writer -> writer.append(MAPPER.writeValueAsString(all)).append('\n'));
  }

  private ArrayNode read() {
    if (!Files.exists(file)) {
      return MAPPER.createArrayNode();
    }
    try {
      return (ArrayNode) MAPPER.readTree(file);
    } catch (JacksonException | ClassCastException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s is not in JMH's format: %s.\n  Remove it; the run can go on without.",
              file,
              e.getMessage()),
          e);
    }
  }

  private static void remove(ArrayNode all, ObjectNode like) {
    for (int i = all.size() - 1; i >= 0; i--) {
      JsonNode other = all.get(i);
      if (other.path("benchmark").equals(like.path("benchmark"))
          && other.path("threads").equals(like.path("threads"))
          && haveSameParameters(other, like)) {
        all.remove(i);
      }
    }
  }

  /** Results of earlier versions do not name their trace. */
  private static boolean haveSameParameters(JsonNode one, JsonNode other) {
    if (one.path("params").has(TRACE) && other.path("params").has(TRACE)) {
      return one.path("params").equals(other.path("params"));
    }
    return withoutTrace(one).equals(withoutTrace(other));
  }

  private static JsonNode withoutTrace(JsonNode result) {
    JsonNode parameters = result.path("params").deepCopy();
    if (parameters instanceof ObjectNode object) {
      object.remove(TRACE);
    }
    return parameters;
  }

  private static void addMemory(ObjectNode result, Cell footprint) {
    ObjectNode secondary = result.withObject("secondaryMetrics");
    Stream<Column> returned =
        footprint.columns().stream().filter(column -> column.returnWay().isPresent());
    Stream.of(MEMORY.stream(), returned, WORK.stream())
        .flatMap(columns -> columns)
        .forEach(column ->
            footprint
                .number(column)
                .ifPresent(
                    value -> putMetric(secondary.putObject(column.header()), column, value)));
  }

  private static void putMetric(ObjectNode metric, Column column, double value) {
    metric.put("score", value);
    // JMH writes what it cannot know as a text.
    metric.put("scoreError", "NaN");
    metric.putArray("scoreConfidence").add(value).add(value);
    metric.putObject("scorePercentiles").put("50.0", value);
    metric.put("scoreUnit", unit(column));
    metric.putArray("rawData").addArray().add(value);
  }

  private static String unit(Column column) {
    String header = column.header();
    return header.endsWith("_bytes") ? "bytes" : header.endsWith("_ns_per_op") ? "ns/op" : "count";
  }
}
