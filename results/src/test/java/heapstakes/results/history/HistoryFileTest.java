package heapstakes.results.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  private static final CellKey KEY = new CellKey("bump", "a=1", "jq \u2713", "simulated", 2);

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void writeARun() {
    file = folder.resolve("history.jsonl");
    CellsCsv.write(
        folder.resolve(CellsCsv.NAME),
        List.of(
            Cell.of(KEY)
                .text(Column.STATUS, "ok")
                .count(Column.RETAINED_BYTES, 1L << 40)
                .decimal(Column.RETURNED_SHARE, 0.25)
                .build()));
  }

  @Test
  void eachRunAddsItsCellsAndChangesNoLine() throws IOException {
    HistoryFile.append(folder, file, "one");
    String first = Files.readString(file);
    assertThat(HistoryFile.append(folder, file, "two\nlines")).isEqualTo(1);

    assertThat(Files.readString(file)).startsWith(first);
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(first).contains("\"retained_bytes\":1099511627776");
    List<HistoryEntry> entries = HistoryFile.read(file);
    assertThat(entries).extracting(HistoryEntry::commit).first().isEqualTo("one");
    assertThat(entries.getLast().key()).isEqualTo(KEY);
    assertThat(entries.getLast().figures())
        .hasSize(2)
        .containsEntry(Column.RETAINED_BYTES, 0x1p40)
        .containsEntry(Column.RETURNED_SHARE, 0.25);
  }

  @Test
  void nothingIsAddedToAFileThatIsDamaged() throws IOException {
    HistoryFile.append(folder, file, "one");
    String whole = Files.readString(file);
    for (String damaged :
        List.of(
            whole.substring(0, whole.length() - 20),
            whole.strip(),
            whole + "[]\n",
            whole + "{\"schema_version\":2}\n",
            whole + "{\"schema_version\":1}\n")) {
      Files.writeString(file, damaged);

      assertThatThrownBy(() -> HistoryFile.append(folder, file, "two"))
          .isInstanceOf(ResultException.class)
          .hasMessageContaining(file + ", line ");
      assertThat(file).hasContent(damaged);
    }
  }
}
