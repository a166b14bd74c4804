package heapstakes.faults;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fault runner notices what may be lost. */
class RunFiguresTest {
  private static final String HEAD =
      "allocator,settings,kind,version,workload,trace_sha256,memory,threads,status,"
          + "throughput_ops_per_s,peak_resident_bytes\n";
  private static final String ROW = "bump,,floor,1,x,ab,linux,1,ok,5.5,4096\n";
  private static final String FORKS = "allocator,fork\nbump,1\n";

  @TempDir Path folder;
  private Path expected = Path.of("");
  private Path got = Path.of("");

  @BeforeEach
  void writeTwoRuns() throws IOException {
    expected = Files.createDirectory(folder.resolve("expected"));
    got = Files.createDirectory(folder.resolve("got"));
    for (Path run : List.of(expected, got)) {
      Files.writeString(run.resolve("cells.csv"), HEAD + ROW);
      Files.writeString(run.resolve("forks.csv"), FORKS);
      Files.writeString(run.resolve("timeline.csv"), "allocator,operation\nbump,1\nbump,2\n");
    }
  }

  private String difference() throws IOException {
    return RunFigures.of(got).differenceFrom(RunFigures.of(expected));
  }

  @Test
  void timesMayDifferAndNothingElse() throws IOException {
    assertThat(difference()).isEmpty();
    Files.writeString(got.resolve("cells.csv"), HEAD + ROW.replace("5.5", "7.1"));
    assertThat(difference()).isEmpty();
    Files.writeString(got.resolve("cells.csv"), HEAD + ROW.replace("4096", "8192"));
    assertThat(difference()).contains("peak_resident_bytes is '8192' instead of '4096'");
  }

  /** The runner is started from its source and cannot ask what a column is. */
  @Test
  void everyColumnOfTimesIsTakenForOne() throws IOException {
    Files.writeString(expected.resolve("cells.csv"), cellsWith("5.5"));
    Files.writeString(got.resolve("cells.csv"), cellsWith("7.1"));
    assertThat(difference()).isEmpty();
  }

  private static String cellsWith(String time) {
    StringJoiner head = new StringJoiner(",", "", "\n");
    StringJoiner row = new StringJoiner(",", "", "\n");
    for (Column column : Column.standard()) {
      head.add(column.header());
      row.add(column.origin() == Column.Origin.WALL_CLOCK ? time : "1");
    }
    return head.toString() + row;
  }

  @Test
  void aRoundThatIsThereTwiceIsNoticed() throws IOException {
    String head =
        "allocator,settings,workload,trace_sha256,memory,threads,round,one_life_ns_per_op";
    String round = "\nbump,,x,ab,linux,1,1,5.5";
    Files.writeString(expected.resolve("rounds.csv"), head + round);
    Files.writeString(got.resolve("rounds.csv"), head + round + round.replace(",1,5", ",2,5"));
    assertThat(difference()).isEmpty();
    Files.writeString(got.resolve("rounds.csv"), head + round + round.replace("5.5", "7.1"));
    assertThat(difference()).contains("rounds.csv, there twice: bump,,x,ab,linux,1,1");
  }

  @Test
  void aTimeThatWasNotMeasuredIsNoticed() throws IOException {
    Files.writeString(got.resolve("cells.csv"), HEAD + ROW.replace("5.5", ""));
    assertThat(difference()).contains("throughput_ops_per_s is '' instead of 'measured'");
  }

  @Test
  void aCellThatIsMissingOrThereTwiceIsNoticed() throws IOException {
    Files.writeString(got.resolve("cells.csv"), HEAD);
    assertThat(difference()).startsWith("cells: []");
    Files.writeString(got.resolve("cells.csv"), HEAD + ROW + ROW);
    assertThat(difference()).contains("status is 'there twice' instead of 'ok'");
  }

  @Test
  void rowsOfForksAndPointsOfTimelinesThatAreThereTwiceAreNoticed() throws IOException {
    Files.writeString(got.resolve("timeline.csv"), "allocator,operation\nbump,1\nbump,2\nbump,2\n");
    assertThat(difference()).isEqualTo("timeline.csv differs");
    Files.writeString(got.resolve("forks.csv"), FORKS + "bump,1\n");
    assertThat(difference()).startsWith("rows of files: {forks.csv bump=2}");
  }
}
