package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The steps of {@code ci/action.yml} and {@code ci/gitlab.yml}, run as a CI does, in a repository.
 */
class CiGateTest {
  private static final Path CI =
      Path.of(System.getProperty("basedir", ".")).resolve("../ci").toAbsolutePath().normalize();
  private static final String LEAN = "# what we deploy\nptmalloc2@2.41\n";

  /** It gives nothing back where the first free comes after the last malloc. */
  private static final String FAT = "ptmalloc2@2.43\n";

  @TempDir private Path folder;
  private Path repository = Path.of("");
  private Path archive = Path.of("");

  /** What a process said and how it ended. */
  private record Ended(int code, String output) {}

  @BeforeEach
  void makeARepositoryAndAnArchive() throws Exception {
    assumeThat(isHere("git") && isHere("bash") && isHere("tar")).as("git, bash and tar").isTrue();
    repository = Files.createDirectories(folder.resolve("repository"));
    StringBuilder trace = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      trace.append(String.format(Locale.ROOT, "m %d 512%n", i));
    }
    for (int i = 0; i < 3000; i++) {
      trace.append(String.format(Locale.ROOT, "f %d%n", i));
    }
    Files.writeString(repository.resolve("app.hst"), trace);
    Files.writeString(repository.resolve("allocators"), LEAN);
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "First");

    Path root = folder.resolve("heapstakes-1");
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("libexec"));
    Path program = root.resolve("bin/heapstakes");
    Files.writeString(
        program,
        String.format(
            Locale.ROOT,
            "#!/bin/sh%nexec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
                + " --enable-native-access=ALL-UNNAMED -cp '%s' heapstakes.cli.Heapstakes \"$@\"%n",
            System.getProperty("java.home"),
            System.getProperty("java.class.path")));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Files.copy(CI.resolve("gate"), root.resolve("libexec/gate"));
    assertThat(root.resolve("libexec/gate").toFile().setExecutable(true)).isTrue();
    archive = folder.resolve("heapstakes.tar.gz");
    run(folder, Map.of(), "tar", "-czf", archive.toString(), "heapstakes-1");
  }

  private static boolean isHere(String program) {
    return Pattern.compile(":")
        .splitAsStream(System.getenv("PATH"))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  private String git(String... words) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b"));
    command.addAll(List.of(words));
    Ended ended = run(repository, Map.of(), command.toArray(String[]::new));
    assertThat(ended.code).as(ended.output).isZero();
    return ended.output.strip();
  }

  private static Ended run(Path where, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT"));
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), "UTF-8");
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  /** The scripts behind {@code start} in a file of YAML, in their order. */
  private static List<String> blocks(Path file, String start) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    int indent = -1;
    for (String line : Files.readAllLines(file)) {
      int own = line.length() - line.stripLeading().length();
      if (indent >= 0 && (line.isBlank() || own > indent)) {
        block.append(line.substring(Math.min(line.length(), indent + 2))).append('\n');
        continue;
      }
      if (indent >= 0) {
        blocks.add(block.toString());
        block.setLength(0);
      }
      indent = line.strip().equals(start) ? own : -1;
    }
    if (indent >= 0) {
      blocks.add(block.toString());
    }
    return blocks;
  }

  private Map<String, String> variables(String base) throws Exception {
    Map<String, String> variables = new HashMap<>();
    variables.put("RUNNER_TEMP", Files.createDirectories(folder.resolve("runner")).toString());
    variables.put("GITHUB_STEP_SUMMARY", folder.resolve("summary.md").toString());
    variables.put("ARCHIVE", archive.toString());
    String digest = run(folder, Map.of(), "sha256sum", archive.toString()).output.split(" ")[0];
    variables.put("SHA256", digest);
    variables.put("HEAPSTAKES_ALLOCATORS", "allocators");
    variables.put("HEAPSTAKES_TRACES", "app.hst\n");
    variables.put("HEAPSTAKES_MEMORY", "simulated");
    variables.put("HEAPSTAKES_BASE", base);
    variables.put("HEAPSTAKES_HISTORY", folder.resolve("history.jsonl").toString());
    variables.put("HEAPSTAKES_COMMIT", "c0ffee");
    variables.put("HEAPSTAKES_RESULTS", "heapstakes-results");
    return variables;
  }

  private Ended action(Map<String, String> variables) throws Exception {
    Ended ended = new Ended(0, "");
    List<String> steps = blocks(CI.resolve("action.yml"), "run: |");
    assertThat(steps).hasSize(2);
    for (String step : steps) {
      Path script = Files.writeString(folder.resolve("step.sh"), step);
      ended =
          run(
              repository,
              variables,
              "bash",
              "--noprofile",
              "--norc",
              "-eo",
              "pipefail",
              script.toString());
      if (ended.code != 0) {
        break;
      }
    }
    return ended;
  }

  @Test
  @Tag("long")
  void theActionFailsWhereASettingMadeItWorseAndKeepsSummaryHistoryAndSite() throws Exception {
    Files.writeString(repository.resolve("allocators"), FAT);
    git("commit", "-qam", "Worse");

    Ended ended = action(variables(git("rev-parse", "HEAD^")));

    assertThat(ended.code).as(ended.output).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(folder.resolve("summary.md"))
        .content()
        .contains("retained_bytes", "now ptmalloc2@2.43", "REGRESSED");
    assertThat(Files.readAllLines(folder.resolve("history.jsonl")))
        .singleElement()
        .asString()
        .contains("\"commit\":\"c0ffee\"", "ptmalloc2@2.43");
    Path results = repository.resolve("heapstakes-results");
    assertThat(results.resolve("gate.xml")).content().contains("<failure");
    assertThat(results.resolve("site/history.html")).content().contains("c0ffee");
    assertThat(git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  @Tag("long")
  void theActionHasNothingToCompareWithAtFirst() throws Exception {
    Map<String, String> variables = variables("0000000000000000000000000000000000000000");
    variables.put("HEAPSTAKES_HISTORY", "");

    Ended ended = action(variables);

    assertThat(ended.code).as(ended.output).isZero();
    assertThat(folder.resolve("summary.md"))
        .content()
        .contains("nothing to compare with yet", "ptmalloc2@2.41");
    assertThat(folder.resolve("history.jsonl")).doesNotExist();
  }

  /** The program is one that only writes down how it is called: counting takes long. */
  @Test
  void instructionsAreCountedWhereThatIsAskedFor() throws Exception {
    Path log = folder.resolve("log");
    Path program = folder.resolve("heapstakes-1/bin/heapstakes");
    Files.writeString(
        program,
        String.format(
            Locale.ROOT,
            "#!/bin/sh%necho \"$@\" >> '%s'%nfor word; do last=$word; done%n: > \"$last\"%n",
            log));
    Path gate = folder.resolve("heapstakes-1/libexec/gate");
    for (String asked : List.of("true", "false")) {
      Map<String, String> variables = variables("");
      variables.put("HEAPSTAKES_INSTRUCTIONS", asked);
      variables.put("HEAPSTAKES_HISTORY", "");
      Ended ended = run(repository, variables, gate.toString());
      assertThat(ended.code).as(ended.output).isZero();
    }

    assertThat(Files.readAllLines(log).stream().filter(line -> line.startsWith("run ")))
        .satisfiesExactly(
            counted -> assertThat(counted).contains("simulated", "linux", "--instructions"),
            plain -> assertThat(plain).contains("simulated").doesNotContain("--instructions"));
  }

  @Test
  void anArchiveOfAnotherDigestIsNotStarted() throws Exception {
    Map<String, String> variables = variables("");
    variables.put("SHA256", "0".repeat(64));

    assertThat(action(variables).code).isNotZero();
    assertThat(repository.resolve("heapstakes-results")).doesNotExist();
  }

  @Test
  @Tag("long")
  void theJobForGitlabPassesWhereTheProgramBecameLeaner() throws Exception {
    Files.writeString(
        repository.resolve("app.hst"),
        Files.readString(repository.resolve("app.hst")).replaceAll("(m [0-9]+) 512", "$1 128"));
    git("commit", "-qam", "Leaner");
    Map<String, String> variables = variables("");
    variables.put("HEAPSTAKES_ARCHIVE", archive.toString());
    variables.put("HEAPSTAKES_SHA256", "");
    variables.put("CI_MERGE_REQUEST_DIFF_BASE_SHA", git("rev-parse", "HEAD^"));
    variables.put("CI_COMMIT_SHA", "c0ffee");
    String script = blocks(CI.resolve("gitlab.yml"), "- |").getFirst();

    Ended ended = run(repository, variables, "bash", "-eo", "pipefail", "-c", script);

    assertThat(ended.code).as(ended.output).isZero();
    assertThat(repository.resolve("heapstakes-results/summary.md"))
        .content()
        .contains("passed", "improved");
  }

  @Test
  void everyInputOfTheActionIsDeclaredAndEveryOneIsUsed() throws IOException {
    String text = Files.readString(CI.resolve("action.yml"));
    String inputs = text.substring(text.indexOf("inputs:"), text.indexOf("outputs:"));

    assertThat(all(text, "(?<=inputs[.])\\w+"))
        .containsExactlyInAnyOrderElementsOf(all(inputs, "(?m)(?<=^  )\\w+(?=:)"));
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    assumeThat(isHere("shellcheck")).as("shellcheck: apt-get install shellcheck").isTrue();
    List<String> scripts = new ArrayList<>(List.of(CI.resolve("gate").toString()));
    int number = 0;
    for (String block : blocks(CI.resolve("action.yml"), "run: |")) {
      Path script = folder.resolve("step" + number++ + ".sh");
      scripts.add(Files.writeString(script, "#!/bin/bash\n" + block).toString());
    }
    for (String script : scripts) {
      Ended ended = run(folder, Map.of(), "shellcheck", script);
      assertThat(ended.code).as(ended.output).isZero();
    }
  }
}
