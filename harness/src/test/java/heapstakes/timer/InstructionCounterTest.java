package heapstakes.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts of instructions: by valgrind where it is installed, and a file that it is said to write.
 */
@Tag("long")
class InstructionCounterTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  private static double perOperation(String library, String workload) {
    String reason = InstructionCounter.unavailable().orElse("");
    assumeTrue(reason.isEmpty(), reason);
    Contestant contestant = Allocators.parse(library);
    String absence = contestant.provider().unavailable().orElse("");
    assumeTrue(absence.isEmpty(), absence);
    Trace trace = TraceSource.open(workload);
    InstructionCounter.Count count = InstructionCounter.count(contestant, trace, LIMIT);
    assertThat(count.operations()).isEqualTo(trace.info().operations());
    return count.perOperation();
  }

  private static void agreesWithItself(String library, String workload) {
    double once = perOperation(library, workload);
    assertThat(once).isBetween(5.0, 20_000.0);
    assertThat(perOperation(library, workload)).isCloseTo(once, within(once / 1000));
  }

  @Test
  void twoCountsOfEachLibraryAgreeWithinATenthOfAPerCent() {
    for (String library :
        new String[] {"native-glibc", "native-jemalloc", "native-tcmalloc", "native-mimalloc"}) {
      agreesWithItself(library, "random:seed=7,operations=5000");
    }
  }

  @Test
  void soDoTwoOfSeveralThreads() {
    agreesWithItself("native-glibc", "larson:rounds=1,threads=3,operations=20000");
  }

  /** A cache that is turned off leaves glibc the longer way: the count must say so. */
  @Test
  void aLongerWayIsMoreInstructions() {
    String workload = "empty-heap-ping-pong:pairs=5000";

    assertThat(perOperation("native-glibc:tcache_count=0", workload))
        .isGreaterThan(1.2 * perOperation("native-glibc", workload));
  }

  /** The manual's own example of the form, with a file of its own for the function called. */
  @Test
  void whatACalleeTookCountsOnceAndWhereItLies() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("out"),
            """
            version: 1
            events: Ir

            ob=/program
            fl=file1.c
            fn=main
            16 20
            cob=/library.so
            cfn=func1
            calls=1 50
            16 400
            cfn=func1
            calls=2 50
            18 300

            ob=/library.so
            fn=func1
            51 100
            53 600
            totals: 720
            """);

    assertThat(CallgrindFile.instructionsByObject(file))
        .isEqualTo(Map.of("/program", 20L, "/library.so", 700L));
  }
}
