package heapstakes.trace;

/** A sequence of events that can be walked as often as one likes, with what is known of it. */
public interface Trace {
  /** What is known without walking it. */
  TraceInfo info();

  /** Starts a pass at the first event. */
  TraceCursor open();
}
