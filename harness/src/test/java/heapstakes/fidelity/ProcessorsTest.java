package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Reference.Asks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0 | 1", "0-63 | 64", "0-3,6 | 5", "1,3,5-7 | 5"})
  void aListOfTheKernelsIsCounted(String list, int processors) {
    assertThat(Processors.count(list + "\n")).isEqualTo(processors);
  }

  /** The C library's own programs: nproc asks for the mask, getconf for those online. */
  @Test
  void bothCountsAreThoseOfTheCLibrary() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs Linux");
    assertThat(Processors.counted(Asks.ALLOWED)).isEqualTo(said("nproc"));
    assertThat(Processors.counted(Asks.ONLINE)).isEqualTo(said("getconf", "_NPROCESSORS_ONLN"));
  }

  private static int said(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("OMP_NUM_THREADS"); // nproc regards it
    byte[] said = builder.start().getInputStream().readAllBytes();
    return Integer.parseInt(new String(said, StandardCharsets.US_ASCII).strip());
  }
}
