package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.trace.Trace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether real libraries keep what every malloc owes its caller, found out before anything is
 * measured of them: live blocks do not overlap, are aligned, have room for what was asked for, and
 * keep their contents. Each contestant is checked once on each trace.
 */
public final class LibraryCheck {
  private final Map<Subject, Optional<DriverReport.Failure>> known = new HashMap<>();

  private final DriverOptions options;

  /**
   * @param options how to replay; {@link DriverOptions#CHECK}, with other limits perhaps
   */
  public LibraryCheck(DriverOptions options) {
    this.options = options;
  }

  private record Subject(String contestant, String trace, String sha256) {}

  /** Whether it could be replayed on in a process of its own: there is a driver, and a file. */
  public static boolean isPossible(Contestant contestant) {
    return contestant.provider().library().isPresent()
        && NativeBuild.ofDriver().unavailable().isEmpty();
  }

  /**
   * Replays {@code trace} on a real library in a process of its own.
   *
   * @return what ended the replay: a rule that was broken, or a crash; empty if nothing did
   * @throws DriverException when the contestant cannot be checked here
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public Optional<DriverReport.Failure> failure(Contestant contestant, Trace trace)
      throws InterruptedException {
    if (contestant.provider().javaPool().isPresent()) {
      return Optional.empty(); // its heap looks for blocks that overlap whenever it is metered
    }
    Subject subject =
        new Subject(contestant.toString(), trace.info().name(), trace.info().sha256());
    Optional<DriverReport.Failure> failure = known.get(subject);
    if (failure == null) {
      failure = NativeProcess.of(contestant).run(trace, options, DriverListener.NONE).failure();
      if (failure.isEmpty() || failure.get().signal() != Signals.SIGKILL) {
        known.put(subject, failure); // who was killed has not been found out
      }
    }
    return failure;
  }
}
