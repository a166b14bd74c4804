package heapstakes.results.run;

import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private final List<JournalEntry> entries;

  private Journal(Path file, List<JournalEntry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads what is there, if there is anything.
   *
   * @param complete puts the trace into keys of earlier versions
   */
  static Journal open(Path file, UnaryOperator<CellKey> complete) {
    try {
      byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      int whole = lengthOfWholeLines(bytes);
      if (whole < bytes.length) {
        Files.write(file, Arrays.copyOf(bytes, whole));
      }
      String text = new String(bytes, 0, whole, StandardCharsets.UTF_8);
      return new Journal(file, parse(file, text, complete));
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static int lengthOfWholeLines(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] != '\n') {
      length--;
    }
    return length;
  }

  private static List<JournalEntry> parse(Path file, String text, UnaryOperator<CellKey> complete) {
    List<JournalEntry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      try {
        entries.add(parse(line, complete));
      } catch (JacksonException e) {
        throw new ResultException(
            "%s, line %d: %s.\n  Remove that line; its stage is then run again."
                .formatted(file, entries.size() + 1, e.getOriginalMessage()),
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

  /** Everything finished, in order. */
  List<JournalEntry> entries() {
    return List.copyOf(entries);
  }

  /** Adds a line in one write. */
  void add(JournalEntry entry) {
    try {
      Files.writeString(
          file,
          MAPPER.writeValueAsString(entry) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw unusable(file, e);
    }
    entries.add(entry);
  }

  private static ResultException unusable(Path file, IOException e) {
    return new ResultException(
        "cannot use %s: %s.\n  Make it writable, or give another directory with --out."
            .formatted(file, e.getMessage()),
        e);
  }
}
