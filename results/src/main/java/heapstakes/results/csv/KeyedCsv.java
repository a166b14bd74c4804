package heapstakes.results.csv;

import heapstakes.results.CellKey;
import heapstakes.results.OutputException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    SequencedMap<CellKey, List<List<String>>> rows = new LinkedHashMap<>();
    eachRow((key, row) -> rows.computeIfAbsent(key, k -> new ArrayList<>()).add(row));
    return rows;
  }

  /** Cells that have rows; what was being written when the process died does not count. */
  public Set<CellKey> keys() {
    AppendedFile.dropUnfinishedLine(file);
    Set<CellKey> keys = new LinkedHashSet<>();
    eachRow((key, row) -> keys.add(key));
    return keys;
  }

  /**
   * Reads the file row by row, as it may be larger than memory.
   *
   * @param each gets the cell and its row without the key
   * @return whether an earlier version wrote some of it
   */
  private boolean eachRow(BiConsumer<CellKey, List<String>> each) {
    if (!Files.exists(file)) {
      return false;
    }
    boolean older = false;
    try (Reading reading = reading()) {
      for (CsvTable.Row row = reading.next(); row != null; row = reading.next()) {
        each.accept(reading.key(row), figures(row));
        older |= CsvRows.isOlder(row);
      }
      older |= !reading.cursor.present().contains(TRACE);
    }
    CsvTable.requireEnd(file);
    return older;
  }

  private Reading reading() {
    return new Reading(
        new CsvCursor(file, header.stream().filter(name -> !name.equals(TRACE)).toList()));
  }

  /** A pass over the file. */
  private final class Reading implements AutoCloseable {
    private final CsvCursor cursor;
    private @Nullable OlderKeys keys;

    Reading(CsvCursor cursor) {
      this.cursor = cursor;
    }

    CsvTable.@Nullable Row next() {
      return cursor.next();
    }

    CellKey key(CsvTable.Row row) {
      CellKey key = keyOf(row);
      if (row.has(TRACE)) {
        return key;
      }
      if (keys == null) {
        keys = OlderKeys.in(file.resolveSibling(CellsCsv.NAME));
      }
      return keys.complete(key);
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  /** The cells' rows, a cell at a time, in the file's order; none where there is no file. */
  public final class Cells implements AutoCloseable {
    private final @Nullable Reading reading;
    private CsvTable.@Nullable Row row;

    private Cells() {
      if (Files.exists(file)) {
        CsvTable.requireEnd(file);
        reading = reading();
        row = reading.next();
      } else {
        reading = null;
      }
    }

    /** Whose rows come next; null after the last. */
    public @Nullable CellKey key() {
      return reading == null || row == null ? null : reading.key(row);
    }

    /** The rows of {@link #key}, without it. */
    public List<List<String>> rows() {
      List<List<String>> rows = new ArrayList<>();
      CellKey key = key();
      while (reading != null && row != null && reading.key(row).equals(key)) {
        rows.add(figures(row));
        row = reading.next();
      }
      return rows;
    }

    @Override
    public void close() {
      if (reading != null) {
        reading.close();
      }
    }
  }

  /** Reads cell by cell. */
  public Cells cells() {
    return new Cells();
  }

  /** Writes the header. */
  public void header(Writer writer) throws IOException {
    CsvRows.header(writer, header);
  }

  /** Writes a cell's rows, which come without the key. */
  public void rows(Writer writer, CellKey key, List<List<String>> rows) throws IOException {
    for (List<String> row : rows) {
      CsvRows.row(writer, keyed(key, row));
    }
  }

  private List<String> figures(CsvTable.Row row) {
    for (String column : columns) {
      if (!words.contains(column) && !number.test(row.get(column))) {
        throw row.bad(column, "no number that this can be");
      }
    }
    return columns.stream().map(row::get).toList();
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
    AtomicBoolean all = new AtomicBoolean(true);
    boolean older = eachRow((key, row) -> all.compareAndSet(true, wanted.test(key)));
    if (!older && all.get()) {
      return;
    }
    AtomicFile.write(
        file,
        writer -> {
          CsvRows.header(writer, header);
          eachRow((key, row) -> {
            if (wanted.test(key)) {
              append(writer, keyed(key, row));
            }
          });
        });
  }

  private void append(Writer writer, List<String> row) {
    try {
      CsvRows.row(writer, row);
    } catch (IOException e) {
      throw new OutputException(file, e); // not a fault of what is read
    }
  }
}
