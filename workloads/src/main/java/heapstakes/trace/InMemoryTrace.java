package heapstakes.trace;

import java.util.Locale;

/**
 * All events of a trace, decoded into arrays: a cursor hands them out as one batch, without
 * copying, so that nothing but the replay is in a timed loop. Takes 21 bytes an event, 25 with call
 * sites.
 */
public final class InMemoryTrace implements Trace {
  private static final int MAX_EVENTS = Integer.MAX_VALUE - 8;

  private final TraceInfo info;
  private final EventBatch events;
  private final CallSites callSites;

  private InMemoryTrace(TraceInfo info, EventBatch events, CallSites callSites) {
    this.info = info;
    this.events = events;
    this.callSites = callSites;
  }

  /**
   * Decodes {@code trace}.
   *
   * @throws TraceException when it has too many events for an array or for the heap
   */
  public static InMemoryTrace of(Trace trace) {
    TraceInfo info = trace.info();
    if (trace instanceof InMemoryTrace done) {
      return done;
    }
    if (info.events() > MAX_EVENTS) {
      throw tooLarge(info);
    }
    try {
      EventBatch events = new EventBatch((int) info.events());
      if (trace.callSites().count() > 0) {
        events.site = new int[events.capacity()];
      }
      copy(trace, events);
      return new InMemoryTrace(info, events, trace.callSites());
    } catch (OutOfMemoryError e) {
      throw tooLarge(info);
    }
  }

  /** The same events, none of which is the mark {@link TraceInfo#POPULATED}. */
  public InMemoryTrace unmarked() {
    return new InMemoryTrace(info.unmarked(), events, callSites);
  }

  @Override
  public TraceInfo info() {
    return info;
  }

  /** The events; not to be written to. */
  public EventBatch events() {
    return events;
  }

  @Override
  public CallSites callSites() {
    return callSites;
  }

  @Override
  public TraceCursor open() {
    return new TraceCursor() {
      private boolean done;

      @Override
      public boolean next(EventBatch batch) {
        boolean first = !done;
        done = true;
        batch.op = events.op;
        batch.slot = events.slot;
        batch.size = events.size;
        batch.extra = events.extra;
        batch.site = events.site;
        batch.from = 0;
        batch.to = first ? events.to : 0;
        return first && events.to > 0;
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  private static void copy(Trace trace, EventBatch all) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        int count = batch.to - batch.from;
        System.arraycopy(batch.op, batch.from, all.op, all.to, count);
        System.arraycopy(batch.slot, batch.from, all.slot, all.to, count);
        System.arraycopy(batch.size, batch.from, all.size, all.to, count);
        System.arraycopy(batch.extra, batch.from, all.extra, all.to, count);
        if (all.site.length > 0) {
          System.arraycopy(batch.site, batch.from, all.site, all.to, count);
        }
        all.to += count;
      }
    }
  }

  private static TraceException tooLarge(TraceInfo info) {
    return new TraceException(
        String.format(
                Locale.ROOT,
                "%s has %d events, which take %d MiB when decoded. Give the JVM more memory (-Xmx), or use a",
                info.name(),
                info.events(),
                21 * info.events() >> 20)
            + " streaming replay.");
  }
}
