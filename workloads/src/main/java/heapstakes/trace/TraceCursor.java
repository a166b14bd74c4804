package heapstakes.trace;

/** A pass over a trace's events in order, from a file or from a generator. */
public interface TraceCursor extends AutoCloseable {
  /**
   * Fetches the next events.
   *
   * @param batch overwritten; the cursor may also point its columns at arrays of its own
   * @return whether there were any; false ends the trace
   * @throws TraceException when the source is damaged here
   */
  boolean next(EventBatch batch);

  @Override
  void close();
}
