package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.driver.NativeBuild;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are recorded by tests: {@code steps.c}, whose calls are known, and others. */
abstract class RecordedPrograms {
  @TempDir static Path built;
  @TempDir Path folder;

  /** How the last one ended. */
  int code;

  @BeforeAll
  static void compile() throws Exception {
    Optional<String> reason = NativeBuild.of(NativeBuild.Program.RECORDER).unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
    cc("-O0", "-fno-builtin", "-w", "-pthread", "-o", steps(), source());
  }

  static void cc(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("cc"));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  static String steps() {
    return built.resolve("steps").toString();
  }

  static String source() throws Exception {
    return Path.of(RecordedPrograms.class.getResource("steps.c").toURI()).toString();
  }

  /** The calls of each image, the command's process first. */
  List<List<String>> calls(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(steps()));
    command.addAll(List.of(arguments));
    try (Recorder recorder = new Recorder(command, folder, RecordingOptions.PLAIN)) {
      code = recorder.await();
      List<List<String>> calls = new ArrayList<>();
      for (RecordedImage image : recorder.images()) {
        Path text = folder.resolve("calls.hst");
        Traces.importTo(convert(image).trace().file().toString(), text);
        calls.add(Calls.of(text));
      }
      return calls;
    }
  }

  /** Of the last image of the command's process. */
  ImportReport report(List<String> command) throws Exception {
    try (Recorder recorder = new Recorder(command, folder, RecordingOptions.PLAIN)) {
      code = recorder.await();
      return convert(recorder.images().getLast());
    }
  }

  private ImportReport convert(RecordedImage image) {
    return Traces.importTo("recorder:" + image.file(), folder.resolve("made.hsb"));
  }

  static TraceSummary summary(ImportReport report) {
    return report.trace().summary();
  }
}
