package heapstakes.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the command line of {@link FaultRunner} says.
 *
 * @param seconds no round begins later; 0 for no end
 * @param rounds how many there are; 0 for no end
 * @param only the faults by name; empty for all
 * @param command what starts Heapstakes
 * @param work folder for everything that is written
 */
record FaultOptions(
    long seconds, int rounds, long seed, List<String> only, List<String> command, Path work) {
  private static final String USAGE =
      """
      usage: faults [--seconds N] [--rounds N] [--seed S] [--only FAULT,...] [--command CMD] [--work DIR]
        Disturbs small runs at random times, resumes them, and says what was lost.
        By default 300 seconds, seed 1, all faults, ./heapstakes, target/faults. As root a tmpfs is
        mounted in DIR for full and read-only disks.
      """;

  static FaultOptions of(String[] arguments) {
    long seconds = 0;
    int rounds = 0;
    long seed = 1;
    List<String> only = List.of();
    List<String> command = List.of("./heapstakes");
    Path work = Path.of("target", "faults");
    for (int i = 0; i < arguments.length; i += 2) {
      String value = i + 1 < arguments.length ? arguments[i + 1] : "";
      try {
        switch (value.isEmpty() ? "" : arguments[i]) {
          case "--seconds" -> seconds = Long.parseLong(value);
          case "--rounds" -> rounds = Integer.parseInt(value);
          case "--seed" -> seed = Long.parseLong(value);
          case "--only" -> only = List.of(value.split(",", -1));
          case "--command" -> command = List.of(value.split(" +", -1));
          case "--work" -> work = Path.of(value);
          default -> end(arguments[i]);
        }
      } catch (NumberFormatException e) {
        end(arguments[i] + " " + value);
      }
    }
    for (String word : only) {
      if (Arrays.stream(Fault.values()).noneMatch(fault -> fault.word().equals(word))) {
        end(word);
      }
    }
    return new FaultOptions(
        seconds == 0 && rounds == 0 ? 300 : seconds, rounds, seed, only, command, work);
  }

  private static void end(String what) {
    System.err.printf(Locale.ROOT, "faults: %s?%n%s  faults: ", what, USAGE);
    System.err.println(Arrays.stream(Fault.values()).map(Fault::word).toList());
    System.exit(2);
  }

  List<Fault> faults(boolean hasDisk) {
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      if ((only.isEmpty() || only.contains(fault.word())) && (hasDisk || !fault.needsDisk())) {
        faults.add(fault);
      }
    }
    return faults;
  }

  boolean isOver(int round, Instant start) {
    return rounds > 0 && round > rounds
        || seconds > 0 && Duration.between(start, Instant.now()).toSeconds() >= seconds;
  }
}
