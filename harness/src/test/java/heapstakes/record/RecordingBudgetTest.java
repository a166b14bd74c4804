package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.Op;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.workload.imported.RecorderParts;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A long recording is packed while it is made, and ends where its budget does. */
@Timeout(300)
class RecordingBudgetTest extends RecordedPrograms {
  private static final int BLOCKS = 2_000_000;
  private static final int MANY = 10_000_000;

  /** So many blocks one after the other, and four in the end; waits for a file before these. */
  private static final String PROGRAM =
      """
      #include <stdlib.h>
      #include <unistd.h>
      int main(int count, char **words) {
        for (int i = atoi(words[1]); i > 0; i--) free(malloc(10000 + i % 1000));
        while (count > 2 && access(words[2], F_OK)) usleep(1000);
        for (int i = 1; i <= 4; i++) malloc(20000 + i);
        return 0;
      }
      """;

  @BeforeAll
  static void compileLong() throws Exception {
    Path source = Files.writeString(built.resolve("long.c"), PROGRAM);
    cc("-O1", "-fno-builtin", "-w", "-o", program(), source.toString());
  }

  private static String program() {
    return built.resolve("long").toString();
  }

  private static RecordingOptions options() {
    return new RecordingOptions(false, 0, false, RecordingOptions.Window.FROM_START, true);
  }

  private ImportReport imported(Path raw) {
    return Traces.importTo("recorder:" + raw, folder.resolve("made.hsb"));
  }

  /** 4 000 004 records are three whole parts and a rest. */
  @Test
  void whatWasPackedTakesNoSpaceInTheRecordersFileAndIsJoinedByTheImport() throws Exception {
    Path word = folder.resolve("word");
    List<String> command = List.of(program(), String.valueOf(BLOCKS), word.toString());
    try (Recorder recorder = new Recorder(command, folder, options())) {
      Path raw;
      try (RecordingBudget budget = new RecordingBudget(recorder, Long.MAX_VALUE)) {
        while (recorder.images().isEmpty()) {
          Thread.sleep(1);
        }
        raw = recorder.images().getFirst().file();
        while (RecorderParts.count(raw) < 3) {
          Thread.sleep(1);
        }
        Files.createFile(word);
        assertThat(recorder.await()).isZero();
        assertThat(budget.isExceeded()).isFalse();
      }
      try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "r")) {
        file.seek(RecorderParts.start(1));
        assertThat(file.readLong()).isZero();
        file.seek(RecorderParts.start(3));
        assertThat(file.readLong()).isNotZero();
      }
      ImportReport report = imported(raw);
      assertThat(summary(report).count(Op.FREE)).isEqualTo(BLOCKS);
      assertThat(summary(report).count(Op.MALLOC)).isEqualTo(BLOCKS + 4L);
      assertThat(report.trace().info().peakRequestedBytes()).isEqualTo(4 * 20_000 + 10);
      assertThat(report.notes().entrySet().stream().filter(note -> note.getValue() > 0))
          .extracting(note -> note.getKey() + " " + note.getValue())
          .containsExactly("blocks that are never freed 4");
      Files.delete(RecorderParts.part(raw, 1));
      assertThat(imported(raw).notes())
          .containsKey("calls cut off by the end of the process or of the disk (left out)");
    }
  }

  @Test
  void whereTheBudgetIsUsedUpTheRecordingEndsAndTheProgramGoesOn() throws Exception {
    List<String> command = List.of(program(), String.valueOf(MANY));
    try (Recorder recorder = new Recorder(command, folder, options())) {
      try (RecordingBudget budget = new RecordingBudget(recorder, 1000)) {
        assertThat(recorder.await()).isZero();
        assertThat(budget.isExceeded()).isTrue();
      }
      ImportReport report = imported(recorder.images().getFirst().file());
      assertThat(summary(report).count(Op.FREE)).isBetween(1L, MANY - 1L);
    }
  }
}
