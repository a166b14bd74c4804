package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.environment.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextRunTest {
  @TempDir Path folder;

  @Test
  void theNextRunHasTheSameContestantsAndMemory() {
    Environment.Plan plan =
        new Environment.Plan(
            List.of("bump", "jemalloc:dirty_decay_ms=0"),
            List.of("my program.hst", "jq"),
            List.of("linux"),
            List.of(1, 2),
            "quick",
            0,
            Optional.of("native-glibc"));

    assertThat(NextRun.longer(plan))
        .isEqualTo(
            "heapstakes run --profile standard -a bump -a jemalloc:dirty_decay_ms=0"
                + " -w 'my program.hst' --memory linux --threads 1,2 --relative-to native-glibc");
  }

  @Test
  void whatIsDefaultIsNotRepeated() {
    Environment.Plan plan =
        new Environment.Plan(
            DefaultSet.contestants(),
            List.of("jq"),
            DefaultSet.MEMORY,
            List.of(),
            "quick",
            0,
            Optional.empty());

    assertThat(NextRun.longer(plan)).isEqualTo("heapstakes run --profile standard -w jq");
  }

  @Test
  void whereNothingWasTimedNoErrorsAreToBeNarrowed() {
    Path out = folder.resolve("run");
    Outcome outcome =
        heapstakes(
            "run",
            "-a",
            "bump",
            "-w",
            "tlpi-free-and-sbrk",
            "--memory",
            "simulated",
            "--out",
            out.toString());

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).contains("--format markdown").doesNotContain("narrows");
  }

  @Test
  void whoIsKilledForWantOfMemoryIsToldWhichLimitWasMet() {
    for (String limit : List.of("ram=16384K", "memory_max=16384K")) {
      Outcome outcome =
          heapstakes("replay", "-a", "ptmalloc2", "-t", "jq", "--memory", "simulated:" + limit);

      assertThat(outcome.exitCode()).isEqualTo(ExitCode.OOM_KILLED);
      assertThat(outcome.output() + outcome.errors()).contains("of " + limit + " were in use");
    }
  }
}
