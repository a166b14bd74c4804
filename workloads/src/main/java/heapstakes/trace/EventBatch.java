package heapstakes.trace;

/**
 * A run of events in columns, filled again and again by a {@link TraceCursor}: the timed loop reads
 * arrays and calls nothing. Only indexes in {@code [from, to)} are meaningful.
 *
 * <table>
 *   <caption>What the columns hold</caption>
 *   <tr><th>op<th>slot<th>size<th>extra
 *   <tr><td>MALLOC, REALLOC<td>slot<td>bytes<td>
 *   <tr><td>CALLOC<td>slot<td>bytes of one element<td>count
 *   <tr><td>MEMALIGN<td>slot<td>bytes<td>alignment
 *   <tr><td>FREE<td>slot<td><td>
 *   <tr><td>STORE, LOAD<td>slot<td>length in bytes<td>offset in bytes
 *   <tr><td>TRIM<td><td>pad in bytes<td>
 *   <tr><td>THREAD, THREAD_EXIT, FORK<td>dense number of the thread, from 0<td><td>
 *   <tr><td>CLOCK<td><td>nanoseconds<td>
 *   <tr><td>PHASE<td>index into {@link TraceInfo#phases}<td><td>
 *   <tr><td>EXIT<td><td><td>
 * </table>
 *
 * <p>The arrays are public on purpose: an accessor a column would cost the timed loop its bounds
 * check elimination. Whoever did not make the batch must not write to them.
 */
public final class EventBatch {
  /** Events that a cursor puts into a batch of its own: a few tens of KiB, within the L2 cache. */
  public static final int CAPACITY = 4096;

  /** The column of a trace that has no call sites. */
  public static final int[] NO_SITES = new int[0];

  /** {@link Op} numbers. */
  public byte[] op;

  /** Slots, or thread and phase numbers. */
  public int[] slot;

  /** Sizes in bytes, or nanoseconds. */
  public long[] size;

  /** Second operand. */
  public long[] extra;

  /**
   * Call sites of {@link Trace#callSites}, 0 where an event has none; of length 0 where the trace
   * has none at all, so that {@link #siteOf} is what reads it.
   */
  public int[] site = NO_SITES;

  /** Index of the first event. */
  public int from;

  /** Index behind the last event. */
  public int to;

  /** An empty batch with room for {@link #CAPACITY} events. */
  public EventBatch() {
    this(CAPACITY);
  }

  /** An empty batch with room for {@code capacity} events. */
  public EventBatch(int capacity) {
    op = new byte[capacity];
    slot = new int[capacity];
    size = new long[capacity];
    extra = new long[capacity];
  }

  /** Room for events, used or not. */
  public int capacity() {
    return op.length;
  }

  /** The call site of the event at {@code index}; 0 if there is none. */
  public int siteOf(int index) {
    return index < site.length ? site[index] : 0;
  }

  /** Makes the batch empty, to be filled from index 0. */
  public void clear() {
    from = 0;
    to = 0;
  }

  /** Appends an event; the caller has seen that there is room. */
  public void add(byte op, int slot, long size, long extra) {
    int at = to++;
    this.op[at] = op;
    this.slot[at] = slot;
    this.size[at] = size;
    this.extra[at] = extra;
  }
}
