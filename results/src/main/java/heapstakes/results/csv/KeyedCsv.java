package heapstakes.results.csv;

import heapstakes.results.CellKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A CSV file with many rows a cell: the cell's key comes first in every row. */
public final class KeyedCsv {
  private static final String TRACE = "trace_sha256";
  private static final List<String> KEY_HEADER =
      List.of("allocator", "settings", "workload", TRACE, "memory", "threads");

  private final Path file;
  private final List<String> columns;
  private final Set<String> words;
  private final Predicate<String> number;
  private final List<String> header;

  /**
   * @param file may be missing
   * @param columns names behind the key's, with units
   * @param words those of {@code columns} that are no numbers
   * @param number what the others must be
   */
  KeyedCsv(Path file, List<String> columns, Set<String> words, Predicate<String> number) {
    this.file = file;
    this.words = Set.copyOf(words);
    this.number = number;
    this.columns = List.copyOf(columns);
    this.header = Stream.concat(KEY_HEADER.stream(), columns.stream()).toList();
  }

  /** Adds a cell's rows; they are on disk when this returns. */
  void append(CellKey key, List<List<String>> rows) {
    List<List<String>> keyed = rows.stream().map(row -> keyed(key, row)).toList();
    boolean fresh = !Files.exists(file);
    AppendedFile.append(
        file,
        writer -> {
          if (fresh) {
            CsvRows.header(writer, header);
          }
          CsvTable.append(writer, keyed);
        });
  }

  private static List<String> keyed(CellKey key, List<String> row) {
    return Stream.concat(
            Stream.of(
                key.allocator(),
                key.settings(),
                key.workload(),
                key.trace(),
                key.memory(),
                Integer.toString(key.threads())),
            row.stream())
        .toList();
  }

  /** Rows by cell, without the key, in the file's order; empty when there is no file. */
  public SequencedMap<CellKey, List<List<String>>> read() {
    return content().rows();
  }

  /** Cells that have rows; what was being written when the process died does not count. */
  public Set<CellKey> keys() {
    AppendedFile.dropUnfinishedLine(file);
    return content().rows().keySet();
  }

  /**
   * What the file has.
   *
   * @param older whether an earlier version wrote some of it
   */
  private record Content(SequencedMap<CellKey, List<List<String>>> rows, boolean older) {}

  private Content content() {
    SequencedMap<CellKey, List<List<String>>> rows = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return new Content(rows, false);
    }
    AtomicBoolean older = new AtomicBoolean();
    List<String> present =
        CsvTable.read(
            file,
            header.stream().filter(name -> !name.equals(TRACE)).toList(),
            row -> {
              rows.computeIfAbsent(keyOf(row), key -> new ArrayList<>()).add(figures(row));
              older.compareAndSet(false, CsvRows.isOlder(row));
            });
    CsvTable.requireEnd(file);
    boolean hasTrace = present.contains(TRACE);
    return new Content(hasTrace ? rows : completed(rows), !hasTrace || older.get());
  }

  private List<String> figures(CsvTable.Row row) {
    for (String column : columns) {
      if (!words.contains(column) && !number.test(row.get(column))) {
        throw row.bad(column, "no number that this can be");
      }
    }
    return columns.stream().map(row::get).toList();
  }

  private SequencedMap<CellKey, List<List<String>>> completed(
      SequencedMap<CellKey, List<List<String>>> rows) {
    OlderKeys keys = OlderKeys.in(file.resolveSibling(CellsCsv.NAME));
    SequencedMap<CellKey, List<List<String>>> completed = new LinkedHashMap<>();
    rows.forEach((key, own) -> completed.put(keys.complete(key), own));
    return completed;
  }

  private static CellKey keyOf(CsvTable.Row row) {
    return new CellKey(
        row.get("allocator"),
        row.get("settings"),
        row.get("workload"),
        row.has(TRACE) ? row.get(TRACE) : "",
        row.get("memory"),
        row.threads("threads"));
  }

  /** Drops the rows of the cells that {@code wanted} does not want. */
  public void retain(Predicate<CellKey> wanted) {
    AppendedFile.dropUnfinishedLine(file);
    Content content = content();
    if (!content.older() && content.rows().keySet().stream().allMatch(wanted)) {
      return;
    }
    List<List<String>> kept = new ArrayList<>();
    content
        .rows()
        .forEach((key, own) -> {
          if (wanted.test(key)) {
            own.forEach(row -> kept.add(keyed(key, row)));
          }
        });
    AtomicFile.write(file, writer -> CsvTable.write(writer, header, kept));
  }
}
