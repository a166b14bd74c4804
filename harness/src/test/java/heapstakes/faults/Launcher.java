package heapstakes.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts Heapstakes on a small run, with temporary files and caches in folders of its own, and a
 * mark in the environment by which every process that descends from it is known.
 */
final class Launcher {
  private static final String MARK = "HEAPSTAKES_FAULTS";

  /** The fewest that are timed. */
  private static final int OPERATIONS = 1_000;

  /** The most that are not. */
  private static final int LARGE_OPERATIONS = 990;

  private static final int LARGE = 1 << 20;
  private static final int MOST_LARGE = 16;

  /** What is run. */
  enum Plan {
    /** A real library: its driver meters, and one fork times it. */
    TIMED("-a native-glibc --memory linux", 16, 13, OPERATIONS),
    /**
     * A real library and large blocks, of which every page is written: for about a second one
     * driver checks, and then another meters; nothing is timed.
     */
    METERED("-a native-glibc --memory linux", LARGE, 5, LARGE_OPERATIONS),
    /** Models, in the first process alone. */
    COUNTED("-a bump -a ptmalloc2 -a jemalloc -a tcmalloc --memory simulated", 16, 13, OPERATIONS);

    private final List<String> words;
    private final int smallest;
    private final int sizes;
    private final int operations;

    Plan(String words, int smallest, int sizes, int operations) {
      this.words = List.of(words.split(" ", -1));
      this.smallest = smallest;
      this.sizes = sizes;
      this.operations = operations;
    }

    /** Blocks that come and go at random, with a phase; the same each time. */
    private String trace() {
      Random random = new Random(1);
      StringBuilder text = new StringBuilder("#heapstakes-trace 1\n");
      List<Integer> live = new ArrayList<>();
      List<Integer> free = new ArrayList<>();
      int most = smallest == LARGE ? MOST_LARGE : operations;
      int slots = 0;
      for (int i = 0; i < operations; i++) {
        if (live.size() == most || !live.isEmpty() && random.nextBoolean()) {
          int slot = live.remove(random.nextInt(live.size()));
          free.add(slot);
          text.append("f ").append(slot).append('\n');
        } else {
          int slot = free.isEmpty() ? slots++ : free.removeLast();
          live.add(slot);
          int size = smallest << random.nextInt(sizes);
          text.append("m ").append(slot).append(' ').append(size).append('\n');
        }
      }
      return text.append("P end\n").toString();
    }
  }

  private final List<String> command;
  private final Path temporary;
  private final Path cache;
  private final Path output;
  private final Path work;
  private final String mark = Long.toHexString(System.nanoTime());

  Launcher(List<String> command, Path work) throws IOException {
    this.command = command;
    temporary = Files.createDirectories(work.resolve("tmp"));
    cache = Files.createDirectories(work.resolve("cache"));
    output = work.resolve("output.txt");
    this.work = work;
    Folders.deleteRecursively(temporary);
    Files.createDirectories(temporary);
    for (Plan plan : Plan.values()) {
      Files.writeString(trace(plan), plan.trace());
    }
  }

  private Path trace(Plan plan) {
    return work.resolve(plan.name().toLowerCase(Locale.ROOT) + ".hst");
  }

  Run start(Plan plan, Path run, boolean resume) throws IOException {
    // What is started in the background of a script would ignore SIGINT.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.addAll(command);
    words.addAll(List.of("run", "--out", run.toString()));
    if (resume) {
      words.add("--resume");
    }
    if (!resume || !Files.exists(run.resolve("environment.json"))) {
      words.addAll(plan.words);
      words.addAll(List.of("-w", trace(plan).toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put(MARK, mark);
    builder.environment().put("TMPDIR", temporary.toString());
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    builder
        .environment()
        .put(
            "JAVA_TOOL_OPTIONS",
            String.format(
                Locale.ROOT,
                "-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=%s -Dheapstakes.cache=%s",
                temporary,
                cache.resolve("traces")));
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return new Run(builder.start());
  }

  /** A run that is under way. */
  final class Run {
    private final Process process;
    private final long start = System.nanoTime();

    private Run(Process process) {
      this.process = process;
    }

    ProcessHandle parent() {
      return process.toHandle();
    }

    /** Waits; whether the run is still under way. */
    boolean pause(double seconds) {
      try {
        return !process.waitFor((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The first descendant but those {@code before} with a word in its command line. */
    Optional<ProcessHandle> awaitChild(String word, Set<ProcessHandle> before) {
      Optional<ProcessHandle> child = Optional.empty();
      while (child.isEmpty() && pause(0.005)) {
        child =
            process
                .descendants()
                .filter(c -> !before.contains(c) && commandLine(c.pid()).contains(word))
                .findFirst();
      }
      return child;
    }

    String signal(ProcessHandle target, String signal, double seconds) {
      try {
        int code =
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + target.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return code == 0 ? String.format(Locale.ROOT, "after %.2f s", seconds) : "missed";
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    Ending await(Duration patience) throws IOException, InterruptedException {
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      return new Ending(process.exitValue(), !ended, text, (System.nanoTime() - start) / 1e9);
    }
  }

  /**
   * How a run ended.
   *
   * @param text what it printed
   */
  record Ending(int code, boolean timedOut, String text, double seconds) {
    String lastLine() {
      return text.lines().filter(line -> line.startsWith("heapstakes:")).reduce("", (a, b) -> b);
    }

    boolean hasStackTrace() {
      return !stackTrace().isEmpty();
    }

    String stackTrace() {
      return text.lines()
          .filter(line -> line.startsWith("\tat ") || line.contains("unexpected "))
          .findFirst()
          .orElse("");
    }
  }

  private static String commandLine(long pid) {
    return read(Path.of("/proc", Long.toString(pid), "cmdline"));
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  /**
   * Waits some seconds for the processes to end that a killed run has left; says which have not.
   */
  String awaitQuiet() throws IOException, InterruptedException {
    List<String> left = List.of("");
    for (int i = 0; i < 100 && !left.isEmpty(); i++) {
      left = processes();
      if (!left.isEmpty()) {
        Thread.sleep(100);
      }
    }
    return left.isEmpty() ? "" : "processes are left: " + left;
  }

  private List<String> processes() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("[0-9]+"))
          .filter(entry -> read(entry.resolve("environ")).contains(MARK + "=" + mark))
          .map(entry ->
              entry.getFileName() + " " + read(entry.resolve("cmdline")).replace('\0', ' '))
          .toList();
    }
  }

  /** What a resumed run has left in the temporary folder, or unfinished in its own. */
  String leftFiles(Path run) throws IOException {
    List<Path> left = new ArrayList<>(Folders.all(temporary));
    left.remove(temporary);
    for (Path file : List.copyOf(left)) {
      // A launcher that was killed as it began: an empty folder, which goes after an hour.
      if (isPassing(file) && Folders.all(file).size() == 1) {
        left.remove(file);
      }
    }
    Folders.all(run).stream().filter(file -> file.toString().endsWith(".tmp")).forEach(left::add);
    for (Path file : left.reversed()) {
      Files.deleteIfExists(file);
    }
    return left.isEmpty() ? "" : "files are left: " + left;
  }

  private static boolean isPassing(Path file) {
    return file.getFileName().toString().startsWith("heapstakes-run-");
  }
}
