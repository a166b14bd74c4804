package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.driver.NativeBuild;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplayCommandTest {
  @TempDir Path folder;

  private record Outcome(int exitCode, String output, String error) {}

  private static Outcome replay(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StringBuilder error = new StringBuilder();
    PrintStream before = System.out;
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      int code =
          new CommandLine(new ReplayCommand())
              .setExecutionExceptionHandler((e, line, result) -> {
                error.append(e.getMessage());
                return 2;
              })
              .execute(arguments);
      return new Outcome(code, output.toString(StandardCharsets.UTF_8), error.toString());
    } finally {
      System.setOut(before);
    }
  }

  private Path trace(String text) throws IOException {
    return Files.writeString(folder.resolve("small.hst"), text);
  }

  @Test
  void whatIsTouchedIsSaidWhereThatIsAskedFor() throws IOException {
    String four = trace("m 0 8\nm 1 8\nm 2 8\nm 3 8\n").toString();

    // Blocks of 16 bytes with the size in front: two lines, and the first page.
    assertThat(replay("-a", "bump", "-t", four, "--locality").output())
        .contains("one life: 500 cache lines and 250 pages in 1 000 operations");
    assertThat(replay("-a", "bump", "-t", four, "--locality", "--format", "csv").output())
        .contains("locality_steady_own_lines_per_1000_ops");
    assertThat(replay("-a", "bump", "-t", four).output()).doesNotContain("cache lines");
  }

  @Test
  void whatARecordingCouldNotSeeIsSaidWithItsFigures() throws IOException {
    String deep = trace("#heapstakes-deepbind 1\nm 0 8\n").toString();

    assertThat(replay("-a", "bump", "-t", deep).output())
        .contains("caution", "1 of the program's libraries was loaded with RTLD_DEEPBIND");
    assertThat(replay("-a", "bump", "-t", deep, "--format", "json").output())
        .contains("RTLD_DEEPBIND");
    assertThat(replay("-a", "bump", "-t", trace("m 0 8\n").toString()).output())
        .doesNotContain("caution");
  }

  @Test
  void outputsFollowLinksAndSayWhatKeepsThemFromBeingWritten(@TempDir Path folder)
      throws IOException {
    Path target = Files.writeString(folder.resolve("target.csv"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), target);
    String line = "replay -a bump -t tlpi-free-and-sbrk ";

    for (String option : List.of("--addresses ", "--timeline ")) {
      Files.writeString(target, "");
      assertThat(heapstakes.cli.Outcome.heapstakes((line + option + link).split(" ")).exitCode())
          .isZero();
      assertThat(link).isSymbolicLink();
      assertThat(Files.readAllLines(target)).hasSizeGreaterThan(1);

      heapstakes.cli.Outcome outcome =
          heapstakes.cli.Outcome.heapstakes((line + option + folder.resolve("none/x")).split(" "));
      assertThat(outcome.exitCode()).isEqualTo(ExitCode.OUTPUT);
      assertThat(outcome.errors()).contains("none/x", "does not exist").doesNotContain("\tat ");
    }
  }

  @Test
  void twoRunsPrintTheSameBytes() throws IOException {
    String file = trace("m 0 100\nc 1 3 50\nf 0\nP half\nr 1 4000\n").toString();
    for (String format : List.of("csv", "json", "text")) {
      Outcome first = replay("-a", "ptmalloc2", "-t", file, "--format", format);
      Outcome second = replay("-a", "ptmalloc2", "-t", file, "--format", format);
      assertThat(first.exitCode()).isZero();
      assertThat(first.output()).isNotEmpty().isEqualTo(second.output());
    }
  }

  @Test
  void anAllocatorThatCannotStartAbortsWithItsMessageAndIsAFailedCell() throws IOException {
    // gperftools' own words, page_heap_allocator.h; jemalloc asks for 2 MiB to begin with
    String file = trace("m 0 100\n").toString();
    for (String memory :
        List.of("simulated:rlimit_as=1M", "simulated:overcommit=2,overcommit_ratio=0")) {
      Outcome tcmalloc = replay("-a", "tcmalloc", "-t", file, "--memory", memory);
      assertThat(tcmalloc.exitCode()).isEqualTo(ExitCode.CELL_FAILED);
      assertThat(tcmalloc.output())
          .contains("0 of 1 operations, aborted")
          .contains("Out of memory trying to allocate internal tcmalloc data");
      Outcome jemalloc = replay("-a", "jemalloc", "-t", file, "--memory", memory);
      assertThat(jemalloc.exitCode()).isEqualTo(ExitCode.CELL_FAILED);
      assertThat(jemalloc.output()).contains("0 of 1 operations, aborted");
    }
  }

  @Test
  @Tag("long")
  void aRealLibraryHasTheSameFiguresEachTime() {
    // jemalloc displaces large blocks by random numbers that it seeds with addresses
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    AllocatorProvider library = Allocators.parse("native-jemalloc").provider();
    library.unavailable().ifPresent(Assumptions::abort);
    Assumptions.assumeTrue(library.library().isPresent(), "the one that comes along has no file");
    String trace = "random:seed=3,operations=50000,sizes=large,threads=8";
    Set<String> outcomes = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Outcome outcome = replay("-a", "native-jemalloc", "-t", trace, "--format", "csv");
      assertThat(outcome.exitCode()).as(outcome.error()).isZero();
      outcomes.add(outcome.output());
    }
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void addressesHaveALineForEachOperationThatAsksForABlock() throws IOException {
    // bump: headers of 8 bytes, blocks at multiples of 16 from the initial break on
    String file = trace("m 0 100\nw 0 0 8\nm 1 8\nf 0\nr 1 4\nm 2 70368744177664\n").toString();
    Path addresses = folder.resolve("addresses.csv");
    Path timeline = folder.resolve("timeline.csv");
    Outcome outcome =
        replay(
            "-a",
            "bump",
            "-t",
            file,
            "--addresses",
            addresses.toString(),
            "--timeline",
            timeline.toString());
    assertThat(outcome.exitCode()).isZero();
    assertThat(Files.readString(addresses))
        .isEqualTo("op,region,offset\n0,brk,16\n2,brk,128\n4,brk,128\n5,null,0\n");
    assertThat(Files.readAllLines(timeline)).hasSize(1 + 6);
    try (var files = Files.list(folder)) {
      assertThat(files).noneMatch(f -> f.toString().endsWith(".tmp"));
    }
  }

  @Test
  void jsonCarriesTheAllocatorsOwnCountersUnderTheLibrarysNames() throws IOException {
    String file = trace("m 0 100000\n").toString();
    Outcome outcome = replay("-a", "ptmalloc2", "-t", file, "--format", "json");
    JsonNode root = JsonMapper.shared().readTree(outcome.output());
    assertThat(root.get("status").asString()).isEqualTo("ok");
    assertThat(root.get("peak_requested_bytes").asLong()).isEqualTo(100000);
    assertThat(root.get("counters").get("arena").asLong()).isPositive();
    assertThat(root.has("throughput_ops_per_s")).isFalse();
  }

  @Test
  void amountsBeyondTheMachineEndInAStatusAndNotInAnError() throws IOException {
    String file = trace("m 0 30000000\nm 1 30000000\nm 2 30000000\n").toString();
    Outcome outcome =
        replay("-a", "bump", "-t", file, "--memory", "simulated:ram=64M", "--format", "csv");
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(outcome.output()).contains(",oom_killed,");
  }

  @Test
  void mistakesAreToldWithAWayOutAndExitCodeTwo() throws IOException {
    String file = trace("m 0 1\n").toString();
    assertThat(replay("-a", "bumb", "-t", file).error()).contains("Did you mean 'bump'?");
    assertThat(replay("-a", "bump", "-t", "sqlite").error()).contains("Did you mean 'sqlite3'?");
    Outcome memory = replay("-a", "native-glibc", "-t", file, "--memory", "simulated");
    assertThat(memory.exitCode()).isEqualTo(2);
    assertThat(memory.error()).contains("real memory only");
    assertThat(replay("-a", "bump", "-t", file, "--touch", "some").exitCode()).isEqualTo(2);
    assertThat(replay("-a", "bump", "-t", file, "--op-nanos", "-1").exitCode()).isEqualTo(2);
    assertThat(replay("-t", file).exitCode()).isEqualTo(2);
  }
}
