package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.compared;
import static heapstakes.fidelity.TwinTraces.library;
import static heapstakes.fidelity.TwinTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no process can be granted, at each border where a size changes its sign, overflows
 * with a header, an alignment or a page, or does as a product: refused alike, and the kernel is
 * asked alike, call by call.
 */
@Tag("long")
class LargestSizesTest {
  private static final List<String> TWINS =
      List.of(
          "ptmalloc2",
          "ptmalloc2:mmap_threshold=1G,top_pad=1M",
          "ptmalloc2:mmap_max=0",
          "tcmalloc",
          "tcmalloc:heap_limit_mb=200",
          "jemalloc");

  private static final List<String> SIZES =
      List.of(
          "140737488355328", // 2^47
          "140737488355329",
          "1152921504606846975", // 2^60 − 1
          "1152921504606846976",
          "4611686018427387904", // 2^62
          "4611686018427400249",
          "9223372036854710272", // 2^63 − 64 Ki
          "9223372036854771712", // 2^63 − 4 Ki
          "9223372036854775768", // 2^63 − 40
          "9223372036854775784", // 2^63 − 24, which the size of a chunk is just below 2^63 for
          "9223372036854775785",
          "9223372036854775800",
          "9223372036854775807",
          "9223372036854775808",
          "9223372036854775809",
          "18446744073709543424", // 2^64 − 8 Ki
          "18446744073709547520", // 2^64 − 4 Ki
          "18446744073709551584", // 2^64 − 32
          "18446744073709551615");

  @TempDir Path folder;

  /** 512 GiB: a kernel with no limit grants it, and a library is held to what the machine has. */
  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc", "mimalloc"})
  void whatTheMachineDoesNotHaveIsRefusedToBoth(String twin) throws Exception {
    assertAlike(twin, "m 0 100\nm 1 549755813888\nm 2 200\nf 0\nf 2\n");
  }

  static List<String> twins() {
    return TWINS;
  }

  static Stream<Arguments> everyTwinWithEveryCall() {
    return Stream.of("ptmalloc2", "tcmalloc", "jemalloc", "mimalloc")
        .flatMap(twin ->
            Stream.of("m 1 S", "c 1 1 S", "c 1 S 2", "g 1 64 S", "r 0 S", "r 1 S")
                .map(call -> Arguments.of(twin, call)));
  }

  private void assertAlike(String twin, String text) throws Exception {
    Agreement agreement = compared(library(twin), trace(folder, text));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("twins")
  void theKernelIsAskedForThemAsTheLibraryAsks(String twin) throws Exception {
    StringBuilder text = new StringBuilder("m 0 100\nm 1 300000\n");
    int slot = 2;
    for (String size : SIZES) {
      text.append(
          String.format(Locale.ROOT, "m %d %s%nr 0 %s%nr 1 %s%n", slot++, size, size, size));
      text.append(String.format(Locale.ROOT, "c %d 1 %s%nc %d %s 2%n", slot++, size, slot++, size));
      text.append(
          String.format(
              Locale.ROOT, "c %d 65536 %s%n", slot++, Long.parseUnsignedLong(size) >>> 16));
      text.append(
          String.format(Locale.ROOT, "g %d 64 %s%ng %d 1048576 %s%n", slot++, size, slot++, size));
      text.append(String.format(Locale.ROOT, "m %d 100%n", slot++));
    }
    text.append("c 1000 4294967296 4294967296\nc 1001 3 6148914691236517206\nm 1002 100\n");

    assertAlike(twin, text.toString());
  }

  /** What is refused for its size alone has made the thread known to the library, or has not. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("everyTwinWithEveryCall")
  void aThreadThatBeginsWithOneIsRefusedAsInTheLibrary(String twin, String call) throws Exception {
    for (String size : List.of("9223372036854775807", "18446744073709551615")) {
      String text = "m 0 100\nt 1\n" + call.replace("S", size) + "\nm 2 100\n";
      assertAlike(twin, text);
    }
  }
}
