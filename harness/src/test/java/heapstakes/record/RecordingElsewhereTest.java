package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.trace.file.Traces;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** As in a container: a root with a program and the libraries that it needs, and nothing else. */
class RecordingElsewhereTest extends RecordedPrograms {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*) ");

  private Path root() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root"));
    Process ldd = new ProcessBuilder("ldd", steps()).start();
    String needs = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> files =
        LIBRARY.matcher(needs).results().map(MatchResult::group).map(String::strip).toList();
    for (String file : files) {
      Path copy = root.resolve(file.substring(1));
      Files.createDirectories(copy.resolveSibling(""));
      Files.copy(Path.of(file), copy);
    }
    Files.copy(Path.of(steps()), root.resolve("steps"), LinkOption.NOFOLLOW_LINKS);
    Files.createDirectory(root.resolve("out"));
    return root;
  }

  @Test
  void whereThereIsOnlyTheProgramTheLibraryAloneRecordsIt() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root") && Files.exists(Path.of("/usr/sbin/chroot")),
        "only root may change the root");
    Path root = root();
    Recorder.writeLibrary(root.resolve("recorder.so"));

    List<String> command = new ArrayList<>(List.of("/usr/sbin/chroot", root.toString(), "/steps"));
    command.add("forks");
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("LD_PRELOAD", "/recorder.so");
    builder.environment().put("HEAPSTAKES_RECORD", "/out");
    // Outside, where chroot itself begins, there is no such library, which the linker says and
    // passes over.
    assertThat(builder.start().waitFor()).isZero();

    List<List<String>> calls = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve("out"))) {
      for (Path raw : files.filter(file -> file.toString().endsWith(".raw")).toList()) {
        Path text = folder.resolve("calls.hst");
        Traces.importTo("recorder:" + raw, text);
        calls.add(Calls.of(text));
      }
    }
    assertThat(calls)
        .containsExactlyInAnyOrder(
            List.of("t 0", "m a 10001", "m b 10002", "r b 20002", "m c 10003", "f b", "f c"),
            List.of("t 0", "m a 10001", "m b 10003", "P populated", "m c 10004", "f a"),
            List.of("t 0", "m a 10003", "m b 10004", "P populated", "f b", "m c 10005"));
  }
}
