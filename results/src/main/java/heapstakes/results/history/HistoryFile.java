package heapstakes.results.history;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AppendedFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.environment.Origin;
import heapstakes.setting.Printable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A history: JSON lines, one a cell a run, the oldest first. Lines are added and never changed. */
public final class HistoryFile {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int VERSION = 1;

  /** What is worth following: of every column that has a better side, what people ask for. */
  private static final List<Column> COLUMNS =
      List.of(
          Column.PEAK_RESIDENT_BYTES,
          Column.RETAINED_BYTES,
          Column.RETURNED_SHARE,
          Column.TIME_TO_RETURN_HALF_NS,
          Column.RESIDENT_BYTE_SECONDS,
          Column.MODELLED_NS_PER_OP,
          Column.MINOR_FAULTS,
          Column.ONE_LIFE_NS_PER_OP,
          Column.STEADY_NS_PER_OP,
          Column.LATENCY_P99_9_NS);

  private HistoryFile() {}

  /** Figures that a history follows, in its order. */
  public static List<Column> columns() {
    return COLUMNS;
  }

  /**
   * Adds every cell of a run.
   *
   * @param file is made if there is none
   * @param commit of what was measured; may be empty
   * @return how many lines were added
   * @throws ResultException when the run cannot be read, or the file not written or not whole
   */
  public static int append(Path run, Path file, String commit) {
    if (Files.exists(file)) {
      read(file); // nothing is added to what is damaged: it could not be told from it later
    }
    Path described = run.resolve(Environment.NAME);
    Optional<Environment> environment =
        Files.exists(described) ? Optional.of(EnvironmentJson.read(described)) : Optional.empty();
    List<Cell> cells = CellsCsv.ofRun(run);
    AppendedFile.append(
        file,
        writer -> {
          for (Cell cell : cells) {
            writer.append(MAPPER.writeValueAsString(line(cell, environment, commit))).append('\n');
          }
        });
    return cells.size();
  }

  private static ObjectNode line(Cell cell, Optional<Environment> environment, String commit) {
    CellKey key = cell.key();
    ObjectNode line = MAPPER.createObjectNode();
    line.put("schema_version", VERSION);
    line.put("commit", Printable.line(commit));
    line.put("date", environment.map(Environment::started).orElse(""));
    line.put("build", environment.map(of -> Origin.of(of).build()).orElse(""));
    line.put("machine", environment.map(of -> Origin.of(of).machine()).orElse(""));
    line.put("allocator", key.allocator());
    line.put("settings", key.settings());
    line.put("workload", key.workload());
    line.put("trace_sha256", key.trace());
    line.put("memory", key.memory());
    line.put("threads", key.threads());
    ObjectNode figures = line.putObject("figures");
    for (Column column : COLUMNS) {
      cell.number(column).ifPresent(value -> put(figures, column, value));
    }
    return line;
  }

  private static void put(ObjectNode figures, Column column, double value) {
    if (column.type() == Column.Type.COUNT) {
      figures.put(column.header(), (long) value);
    } else {
      figures.put(column.header(), value);
    }
  }

  /**
   * Every line, the oldest first.
   *
   * @throws ResultException when it cannot be read; names the line that is none
   */
  public static List<HistoryEntry> read(Path file) {
    List<HistoryEntry> entries = new ArrayList<>();
    try {
      String text = Files.readString(file);
      int number = 0;
      for (String line : text.split("\n", -1)) {
        number++;
        if (!line.isBlank()) {
          entries.add(entry(file, number, line));
        }
      }
      if (!text.isEmpty() && !text.endsWith("\n")) {
        throw bad(file, number, "it has no end, so that it may have been cut");
      }
    } catch (IOException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "cannot read %s: %s.\n  A history is what heapstakes report RUN --history FILE makes.",
              file,
              reason(e)),
          e);
    }
    return entries;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file";
      case CharacterCodingException coding -> "it is no text in UTF-8";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static HistoryEntry entry(Path file, int number, String line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw bad(file, number, "it is no JSON: " + e.getOriginalMessage());
    }
    if (node.path("schema_version").asInt(0) != VERSION) {
      throw bad(
          file,
          number,
          String.format(
              Locale.ROOT,
              "its schema_version is %s, this program knows %d",
              node.path("schema_version"),
              VERSION));
    }
    int threads = node.path("threads").asInt(0);
    if (threads < 1 || text(node, "allocator").isEmpty() || text(node, "workload").isEmpty()) {
      throw bad(file, number, "it names no allocator, workload or number of threads");
    }
    return new HistoryEntry(
        text(node, "commit"),
        text(node, "date"),
        new Origin(text(node, "build"), text(node, "machine")),
        new CellKey(
            text(node, "allocator"),
            text(node, "settings"),
            text(node, "workload"),
            text(node, "trace_sha256"),
            text(node, "memory"),
            threads),
        figures(node.path("figures")));
  }

  private static String text(JsonNode node, String name) {
    return Printable.line(node.path(name).asString(""));
  }

  private static SequencedMap<Column, Double> figures(JsonNode node) {
    SequencedMap<Column, Double> figures = new LinkedHashMap<>();
    for (Column column : COLUMNS) {
      JsonNode value = node.path(column.header());
      if (value.isNumber() && Double.isFinite(value.asDouble())) {
        figures.put(column, value.asDouble());
      }
    }
    return figures;
  }

  private static ResultException bad(Path file, int number, String why) {
    return new ResultException(
        String.format(
            Locale.ROOT,
            "%s, line %d: %s.\n  Remove that line, or take the file from before it.",
            file,
            number,
            why));
  }
}
