package heapstakes.bench;

import heapstakes.bench.ForkOutcome.Died;
import heapstakes.driver.OomWatch;
import heapstakes.results.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from what JMH and a fork said why there are no figures. */
final class ForkLog {
  private static final Pattern EXIT = Pattern.compile("<forked VM failed with exit code (\\d+)>");
  private static final Pattern THROWN =
      Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error|Fault|Kill)(?:: (.*))?");
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "SIGHUP",
          2, "SIGINT",
          4, "SIGILL",
          6, "SIGABRT",
          7, "SIGBUS",
          9, "SIGKILL",
          11, "SIGSEGV",
          15, "SIGTERM");

  // Exit codes of a process that a signal ended.
  private static final int SIGNALLED = 128;
  private static final List<Integer> ENDED_BY_USER = List.of(SIGNALLED + 2, SIGNALLED + 15);

  private ForkLog() {}

  /**
   * @param log what was said
   * @param oom looks at the group that the fork was in
   */
  static Died died(String log, OomWatch oom) {
    Matcher exit = EXIT.matcher(log);
    int code = exit.find() ? Integer.parseInt(exit.group(1)) : 0;
    Optional<String> thrown =
        log.lines()
            .map(String::strip)
            .map(THROWN::matcher)
            .filter(Matcher::matches)
            .map(m -> m.group(1) == null ? m.group() : m.group(1))
            .findFirst();
    if (code == 0) {
      return new Died(
          Status.FAILED,
          thrown.orElse(
              "the fork ended with exit code 0 and gave no result: something in it ended the JVM; more in"
                  + " jmh.log"),
          false);
    }
    String how =
        code > SIGNALLED && SIGNALS.containsKey(code - SIGNALLED)
            ? "the fork was ended by " + SIGNALS.get(code - SIGNALLED)
            : "the fork ended with exit code " + code;
    String said = lastWords(log).or(() -> thrown).map(words -> ": " + words).orElse("");
    boolean isOom = code == SIGNALLED + 9 && oom.hasStruck();
    if (isOom) {
      how += ", sent by the kernel, which had no memory left for it";
    }
    return new Died(
        isOom ? Status.OOM_KILLED : Status.FAILED,
        how + said + " (more in jmh.log)",
        ENDED_BY_USER.contains(code));
  }

  /** The last line that the fork wrote to its standard error. */
  private static Optional<String> lastWords(String log) {
    int from = log.indexOf("<stderr last=");
    int to = log.indexOf("</stderr>", Math.max(0, from));
    if (from < 0 || to < 0) {
      return Optional.empty();
    }
    return log.substring(from, to)
        .lines()
        .skip(1)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((first, second) -> second);
  }
}
