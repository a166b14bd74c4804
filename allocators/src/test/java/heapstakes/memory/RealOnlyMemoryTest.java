package heapstakes.memory;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM for real memory alone does what any other does there, and has no simulated memory. */
@Tag("long")
class RealOnlyMemoryTest {
  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "jemalloc"})
  void blocksAreWhereTheyAreInAnyJvmAndHoldTheSame(String allocator) throws Exception {
    Machine.parse("linux").provider().unavailable().ifPresent(Assumptions::abort);

    List<String> any = probe(allocator, false);
    List<String> realOnly = probe(allocator, true);

    int last = any.size() - 1;
    assertThat(last).isEqualTo(4000);
    assertThat(realOnly.subList(0, last)).isEqualTo(any.subList(0, last));
    assertThat(any.get(last)).isEqualTo("simulated from 55555555a000");
    assertThat(realOnly.subList(last, realOnly.size()))
        .containsExactly(
            "this JVM was started with -Dheapstakes.realMemoryOnly=true:"
                + " it has no simulated memory");
  }

  private static List<String> probe(String allocator, boolean realOnly)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx64m",
                "-D" + Memory.REAL_ONLY + "=" + realOnly,
                "-cp",
                System.getProperty("java.class.path"),
                RealOnlyProbe.class.getName(),
                allocator)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }
}
