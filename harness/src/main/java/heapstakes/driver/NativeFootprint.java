package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.trace.Trace;

/** The footprint of a real library by the best means of this machine. */
public final class NativeFootprint {
  private NativeFootprint() {}

  /**
   * Replays a trace in a process of its own: the driver's, or where that cannot be had a JVM's.
   * {@link DriverReport#metering} says which.
   *
   * @throws DriverException when the trace must not be replayed here, or the process ran too long
   * @throws InterruptedException when interrupted; the process is gone by then
   */
  public static DriverReport measure(Contestant contestant, Trace trace, DriverOptions options)
      throws InterruptedException {
    NativeProcess.requireReplayable(trace.info(), options);
    boolean hasFile = contestant.provider().library().isPresent();
    return hasFile && NativeBuild.ofDriver().unavailable().isEmpty()
        ? NativeProcess.of(contestant).run(trace, options, DriverListener.NONE)
        : JvmProcess.run(contestant, trace, options);
  }
}
