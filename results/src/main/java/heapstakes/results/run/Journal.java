package heapstakes.results.run;

import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AppendedFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
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
import org.jspecify.annotations.Nullable;
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
      throw unreadable(file, e);
    }
  }

  private static ResultException unreadable(Path file, IOException e) {
    return new ResultException(
        String.format(
            Locale.ROOT,
            "cannot read %s: %s.\n  Make it readable, or give another directory with --out.",
            file,
            e.getMessage()),
        e);
  }

  /** The lines of a journal one by one, as there may be more than fit into memory. */
  static final class Lines implements AutoCloseable {
    private final Path file;
    private final BufferedReader reader;
    private long number;

    Lines(Path file) {
      this.file = file;
      AppendedFile.dropUnfinishedLine(file);
      try {
        reader =
            Files.exists(file)
                ? Files.newBufferedReader(file)
                : new BufferedReader(Reader.nullReader());
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    /** The next one; null after the last. */
    @Nullable JournalEntry next() {
      try {
        String line = reader.readLine();
        return line == null ? null : parse(file, ++number, line, UnaryOperator.identity());
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
  }

  /** Writes a line. */
  static void write(Appendable out, JournalEntry entry) throws IOException {
    out.append(MAPPER.writeValueAsString(entry)).append('\n');
  }

  private static List<JournalEntry> parse(Path file, String text, UnaryOperator<CellKey> complete) {
    List<JournalEntry> entries = new ArrayList<>();
    text.lines().forEach(line -> entries.add(parse(file, entries.size() + 1, line, complete)));
    return entries;
  }

  private static JournalEntry parse(
      Path file, long number, String line, UnaryOperator<CellKey> complete) {
    try {
      return parse(line, complete);
    } catch (JacksonException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s, line %d: %s.\n  Remove that line; its stage is then run again.",
              file,
              number,
              e.getOriginalMessage()),
          e);
    }
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
    AppendedFile.append(file, writer -> write(writer, entry));
    note(entry);
  }
}
