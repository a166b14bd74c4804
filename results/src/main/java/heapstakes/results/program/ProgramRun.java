package heapstakes.results.program;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * What one run of a program took, all of its processes together where nothing else is said.
 *
 * @param round from 1
 * @param place in that round, from 1: contestants take turns in another order each round
 * @param outcome how it ended and what it wrote
 * @param time of the clock and of processors
 * @param peakResidentBytes most resident memory of its largest process
 * @param atEnd memory of that process when it ended, or was asked to; empty where nobody could look
 * @param minorFaults page faults served without input or output
 * @param majorFaults page faults that had to read a disk
 * @param processes that it had, 0 where nobody could look
 */
public record ProgramRun(
    int round,
    int place,
    Outcome outcome,
    Time time,
    long peakResidentBytes,
    Optional<AtEnd> atEnd,
    long minorFaults,
    long majorFaults,
    int processes) {
  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(5, "SIGTRAP"),
          Map.entry(6, "SIGABRT"),
          Map.entry(7, "SIGBUS"),
          Map.entry(8, "SIGFPE"),
          Map.entry(9, "SIGKILL"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(15, "SIGTERM"),
          Map.entry(31, "SIGSYS"));

  /**
   * How a run ended.
   *
   * @param exitCode of its first process, 0 after a signal
   * @param signal that ended its first process, 0 for none
   * @param outputSha256 of what it wrote to its standard output, lower-case hex
   * @param trouble what went wrong otherwise, such as a load that failed or a time limit; empty for
   *     nothing
   */
  public record Outcome(int exitCode, int signal, String outputSha256, String trouble) {
    /** Whether it ended by itself and with 0. */
    public boolean isWell() {
      return exitCode == 0 && signal == 0 && trouble.isEmpty();
    }

    /** As a shell's user would say it: {@code exit code 1}, {@code SIGSEGV}. */
    public String ending() {
      if (!trouble.isEmpty()) {
        return trouble;
      }
      return signal == 0
          ? String.format(Locale.ROOT, "exit code %d", exitCode)
          : SIGNALS.getOrDefault(signal, "signal " + signal);
    }
  }

  /**
   * Time that a run took.
   *
   * @param wallNanos by the clock: to its end, or to the end of the load it was given
   * @param userNanos of processors in the program
   * @param systemNanos of processors in the kernel on its behalf
   */
  public record Time(long wallNanos, long userNanos, long systemNanos) {
    /** Both together. */
    public long cpuNanos() {
      return userNanos + systemNanos;
    }
  }

  /**
   * Resident memory of one process as {@code /proc/PID/smaps_rollup} has it, in bytes.
   *
   * @param resident all of it
   * @param anonymous the part that is no page of a file
   * @param lazyFree the part of that which the kernel may take back, MADV_FREE'd
   * @param huge the part of anonymous that lies in huge pages
   * @param hasLibrary whether the library of the contestant was loaded; empty where it has none
   */
  public record AtEnd(
      long resident, long anonymous, long lazyFree, long huge, Optional<Boolean> hasLibrary) {
    /** What is held for good: resident without what was promised to the kernel. */
    public long held() {
      return resident - lazyFree;
    }
  }

  /** A figure of {@link #atEnd}. */
  OptionalLong atEnd(ToLongFunction<AtEnd> figure) {
    return atEnd.map(end -> OptionalLong.of(figure.applyAsLong(end))).orElse(OptionalLong.empty());
  }
}
