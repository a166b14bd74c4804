package heapstakes.driver;

import heapstakes.results.Footprint;
import heapstakes.results.Status;
import java.util.Optional;

/**
 * How a replay on a real library went.
 *
 * @param footprint the figures, with its status
 * @param baseline memory just before the first event: what the library takes to start
 * @param metering how the figures were obtained
 * @param initialBreak the program break at the start
 * @param maps {@code /proc/self/maps} just before the first event; empty unless asked for
 * @param driftPages most pages by which resident by subtraction differed from the page table
 * @param exited the trace ended by its process's exit
 * @param ignored exits of threads that had not begun
 * @param failure what ended it before its time
 * @param standardError what the library said
 */
public record DriverReport(
    Footprint footprint,
    Sample baseline,
    Metering metering,
    long initialBreak,
    String maps,
    long driftPages,
    boolean exited,
    long ignored,
    Optional<Failure> failure,
    String standardError) {

  /** How the figures were obtained. */
  public enum Metering {
    /** System calls caught, resident from the kernel's exact count. */
    EXACT("system calls caught by seccomp"),
    /** System calls not caught: calls, ways of return and times to return are not measured. */
    KERNEL_MARKS("the kernel's high-water marks; system calls not measured: seccomp was refused");

    private final String description;

    Metering(String description) {
      this.description = description;
    }

    /** In words, with the reason for what is missing. */
    public String description() {
      return description;
    }
  }

  /**
   * The end of a process that did not come to its end.
   *
   * @param status failed, broken or oom_killed
   * @param operation operations carried out; where the kernel killed it, at least so many
   * @param signal number of the signal; 0 for none
   * @param address that was accessed, for SIGSEGV and SIGBUS
   * @param reason complete text
   */
  public record Failure(Status status, long operation, int signal, long address, String reason) {}
}
