package heapstakes.trace;

/** A sequence of events that can be walked as often as one likes, with what is known of it. */
public interface Trace {
  /** What is known without walking it. */
  TraceInfo info();

  /** Where the calls came from, if the recording has it. */
  default CallSites callSites() {
    return CallSites.NONE;
  }

  /** Starts a pass at the first event. */
  TraceCursor open();
}
