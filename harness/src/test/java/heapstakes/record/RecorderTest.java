package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.driver.DriverException;
import heapstakes.driver.NativeBuild;
import heapstakes.trace.Traces;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is expected was read off calls.c by hand. */
class RecorderTest {
  private static final List<String> CALLS =
      List.of(
          "t 0",
          "m 0 100",
          "c 1 3 7",
          "r 0 200000",
          "g 2 64 128",
          "g 3 256 512",
          "g 4 32 96",
          "r 5 100",
          "g 6 4096 10",
          "T 4096",
          "f 1",
          "f 2",
          "f 3",
          "f 4",
          "f 5",
          "f 6",
          "f 0");

  @TempDir private static Path folder;
  private static Path program;

  @BeforeAll
  static void compile() throws Exception {
    NativeBuild.of(NativeBuild.Program.RECORDER).unavailable().ifPresent(Assumptions::abort);
    program = folder.resolve("calls");
    Path source = folder.resolve("calls.c");
    try (InputStream in = RecorderTest.class.getResourceAsStream("calls.c")) {
      Files.copy(Objects.requireNonNull(in), source);
    }
    Process compiler =
        new ProcessBuilder(
                "cc",
                "-O1",
                "-fno-builtin",
                "-pthread",
                "-o",
                program.toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"return,0", "_exit,3", "abort,134", "term,143", "kill,137"})
  void everyCallIsRecordedInOrderHoweverTheProgramEnds(String end, int code) throws Exception {
    try (Recorder recorder = record(end, code)) {
      assertThat(recorder.images()).hasSize(1);
      assertThat(trace(recorder.images().getFirst())).isEqualTo(CALLS);
    }
  }

  @Test
  void whatAProgramBecomesByExecIsAnImageOfItsOwn() throws Exception {
    try (Recorder recorder = record("exec", 0)) {
      assertThat(recorder.images()).extracting(RecordedImage::image).containsExactly(0, 1);
      assertThat(trace(recorder.images().get(0))).isEqualTo(CALLS);
      assertThat(trace(recorder.images().get(1))).containsExactly("t 0", "m 0 11", "f 0");
    }
  }

  @Test
  void aForkedChildBeginsWithTheBlocksThatItsParentHad() throws Exception {
    try (Recorder recorder = record("fork", 0)) {
      long parent = recorder.process();
      assertThat(recorder.images()).hasSize(2);
      for (RecordedImage image : recorder.images()) {
        if (image.process() == parent) {
          assertThat(trace(image)).containsExactly("t 0", "c 0 2 500", "m 1 600", "f 1", "f 0");
        } else {
          assertThat(trace(image))
              .containsExactly("t 0", "c 0 2 500", "P populated", "f 0", "m 0 700");
        }
      }
    }
  }

  @Test
  void aThreadAndWhatItFreesOfAnotherAreTold() throws Exception {
    try (Recorder recorder = record("thread", 0)) {
      List<String> lines = trace(recorder.images().getFirst());
      String ours = block(lines, 70_000);
      String theirs = block(lines, 70_001);
      // The C library's own blocks for a thread lie in between.
      assertThat(lines)
          .containsSubsequence(
              "t 0",
              "m " + ours + " 70000",
              "t 1",
              "m " + theirs + " 70001",
              "f " + ours,
              "x 1",
              "t 0",
              "f " + theirs);
    }
  }

  @Test
  void timesAreRecordedWhenTheyAreAskedFor() throws Exception {
    try (Recorder recorder = new Recorder(List.of(program.toString(), "return"), folder, true)) {
      assertThat(recorder.await()).isZero();
      List<String> lines = trace(recorder.images().getFirst());
      assertThat(lines.stream().filter(line -> !line.startsWith("@"))).isEqualTo(CALLS);
      assertThat(lines).anyMatch(line -> line.matches("@ [1-9][0-9]*"));
    }
  }

  @Test
  void aCommandThatIsNotThereIsAnErrorAndLeavesNothing() throws Exception {
    Path place = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> new Recorder(List.of("/no/such/program"), place, false))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("/no/such/program cannot be started");
    assertThat(place).isEmptyDirectory();
  }

  private static String block(List<String> lines, long size) {
    return lines.stream()
        .filter(line -> line.startsWith("m ") && line.endsWith(" " + size))
        .map(line -> line.split(" ")[1])
        .findFirst()
        .orElseThrow();
  }

  private static Recorder record(String end, int code) throws InterruptedException {
    Recorder recorder = new Recorder(List.of(program.toString(), end), folder, false);
    assertThat(recorder.await()).isEqualTo(code);
    return recorder;
  }

  private static List<String> trace(RecordedImage image) throws Exception {
    Path text = folder.resolve("trace.hst");
    Traces.importTo("recorder:" + image.file(), text);
    return Files.readAllLines(text).stream().filter(line -> !line.startsWith("#")).toList();
  }
}
