package heapstakes.stress;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.stress.Jcstress.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structures without a lock hold, and a planted fault of each does not. */
class LockFreeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"FastbinsStress", "ParallelLanesStress"})
  void whatThreadsShareWithoutALockIsWholeWheneverTheyMeet(String test) throws Exception {
    Run run = Jcstress.run(folder, test, "");

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.output()).contains("All remaining tests: 1 matching", "Failed tests: No match");
  }

  /** A lock-free stack that is none, as of a program without threads; lanes that do not wait. */
  @ParameterizedTest
  @CsvSource({
    "FastbinsStress, heapstakes.unshared, 'a chunk was lost, or taken twice'",
    "ParallelLanesStress, heapstakes.unawaited, 'a thread freed what was not in the slot yet'"
  })
  void aFaultThatIsPlantedIsFoundOut(String test, String property, String found) throws Exception {
    Run run = Jcstress.run(folder, test, "-D" + property + "=true");

    assertThat(run.exitCode()).as(run.output()).isNotZero();
    assertThat(run.output()).contains("Failed tests: 1 matching", found);
  }
}
