package heapstakes.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What happens to a run. */
enum Fault {
  PARENT_KILL(Target.PARENT, "KILL"),
  PARENT_TERM(Target.PARENT, "TERM"),
  PARENT_INT(Target.PARENT, "INT"),
  FORK_KILL(Target.FORK, "KILL"),
  FORK_TERM(Target.FORK, "TERM"),
  FORK_INT(Target.FORK, "INT"),
  DRIVER_KILL(Target.DRIVER, "KILL"),
  DRIVER_TERM(Target.DRIVER, "TERM"),
  DRIVER_INT(Target.DRIVER, "INT"),
  FULL_DISK(Target.DISK, ""),
  READ_ONLY_DISK(Target.DISK, ""),
  VANISHED_DIRECTORY(Target.DIRECTORY, "");

  /** Whom it happens to. */
  enum Target {
    PARENT,
    FORK,
    DRIVER,
    DISK,
    DIRECTORY
  }

  private static final int OK = 0;
  private static final int CELL_FAILED = 3;
  private static final int OUTPUT = 5;
  private static final Set<Integer> AFTER_DISK = Set.of(OK, 2, CELL_FAILED, OUTPUT);
  private static final Set<Integer> AFTER_CHILD = Set.of(OK, CELL_FAILED);

  private static final int SIGNALLED = 128;
  private static final String DRIVER = "driver-";

  private final Target target;
  private final String signal;

  Fault(Target target, String signal) {
    this.target = target;
    this.signal = signal;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean needsDisk() {
    return target == Target.DISK;
  }

  /** A run that it can happen to. */
  Launcher.Plan plan(Random random) {
    return switch (target) {
      case FORK -> Launcher.Plan.TIMED;
      case DRIVER -> Launcher.Plan.METERED;
      default -> random.nextBoolean() ? Launcher.Plan.TIMED : Launcher.Plan.COUNTED;
    };
  }

  /** How a run may end that this happened to, by its exit code. */
  boolean isExpected(int code) {
    return switch (target) {
      case PARENT -> code == OK || code > SIGNALLED;
      case FORK, DRIVER -> AFTER_CHILD.contains(code);
      case DISK, DIRECTORY -> AFTER_DISK.contains(code);
    };
  }

  /** Lets it happen; says where it hit, or {@code missed}. */
  String strike(Launcher.Run run, Disk disk, Path directory, double seconds, Random random)
      throws IOException, InterruptedException {
    switch (target) {
      case PARENT -> {
        return run.pause(seconds) ? run.signal(run.parent(), signal, seconds) : "missed";
      }
      case FORK -> {
        return strike(run, "ForkedMain", Set.of(), random.nextDouble() * 3);
      }
      case DRIVER -> {
        // The first checks the library, the second meters it.
        Optional<ProcessHandle> first = run.awaitChild(DRIVER, Set.of());
        return first.isPresent() && random.nextBoolean()
            ? strike(run, DRIVER, Set.of(first.get()), 0.7 * random.nextDouble())
            : strike(run, DRIVER, Set.of(), 0.7 * random.nextDouble());
      }
      case DISK -> {
        if (!run.pause(seconds)) {
          return "missed";
        }
        if (this == FULL_DISK) {
          disk.fill();
        } else if (!disk.remount("ro")) {
          return "missed";
        }
      }
      case DIRECTORY -> {
        if (!run.pause(seconds) || !Files.exists(directory)) {
          return "missed";
        }
        Files.move(directory, away(directory));
      }
    }
    return String.format(Locale.ROOT, "after %.2f s", seconds);
  }

  /** Some time after a child has begun, about a random part of what it takes. */
  private String strike(Launcher.Run run, String word, Set<ProcessHandle> before, double seconds) {
    return run.awaitChild(word, before)
        .map(child -> run.pause(seconds) ? run.signal(child, signal, seconds) : "missed")
        .orElse("missed");
  }

  /** What the user does before the resume. */
  void undo(Disk disk, Path directory) throws IOException, InterruptedException {
    if (this == READ_ONLY_DISK) {
      disk.remount("rw");
    } else if (this == FULL_DISK) {
      disk.free();
    } else if (Files.exists(away(directory))) {
      Folders.deleteRecursively(directory);
      Files.move(away(directory), directory);
    }
  }

  private static Path away(Path directory) {
    return directory.resolveSibling("elsewhere");
  }
}
