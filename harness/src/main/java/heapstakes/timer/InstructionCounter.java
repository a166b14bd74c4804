package heapstakes.timer;

import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.MeteredLibrary;
import heapstakes.driver.NativeBuild;
import heapstakes.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/**
 * Instructions that a real library executes for one life of a trace, in user space: the timer under
 * valgrind's callgrind, which counts while {@code stretch} of {@code loop.c} runs. What is counted
 * lies in the library, in the C library and the loader that it calls; not in the loop itself, nor
 * in the kernel. A library's clock is the trace's, and threads take turns in the trace's order: the
 * count is the same again, however busy the machine is.
 */
public final class InstructionCounter {
  /** Function of {@code loop.c}: nothing else is counted. */
  private static final String COUNTED = "stretch";

  private static final String VALGRIND = "valgrind";

  private InstructionCounter() {}

  /**
   * A count.
   *
   * @param operations that were replayed
   * @param instructions of the library and of what it calls, in user space
   */
  public record Count(long operations, long instructions) {
    /** Instructions an operation; not a number where there was none. */
    public double perOperation() {
      return operations == 0 ? Double.NaN : (double) instructions / operations;
    }
  }

  /** Why nothing can be counted here and how to mend that; empty when it can. */
  public static Optional<String> unavailable() {
    return NativeBuild.of(NativeBuild.Program.COUNTED_TIMER)
        .unavailable()
        .or(() ->
            valgrind().isPresent()
                ? Optional.empty()
                : Optional.of(
                    String.format(
                        Locale.ROOT,
                        "instructions are counted by valgrind, and there is no '%s' on the path"
                            + " (PATH=%s).\n"
                            + "  Install it: apt-get install valgrind (or the like).",
                        VALGRIND,
                        System.getenv().getOrDefault("PATH", ""))));
  }

  /**
   * Whether instructions of {@code contestant} can be told: a library that this machine's loader
   * loads, or one with a glibc of its own; of musl there is no such timer.
   */
  public static boolean isPossible(Contestant contestant) {
    return MeteredLibrary.of(contestant).filter(library -> !library.isOfMusl()).isPresent();
  }

  private static Optional<Path> valgrind() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, VALGRIND).toAbsolutePath())
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Counts one life of {@code trace}. Takes some fifty times as long as without.
   *
   * @param limit of processor time after which the replay is ended where it is
   * @throws DriverException when there is no valgrind or compiler, the library does not run under
   *     it, or the replay did not come to its end
   */
  public static Count count(Contestant contestant, Trace trace, Duration limit) {
    unavailable()
        .ifPresent(why -> {
          throw new DriverException(why);
        });
    Path program = NativeBuild.of(NativeBuild.Program.COUNTED_TIMER).file();
    Path folder = newFolder();
    try {
      Path file = folder.resolve("callgrind.out");
      Turn turn;
      try (TimerProcess timer = TimerProcess.under(words(file), contestant, trace, program)) {
        turn = timer.countedLife(limit);
      }
      if (turn.cutShort()) {
        throw new DriverException(
            String.format(
                Locale.ROOT,
                "%s: its instructions were not counted to the end: %d of %d operations in %d s of"
                    + " processor time under valgrind. Count a shorter trace.",
                contestant,
                turn.operations(),
                trace.info().operations(),
                limit.toSeconds()));
      }
      return new Count(turn.operations(), ofLibrary(contestant, file, program));
    } finally {
      delete(folder);
    }
  }

  private static List<String> words(Path file) {
    return List.of(
        valgrind().orElseThrow().toString(),
        "-q",
        "--tool=callgrind",
        "--collect-atstart=no",
        "--toggle-collect=" + COUNTED,
        "--compress-strings=no",
        "--compress-pos=no",
        "--vgdb=no",
        "--callgrind-out-file=" + file);
  }

  private static long ofLibrary(Contestant contestant, Path file, Path program) {
    Map<String, Long> byObject = CallgrindFile.instructionsByObject(file);
    if (!byObject.containsKey(program.toString())) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s: valgrind counted nothing of %s, so it did not see where the replay begins. Is"
                  + " the program stripped? Counted: %s",
              contestant,
              program,
              byObject.keySet()));
    }
    return byObject.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(program.toString()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("heapstakes-count-");
    } catch (IOException e) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "no folder for counts of instructions can be made in %s: %s. Name another:"
                  + " -Djava.io.tmpdir=/path",
              System.getProperty("java.io.tmpdir"),
              e.getMessage()));
    }
  }

  private static void delete(Path folder) {
    try {
      PathUtils.deleteDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "the folder %s cannot be removed", folder), e);
    }
  }
}
