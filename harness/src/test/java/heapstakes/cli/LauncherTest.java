package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checkout's launcher and the archive's, each with a java that only says its words. */
class LauncherTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");
  private static final Path DIST = Path.of("harness", "archive", "src", "main", "dist");
  private static final Path START = Path.of("libexec", "start.sh");

  private static final String JAVA =
      "#!/bin/sh\nprintf '%s\\n' \"$GLIBC_TUNABLES\" \"$TMPDIR\" \"$@\"\n";

  private @TempDir Path base;
  private Path checkout;
  private Path archive;

  @BeforeEach
  void laysOutBoth() throws IOException {
    checkout = base.toRealPath().resolve("a checkout");
    copy(ROOT.resolve("heapstakes"), checkout.resolve("heapstakes"));
    copy(ROOT.resolve(DIST).resolve(START), checkout.resolve(DIST).resolve(START));
    write(checkout.resolve("jdk/bin/java"), JAVA);
    write(checkout.resolve("jdk/bin/javac"), JAVA);
    write(checkout.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
    write(checkout.resolve("harness/target/heapstakes-harness-1.jar"), "");
    write(checkout.resolve("target/built"), "");

    archive = base.toRealPath().resolve("an archive");
    copy(ROOT.resolve(DIST).resolve("bin/heapstakes"), archive.resolve("bin/heapstakes"));
    copy(ROOT.resolve(DIST).resolve(START), archive.resolve(START));
    write(archive.resolve("java/bin/java"), JAVA);
  }

  private static void copy(Path from, Path to) throws IOException {
    write(to, Files.readString(from));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path launcher(String kind) {
    return kind.equals("archive")
        ? archive.resolve("bin/heapstakes")
        : checkout.resolve("heapstakes");
  }

  private record Ending(int code, List<String> lines) {}

  /** Runs a script of sh, in which $0 is the launcher. */
  private Ending run(String script, Path launcher) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script, launcher.toString());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("GLIBC_TUNABLES|.*JAVA_OPTS|.*CLASS_PATH"));
    builder.environment().put("HEAPSTAKES_JAVA_HOME", checkout.resolve("jdk").toString());
    builder.environment().put("TMPDIR", Files.createDirectories(base.resolve("tmp")).toString());
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ending(process.waitFor(), text.lines().toList());
  }

  /** The words without what differs from place to place. */
  private List<String> common(Ending ending) {
    List<String> words = new ArrayList<>(ending.lines);
    words.removeIf(word -> word.startsWith("-Dheapstakes.home="));
    words.set(words.indexOf("-cp") + 1, "CLASS_PATH");
    words.replaceAll(word -> word.replaceAll("heapstakes-run-\\w{10}$", "heapstakes-run-X"));
    return words;
  }

  @Test
  void bothStartTheProgramWithTheSameWords() throws Exception {
    Ending fromCheckout = run("exec \"$0\" run -a 'two words'", launcher("checkout"));
    Ending fromArchive = run("exec \"$0\" run -a 'two words'", launcher("archive"));

    assertThat(common(fromArchive)).isEqualTo(common(fromCheckout));
    assertThat(fromArchive.lines)
        .startsWith("glibc.rtld.optional_static_tls=16384")
        .contains("-cp", archive.resolve("lib") + "/*")
        .endsWith("heapstakes.cli.Heapstakes", "run", "-a", "two words");
    assertThat(fromCheckout.lines).contains("-Dheapstakes.home=" + checkout);
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout", "archive"})
  void jarsThatTheUserNamesStandBehindTheProgramsOwn(String kind) throws Exception {
    String script = "HEAPSTAKES_CLASS_PATH='/my jars/*' exec \"$0\"";

    List<String> words = run(script, launcher(kind)).lines;

    assertThat(words.get(words.indexOf("-cp") + 1)).endsWith("/lib/*:/my jars/*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout", "archive"})
  void eachHasATemporaryFolderOfItsOwnThatTheProgramKnows(String kind) throws Exception {
    Ending ending = run("exec \"$0\"", launcher(kind));

    String folder =
        ending.lines.stream()
            .filter(word -> word.startsWith("-Dheapstakes.passing="))
            .map(word -> word.substring(word.indexOf('=') + 1))
            .findFirst()
            .orElseThrow();
    assertThat(ending.lines).contains("-Djava.io.tmpdir=" + folder);
    assertThat(Path.of(folder)).isDirectory().hasParent(base.resolve("tmp"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(folder))))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout", "archive"})
  void eachSaysThatTooFewFilesMayBeOpened(String kind) throws Exception {
    Ending ending = run("ulimit -n 64; exec \"$0\"", launcher(kind));

    assertThat(ending.code).isEqualTo(2);
    assertThat(ending.lines.getFirst()).contains("64 files", "ulimit -n", "needs 128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout", "archive"})
  void eachIsFoundThroughASymbolicLink(String kind) throws Exception {
    Path link = Files.createSymbolicLink(base.resolve("link"), launcher(kind));

    assertThat(run("exec \"$0\" list", link).lines).endsWith("heapstakes.cli.Heapstakes", "list");
  }
}
