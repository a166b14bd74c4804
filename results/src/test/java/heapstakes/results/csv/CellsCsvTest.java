package heapstakes.results.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.MemoryUse;
import heapstakes.results.ResultException;
import heapstakes.results.TimelinePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsCsvTest {
  private static final CellKey KEY = new CellKey("ptmalloc2", "", "sqlite3", "simulated", 1);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("cells.csv");
  }

  @Test
  void whatIsWrittenIsReadBackWhateverTheNames() {
    List<Cell> cells =
        List.of(
                "plain",
                "a,b",
                "say \"x\"",
                "two\nlines",
                " spaces ",
                "µ→漢字",
                "-1",
                "=1+1",
                "'=1+1",
                "@x",
                "+x",
                "-x")
            .stream()
            .map(name ->
                Cell.of(new CellKey(name, name, name, "linux", 2))
                    .text(Column.VERSION, name)
                    .count(Column.PEAK_RESIDENT_BYTES, Long.MAX_VALUE / 10)
                    .decimal(Column.THROUGHPUT_OPS_PER_S, 1.0 / 3)
                    .decimal(Column.RESIDENT_BYTE_SECONDS, 1e-300)
                    .build())
            .toList();

    CellsCsv.write(file(), cells);

    assertThat(CellsCsv.read(file())).isEqualTo(cells);
  }

  @Test
  void noCellIsAFormulaForASpreadsheet() throws IOException {
    CellsCsv.write(file(), List.of(Cell.of(new CellKey("=cmd()", "", "@w", "linux", 2)).build()));

    assertThat(Files.readString(file()))
        .contains("'=cmd()", "'@w")
        .doesNotContainPattern("(^|,)[=@]");
  }

  /** Such as no run of ours writes; whoever shows a table need not think of them. */
  @Test
  void controlCharactersOfAnEditedFileAreReadAsTheyAreShown() throws IOException {
    CellsCsv.write(file(), List.of(Cell.of(KEY).build()));
    String text = Files.readString(file());
    Files.writeString(file(), text.replace("sqlite3", "sq\033[31mlite"));

    assertThat(CellsCsv.read(file()).getFirst().key().workload()).isEqualTo("sq\\u001b[31mlite");
  }

  @Test
  void numbersAreWrittenTheSameInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      Cell cell =
          Cell.of(KEY)
              .count(Column.OPS, 1234567)
              .decimal(Column.THROUGHPUT_OPS_PER_S, 12345678.5)
              .decimal(Column.INTERNAL_FRAGMENTATION, 0.00001)
              .build();
      CellsCsv.write(file(), List.of(cell));
    } finally {
      Locale.setDefault(before);
    }

    assertThat(Files.readString(file())).contains(",1234567,12345678.5,", ",0.000010,");
  }

  @Test
  void whatWasNotMeasuredIsEmptyAndNeverZero() throws IOException {
    Cell cell =
        Cell.of(KEY)
            .measured(Column.LAZY_FREE_BYTES, -1)
            .measured(Column.MINOR_FAULTS, 0)
            .decimal(Column.RETURNED_SHARE, Double.NaN)
            .build();
    CellsCsv.write(file(), List.of(cell));

    Cell read = CellsCsv.read(file()).getFirst();
    assertThat(read.text(Column.LAZY_FREE_BYTES)).isEmpty();
    assertThat(read.number(Column.RETURNED_SHARE)).isEmpty();
    assertThat(read.count(Column.MINOR_FAULTS)).hasValue(0);
  }

  /** The list of design.md section 6, with its dots spelled out. */
  @Test
  void theColumnsAreThoseOfTheContractInItsOrder() throws IOException {
    CellsCsv.write(file(), List.of());

    String percentiles = "p50_ns p90_ns p99_ns p99_9_ns p99_99_ns max_ns";
    String expected =
        "allocator settings kind version workload trace_sha256 memory threads status ops"
            + " throughput_ops_per_s throughput_error_ops_per_s "
            + prefixed("latency_", percentiles)
            + " modelled_ns_per_op "
            + prefixed("modelled_", percentiles)
            + " peak_requested_bytes peak_allocated_bytes peak_mapped_bytes peak_resident_bytes"
            + " end_requested_bytes end_mapped_bytes end_resident_bytes retained_bytes"
            + " lazy_free_bytes returned_brk_bytes returned_munmap_bytes returned_dontneed_bytes"
            + " returned_free_bytes returned_share time_to_return_half_ns resident_byte_seconds"
            + " internal_fragmentation external_fragmentation metadata_bytes minor_faults"
            + " sbrk_calls mmap_calls munmap_calls madvise_calls mprotect_calls mremap_calls"
            + " twin_of badge end_held_bytes one_life_ns_per_op one_life_ns_per_op_low"
            + " one_life_ns_per_op_high steady_ns_per_op steady_ns_per_op_low"
            + " steady_ns_per_op_high forecast_one_life_ns_per_op forecast_steady_ns_per_op"
            + " reallocs moved_reallocs relocation_ratio copied_bytes cross_thread_frees"
            + " cross_thread_freed_bytes arenas arena_bytes largest_arena_bytes"
            + " copied_on_write_bytes peak_anon_huge_bytes end_anon_huge_bytes huge_coverage"
            + " peak_huge_bloat_bytes end_huge_bloat_bytes khugepaged_collapses"
            + " schema_version";
    assertThat(Files.readString(file())).isEqualTo(expected.replace(' ', ',') + "\n");
  }

  private static String prefixed(String prefix, String names) {
    return Arrays.stream(names.split(" ")).map(prefix::concat).collect(Collectors.joining(" "));
  }

  @Test
  void aWrongNumberIsNamedWithItsLineAndColumn() throws IOException {
    CellsCsv.write(file(), List.of(Cell.of(KEY).count(Column.PEAK_RESIDENT_BYTES, 424242).build()));
    Files.writeString(file(), Files.readString(file()).replace("424242", "42x"));

    assertThatThrownBy(() -> CellsCsv.read(file()))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("cells.csv", "line 2", "peak_resident_bytes", "'42x'");
  }

  @ParameterizedTest
  @CsvSource({
    "status,great,no status",
    "peak_resident_bytes,-1,negative",
    "minor_faults,-7,negative",
    "ops,9223372036854775808,no whole number",
    "throughput_ops_per_s,-2.5,negative",
    "throughput_ops_per_s,NaN,no number",
    "latency_p50_ns,Infinity,no number",
    "latency_p50_ns,1e3,no number",
    "threads,4294967297,no number from 1",
    "threads,0,no number from 1",
    "threads,-1,no number from 1",
    "threads,'',no number from 1"
  })
  void aValueThatCannotBeIsNamedWithItsPlace(String name, String value, String why)
      throws IOException {
    Column column = Column.of(name).orElseThrow();
    List<String> header = Column.standard().stream().map(Column::header).toList();
    List<String> row =
        Column.standard().stream()
            .map(c -> c.equals(column) ? value : c.equals(Column.THREADS) ? "1" : "")
            .toList();
    Files.writeString(file(), String.join(",", header) + "\r\n" + String.join(",", row) + "\r\n");

    assertThatThrownBy(() -> CellsCsv.read(file()))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll(
            "cells.csv", "line 2", "column " + column.header(), "'" + value + "'", why);
  }

  @ParameterizedTest
  @CsvSource({"1000,-1000", "1000,NaN", "1000,1.5", "1000,9223372036854775808", "1,4294967297"})
  void aValueOfATimelineThatCannotBeIsNamedWithItsPlace(String from, String to) throws IOException {
    MemoryUse use = MemoryUse.of(1000, 1000, 1000, 1000);
    TimelineCsv.append(
        folder,
        KEY,
        List.of(new TimelinePoint(2, 3, "", use, OptionalLong.empty(), OptionalLong.empty())));
    Path timeline = folder.resolve("timeline.csv");
    String text = Files.readString(timeline);
    assertThat(text).contains("," + from + ",");
    Files.writeString(timeline, text.replaceFirst("," + from + ",", "," + to + ","));

    assertThatThrownBy(() -> TimelineCsv.points(folder))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("timeline.csv", "line 2", "column ", "'" + to + "'");
  }

  /** The end of the last value may be missing: version 12 would be 1. */
  @Test
  void aRowWithoutALineEndIsNotBelieved() throws IOException {
    CellsCsv.write(file(), List.of(Cell.of(KEY).text(Column.TWIN_OF, "native-glibc@2.36").build()));
    String whole = Files.readString(file());
    Files.writeString(file(), whole.substring(0, whole.length() - 1));

    assertThatThrownBy(() -> CellsCsv.read(file()))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("cells.csv", "no line end", "--resume");
  }

  @Test
  void aMissingColumnAndACutRowAreNamed() throws IOException {
    Files.writeString(file(), "allocator,settings\r\nbump,\r\n");
    assertThatThrownBy(() -> CellsCsv.read(file()))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("no column 'kind'");

    CellsCsv.write(file(), List.of(Cell.of(KEY).build()));
    String whole = Files.readString(file());
    Files.writeString(file(), whole.substring(0, whole.length() - 20));
    assertThatThrownBy(() -> CellsCsv.read(file()))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void aFileFromBeforeTheColumnOfTwinsIsReadAndItsStockModelsAreTwinsOfTheirVersion()
      throws IOException {
    String header =
        Column.standard().stream()
            .filter(column -> column != Column.TWIN_OF && column != Column.BADGE)
            .map(Column::header)
            .collect(Collectors.joining(","));
    String rest = ",w,d,simulated,1,ok" + ",".repeat(header.split(",").length - 9);
    Files.writeString(
        file(),
        String.join(
            "\r\n",
            header,
            "ptmalloc2,,model,glibc 2.36" + rest,
            "ptmalloc2,mxfast=0,strategy,glibc 2.36" + rest,
            "jemalloc,,model,jemalloc 5.3.0" + rest,
            "native-glibc,,native,glibc 2.36" + rest,
            ""));

    assertThat(CellsCsv.read(file()).stream().map(cell -> cell.text(Column.TWIN_OF)))
        .containsExactly("native-glibc@2.36", "", "", "");
  }

  @Test
  void twoRowsOfTheSameCellAreAnError() throws IOException {
    CellsCsv.write(file(), List.of(Cell.of(KEY).build()));
    String whole = Files.readString(file());
    Files.writeString(file(), whole + whole.lines().skip(1).findFirst().orElseThrow() + "\r\n");

    assertThatThrownBy(() -> CellsCsv.read(file()))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("second row", "ptmalloc2", "sqlite3");
  }

  @Test
  void whenAFileCannotBeWrittenTheOldOneStays() throws IOException {
    CellsCsv.write(file(), List.of(Cell.of(KEY).build()));

    assertThatThrownBy(() ->
            AtomicFile.write(
                file(),
                writer -> {
                  writer.write("half of");
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("cells.csv", "No space left on device", "--resume");

    assertThat(CellsCsv.read(file())).hasSize(1);
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(1);
    }
  }
}
