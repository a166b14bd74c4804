package heapstakes.results.run;

import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AppendedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code cells.done}: what is finished, one JSON object a line, appended when all of its files are
 * in place. A last line without its end was being written when the process died and is dropped.
 */
final class Journal {
  static final String NAME = "cells.done";

  private static final String TRACE = "trace";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private final Path file;
  private final Map<CellStage, JournalEntry> last = new HashMap<>();

  private Journal(Path file, List<JournalEntry> entries) {
    this.file = file;
    entries.forEach(this::note);
  }

  private record CellStage(CellKey key, Stage stage) {}

  private void note(JournalEntry entry) {
    last.put(new CellStage(entry.key(), entry.stage()), entry);
  }

  /**
   * Reads what is there, if there is anything.
   *
   * @param complete puts the trace into keys of earlier versions
   */
  static Journal open(Path file, UnaryOperator<CellKey> complete) {
    try {
      AppendedFile.dropUnfinishedLine(file);
      String text = Files.exists(file) ? Files.readString(file) : "";
      return new Journal(file, parse(file, text, complete));
    } catch (IOException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "cannot read %s: %s.\n  Make it readable, or give another directory with --out.",
              file,
              e.getMessage()),
          e);
    }
  }

  private static List<JournalEntry> parse(Path file, String text, UnaryOperator<CellKey> complete) {
    List<JournalEntry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      try {
        entries.add(parse(line, complete));
      } catch (JacksonException e) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                "%s, line %d: %s.\n  Remove that line; its stage is then run again.",
                file,
                entries.size() + 1,
                e.getOriginalMessage()),
            e);
      }
    }
    return entries;
  }

  private static JournalEntry parse(String line, UnaryOperator<CellKey> complete) {
    JsonNode tree = MAPPER.readTree(line);
    if (tree.path("key") instanceof ObjectNode key && !key.has(TRACE)) {
      key.put(TRACE, ""); // by an earlier version
    }
    JournalEntry entry = MAPPER.treeToValue(tree, JournalEntry.class);
    return new JournalEntry(
        complete.apply(entry.key()), entry.stage(), entry.status(), entry.detail());
  }

  /** How a stage of a cell last ended. */
  Optional<JournalEntry> last(CellKey key, Stage stage) {
    return Optional.ofNullable(last.get(new CellStage(key, stage)));
  }

  /** Takes for not finished whatever {@code holds} does not hold of. */
  void retain(Predicate<JournalEntry> holds) {
    last.values().removeIf(holds.negate());
  }

  /** Adds a line; it is on disk when this returns. */
  void add(JournalEntry entry) {
    AppendedFile.append(
        file, writer -> writer.append(MAPPER.writeValueAsString(entry)).append('\n'));
    note(entry);
  }
}
