package heapstakes.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Disturbs runs at random times and looks what is lost: {@code .ci/faults --seconds 600 --seed 1}.
 *
 * <p>A small run is done once undisturbed. Then, again and again: it is started, disturbed by one
 * {@link Fault}, must end by itself within two minutes, and is resumed; the resume must end with 0,
 * every cell must be there once, what is counted must be as in the undisturbed run, and neither a
 * process nor a temporary file may be left. A fault that finds nothing to disturb, since the run
 * was over, counts as missed.
 */
public final class FaultRunner {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final FaultOptions options;
  private final Random random;
  private final Path work;
  private final Map<Fault, int[]> tally = new EnumMap<>(Fault.class);
  private final List<String> problems = new ArrayList<>();

  private FaultRunner(FaultOptions options) throws IOException {
    this.options = options;
    this.random = new Random(options.seed());
    this.work = Files.createDirectories(options.work().toAbsolutePath());
  }

  /** Exits with 1 when something was lost or left, 2 when it cannot begin. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    FaultRunner runner = new FaultRunner(FaultOptions.of(arguments));
    try {
      System.exit(runner.run() ? 0 : 1);
    } catch (IOException e) {
      System.err.println("faults: " + e.getMessage());
      System.exit(2);
    }
  }

  private boolean run() throws IOException, InterruptedException {
    Instant start = Instant.now();
    try (Disk disk = Disk.mount(work.resolve("disk"))) {
      List<Fault> faults = options.faults(disk.isMounted());
      Launcher launcher = new Launcher(options.command(), work);
      Map<Launcher.Plan, Undisturbed> undisturbed = new EnumMap<>(Launcher.Plan.class);
      for (Launcher.Plan plan : Launcher.Plan.values()) {
        Path reference = disk.path().resolve("undisturbed");
        // The second time the driver is compiled and the files are in the page cache.
        launcher.start(plan, reference, false).await(PATIENCE);
        Folders.deleteRecursively(reference);
        Launcher.Ending ending = launcher.start(plan, reference, false).await(PATIENCE);
        if (ending.code() != 0) {
          throw new IOException("the undisturbed run fails:\n" + ending.text());
        }
        RunFigures figures = RunFigures.of(reference);
        undisturbed.put(plan, new Undisturbed(figures, ending.seconds()));
        System.out.printf(
            Locale.ROOT, "undisturbed: %d cells in %.1f s%n", figures.cells(), ending.seconds());
        Folders.deleteRecursively(reference);
      }
      if (!disk.isMounted()) {
        System.out.println("no tmpfs can be mounted (not root): full disks are left out");
      }
      for (int round = 1; !options.isOver(round, start); round++) {
        Fault fault = faults.get((round - 1) % faults.size());
        String verdict = round(round, fault, launcher, disk, undisturbed);
        int[] counts = tally.computeIfAbsent(fault, f -> new int[3]);
        counts[verdict.equals("missed") ? 1 : verdict.isEmpty() ? 0 : 2]++;
        if (!verdict.isEmpty() && !verdict.equals("missed")) {
          problems.add(
              String.format(Locale.ROOT, "round %d, %s: %s", round, fault.word(), verdict));
          System.out.println("LOST  " + problems.getLast());
        }
      }
      report(Duration.between(start, Instant.now()));
    }
    return problems.isEmpty();
  }

  /** What is expected, and how long it takes. */
  private record Undisturbed(RunFigures figures, double seconds) {}

  /** Empty when nothing was lost. */
  private String round(
      int round,
      Fault fault,
      Launcher launcher,
      Disk disk,
      Map<Launcher.Plan, Undisturbed> undisturbed)
      throws IOException, InterruptedException {
    Path run = disk.path().resolve("run");
    Folders.deleteRecursively(run);
    Launcher.Plan plan = fault.plan(random);
    Undisturbed usual = Objects.requireNonNull(undisturbed.get(plan));
    Launcher.Run disturbed = launcher.start(plan, run, false);
    double delay = random.nextDouble() * usual.seconds();
    String hit = fault.strike(disturbed, disk, run, delay, random);
    Launcher.Ending ending = disturbed.await(PATIENCE);
    fault.undo(disk, run);
    launcher.awaitQuiet();
    Launcher.Ending resumed = launcher.start(plan, run, Files.exists(run)).await(PATIENCE);
    String verdict = verdict(fault, ending, resumed, launcher, run, usual.figures());
    System.out.printf(
        Locale.ROOT,
        "%4d  %-20s %-8s %-14s exit %3d  resume exit %d  %s%n",
        round,
        fault.word(),
        plan.name().toLowerCase(Locale.ROOT),
        hit,
        ending.code(),
        resumed.code(),
        verdict.isEmpty() ? "nothing lost" : "LOST");
    if (!verdict.isEmpty()) {
      Path kept = work.resolve("lost-" + round);
      Folders.copyRecursively(run, kept);
      Files.writeString(kept.resolve("disturbed.txt"), ending.text());
      Files.writeString(kept.resolve("resumed.txt"), resumed.text());
    }
    // A run that ended well was over, or did not notice.
    boolean missed = hit.equals("missed") || ending.code() == 0;
    return verdict.isEmpty() && missed ? "missed" : verdict;
  }

  private static String verdict(
      Fault fault,
      Launcher.Ending ending,
      Launcher.Ending resumed,
      Launcher launcher,
      Path run,
      RunFigures expected)
      throws IOException, InterruptedException {
    if (ending.timedOut()) {
      return "it did not end by itself: " + ending.lastLine();
    }
    if (!fault.isExpected(ending.code())) {
      return "it ended with " + ending.code() + ": " + ending.lastLine();
    }
    for (Launcher.Ending each : List.of(ending, resumed)) {
      if (each.hasStackTrace()) {
        return "it printed a stack trace: " + each.stackTrace();
      }
    }
    if (resumed.timedOut() || resumed.code() != 0) {
      return "the resume ended with " + resumed.code() + ": " + resumed.lastLine();
    }
    String difference = RunFigures.of(run).differenceFrom(expected);
    if (!difference.isEmpty()) {
      return difference;
    }
    String left = launcher.awaitQuiet();
    return left.isEmpty() ? launcher.leftFiles(run) : left;
  }

  private void report(Duration took) {
    int[] sum = new int[3];
    System.out.println();
    System.out.printf(Locale.ROOT, "%-22s %8s %8s %8s%n", "fault", "held", "missed", "lost");
    tally.forEach((fault, counts) -> {
      System.out.printf(
          Locale.ROOT, "%-22s %8d %8d %8d%n", fault.word(), counts[0], counts[1], counts[2]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += counts[i];
      }
    });
    System.out.printf(
        Locale.ROOT,
        "%-22s %8d %8d %8d   seed %d, %d s%n",
        "all",
        sum[0],
        sum[1],
        sum[2],
        options.seed(),
        took.toSeconds());
    problems.forEach(System.out::println);
  }
}
