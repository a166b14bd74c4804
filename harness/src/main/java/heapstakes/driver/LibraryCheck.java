package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.trace.Trace;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether real libraries keep what every malloc owes its caller, found out before anything is
 * measured of them: live blocks do not overlap, are aligned, have room for what was asked for, and
 * keep their contents. Each contestant is checked once on each trace in the life of this JVM.
 */
public final class LibraryCheck {
  private static final Map<Subject, Optional<DriverReport.Failure>> KNOWN =
      new ConcurrentHashMap<>();

  private LibraryCheck() {}

  private record Subject(String contestant, String trace, String sha256) {}

  /**
   * Replays {@code trace} on a real library in a process of its own.
   *
   * @return what ended the replay: a rule that was broken, or a crash; empty if nothing did
   * @throws DriverException when the contestant cannot be checked here
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public static Optional<DriverReport.Failure> failure(Contestant contestant, Trace trace)
      throws InterruptedException {
    Subject subject =
        new Subject(contestant.toString(), trace.info().name(), trace.info().sha256());
    Optional<DriverReport.Failure> failure = KNOWN.get(subject);
    if (failure == null) {
      failure =
          NativeProcess.of(contestant)
              .run(trace, DriverOptions.CHECK, DriverListener.NONE)
              .failure();
      if (failure.isEmpty() || failure.get().signal() != Signals.SIGKILL) {
        KNOWN.put(subject, failure); // who was killed has not been found out
      }
    }
    return failure;
  }
}
