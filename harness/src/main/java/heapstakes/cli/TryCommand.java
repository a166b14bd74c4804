package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.MeteredLibrary;
import heapstakes.program.Deployment;
import heapstakes.program.Program;
import heapstakes.program.ProgramRecording;
import heapstakes.program.ProgramTurns;
import heapstakes.results.OutputException;
import heapstakes.results.program.ProgramContest;
import heapstakes.results.program.ProgramFiles;
import heapstakes.results.table.ProgramTable;
import heapstakes.setting.SettingException;
import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heapstakes try}: the program itself under each library. */
@Command(
    name = "try",
    description = {
      "Runs a command itself under each real library and setting, in turns, as users deploy them,"
          + " and shows time, memory and faults beside what the replay of its recording foretold.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The command runs once to be recorded and once a round under each library; its output is not"
          + " shown but compared. Standard input: each run gets the same file (< FILE), or none.",
      "Exit codes: 0 all ran, 3 under some library it crashed or behaved otherwise.",
      "Examples:",
      "  heapstakes try -- jq -c . big.json",
      "  heapstakes try -a native-jemalloc -a native-jemalloc:dirty_decay_ms=0 -n 20 -- ./mine",
      "  heapstakes try --until 'sleep 1; ab -n 9999 localhost:8000/' -- ./server --port 8000"
    })
final class TryCommand implements Callable<Integer> {
  private static final int MOST_ROUNDS = 1000;

  @Option(
      names = {"-a", "--allocator"},
      paramLabel = "ALLOC",
      description =
          "A real library, native-...[@VERSION][:KEY=VALUE,...]; again for more. By default all"
              + " that are installed. native-glibc, which is how it runs now, always takes part.")
  private List<String> allocators = new ArrayList<>();

  @Option(
      names = {"-n", "--rounds"},
      paramLabel = "ROUNDS",
      defaultValue = "10",
      description = "Runs under each (default ${DEFAULT-VALUE}); intervals need 6.")
  private int rounds;

  @Option(
      names = "--until",
      paramLabel = "COMMAND",
      description =
          "For servers: this shell command drives the load; when it ends, memory is read and the"
              + " server gets SIGTERM, and SIGKILL after 10 s.")
  private @Nullable String until;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the order in each round (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "End a run after so long (default ${DEFAULT-VALUE}), or after 20 times what the first"
              + " took.")
  private int timeout;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Keep runs.csv, try.csv and the recording, program.hsb, there.")
  private @Nullable Path out;

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "program and arguments")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new UsageException(
          String.format(Locale.ROOT, "-n %d: it takes 1 to %d rounds.", rounds, MOST_ROUNDS));
    }
    if (timeout < 1) {
      throw new UsageException(
          String.format(Locale.ROOT, "--timeout %d: it takes 1 second or more.", timeout));
    }
    List<Contestant> contestants = contestants();
    Program program =
        new Program(
            command, TryInput.path(), Optional.ofNullable(until), Duration.ofSeconds(timeout));
    program.check();
    Path folder = temporary();
    try {
      return attempt(program, contestants, folder);
    } finally {
      remove(folder);
    }
  }

  /**
   * @param folder for files that nobody needs afterwards
   */
  private int attempt(Program program, List<Contestant> contestants, Path folder)
      throws InterruptedException {
    Path kept = out == null ? folder : directory(out);
    Path recording = kept.resolve("program.hsb");
    ProgramContest contest = contest(program, contestants, folder, recording);
    if (out != null) {
      new ProgramFiles(kept).write(contest);
    }
    System.out.print(TryText.head(contest, recording));
    System.out.print(new ProgramTable(Terminal.outputStyle()).render(contest));
    return contest.sound().size() == contest.standings().size()
        ? ExitCode.OK
        : ExitCode.CELL_FAILED;
  }

  private ProgramContest contest(
      Program program, List<Contestant> contestants, Path folder, Path target)
      throws InterruptedException {
    try (TryProgress progress = new TryProgress(program, rounds)) {
      ProgramTurns turns = new ProgramTurns(program, contestants, folder, progress);
      return turns.run(rounds, seed, recording(program, target, folder, progress));
    }
  }

  private static Optional<Path> recording(
      Program program, Path target, Path folder, TryProgress progress) throws InterruptedException {
    progress.records();
    try {
      ProgramRecording.of(program, target, folder);
      return Optional.of(target);
    } catch (DriverException | TraceException e) {
      progress.foretellsNothing(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** How it runs now comes first: all others are multiples of that. */
  private List<Contestant> contestants() {
    String baseline = MeteredLibrary.glibc().name();
    List<Contestant> chosen = new ArrayList<>(List.of(Allocators.parse(baseline)));
    for (String text : allocators.isEmpty() ? installed() : allocators) {
      if (chosen.stream().noneMatch(other -> other.toString().equals(text))) {
        chosen.add(deployable(text));
      }
    }
    return chosen;
  }

  private static List<String> installed() {
    return Allocators.all().stream()
        .filter(provider -> provider.badge() == Badge.REAL)
        .filter(provider -> provider.unavailable().isEmpty())
        .map(AllocatorProvider::name)
        .filter(name -> Deployment.of(Allocators.parse(name)).obstacle().isEmpty())
        .toList();
  }

  private static Contestant deployable(String text) {
    Contestant contestant = Allocators.parse(text);
    AllocatorProvider provider = contestant.provider();
    if (provider.badge() != Badge.REAL) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a model: a program runs on real libraries.\n  Name one, e.g. %s; a model replays: heapstakes replay -a %s -t TRACE",
              text,
              provider.reference().map(r -> r.library()).orElse("native-jemalloc"),
              text));
    }
    provider
        .unavailable()
        .or(() -> Deployment.of(contestant).obstacle())
        .ifPresent(why -> {
          throw new SettingException(
              String.format(Locale.ROOT, "%s cannot run a program here: %s", text, why));
        });
    return contestant;
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("heapstakes-try");
    } catch (IOException e) {
      throw new OutputException(Path.of(System.getProperty("java.io.tmpdir", ".")), e);
    }
  }

  private static void remove(Path folder) {
    try {
      PathUtils.deleteDirectory(folder);
    } catch (IOException e) {
      throw new OutputException(folder, e);
    }
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new OutputException(path, e);
    }
  }
}
