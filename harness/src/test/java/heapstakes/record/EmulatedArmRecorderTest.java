package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.driver.EmulatedArm;
import heapstakes.driver.NativeBuild;
import heapstakes.trace.file.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorder for arm64, emulated. */
@Tag("long")
class EmulatedArmRecorderTest {
  @TempDir private Path folder;

  private static void run(List<String> command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void callsOfAProgramForArmAreRecorded() throws Exception {
    EmulatedArm.assumeHere();
    Path recorder = EmulatedArm.built(NativeBuild.Program.RECORDER, folder);
    String steps = folder.resolve("steps").toString();
    run(
        List.of(
            EmulatedArm.compiler(),
            "-O0",
            "-fno-builtin",
            "-w",
            "-pthread",
            "-o",
            steps,
            RecordedPrograms.source()));
    Path recording = Files.createDirectory(folder.resolve("recording"));
    List<String> command = new ArrayList<>(EmulatedArm.command());
    command.addAll(List.of("-E", "LD_PRELOAD=" + recorder));
    command.addAll(List.of("-E", "HEAPSTAKES_RECORD=" + recording, steps, "threads"));
    run(command);

    Path text = folder.resolve("calls.hst");
    try (Stream<Path> files = Files.list(recording)) {
      Path raw = files.filter(file -> file.toString().endsWith(".raw")).findFirst().orElseThrow();
      Traces.importTo("recorder:" + raw, text);
    }
    assertThat(Calls.of(text)).isEqualTo(RecorderTest.CALLS_OF_THREADS);
  }
}
