package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer looks for files that lead each reader where none has led it before, for {@code
 * stress.guidedSeconds} each, in 256 MiB. What it found worth keeping stays in {@code
 * target/corpora}, for the next time to begin with.
 */
@EnabledIfSystemProperty(named = "stress.guidedSeconds", matches = "[1-9]\\d*")
class GuidedFuzzTest {
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final int LONGEST = 8192;
  private static final int SAID = 4000;

  static Stream<String> formats() throws IOException {
    return ParserFuzzTest.seeds().map(ParserFuzzTest.Seed::format).distinct();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whateverLeadsSomewhereNewIsAValidTraceOrRefusedWithThePlace(String format) throws Exception {
    assumeTrue(isHere(), "Jazzer is on the class path with -Pstress only");
    Path corpus = Files.createDirectories(Path.of("target", "corpora", format)).toAbsolutePath();
    int number = 0;
    for (ParserFuzzTest.Seed seed : ParserFuzzTest.seeds().toList()) {
      if (seed.format().equals(format)) {
        Files.write(corpus.resolve("seed-" + number++), seed.bytes());
      }
    }
    Path said = corpus.resolveSibling(format + ".log");
    Process process =
        new ProcessBuilder(command(format, corpus))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();

    int code = process.waitFor();

    String text = Files.readString(said);
    assertThat(code).as(text.substring(Math.max(0, text.length() - SAID))).isZero();
    assertThat(text).contains("Done ");
  }

  private static boolean isHere() {
    return ClassLoader.getSystemResource(JAZZER.replace('.', '/') + ".class") != null;
  }

  private static List<String> command(String format, Path corpus) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+EnableDynamicAgentLoading",
        "--enable-native-access=ALL-UNNAMED",
        "-D" + DamagedFile.FORMAT + "=" + format,
        "-cp",
        System.getProperty("java.class.path"),
        JAZZER,
        "--target_class=" + DamagedFile.class.getName(),
        "--instrumentation_includes=heapstakes.**",
        "--custom_hook_includes=heapstakes.**",
        "--reproducer_path=" + corpus.getParent(),
        "-artifact_prefix=" + corpus.getParent() + "/" + format + "-",
        String.format(
            Locale.ROOT, "-max_total_time=%s", System.getProperty("stress.guidedSeconds")),
        "-max_len=" + LONGEST,
        corpus.toString());
  }
}
