package heapstakes.driver;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes a trace's events as programs of ours in C read them: 16 bytes each, little-endian.
 *
 * <pre>
 *  0  op (bits 0–7) | slot, thread or phase (8–39) | second operand (40–63)
 *  8  size
 * </pre>
 *
 * <p>A second operand of 24 bits or more comes before, in the size of an event {@code EXTRA}.
 */
public final class EventStream {
  static final byte EXTRA = (byte) Op.count();

  /** The trace is complete. */
  public static final byte END = (byte) (Op.count() + 1);

  private static final int EVENT_BYTES = 16;
  static final int SLOT_SHIFT = 8;
  static final int EXTRA_SHIFT = 40;
  private static final long EXTRA_LIMIT = 1L << (64 - EXTRA_SHIFT);
  private static final long SLOT_MASK = 0xffff_ffffL;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final OutputStream out;
  private byte[] buffer = new byte[0];
  private int filled;

  /** Onto {@code out}, which stays the caller's to close. */
  public EventStream(OutputStream out) {
    this.out = out;
  }

  /** Writes all events and the mark that they are all. */
  void write(Trace trace) throws IOException {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        write(batch);
      }
    }
    reserve(1);
    put(END, 0);
    flush();
  }

  /**
   * Writes one event; it may stay here until {@link #flush}.
   *
   * @param op one of {@link Op}, or another number that the reader knows
   */
  public void event(byte op, int slot, long size, long extra) throws IOException {
    if (filled + 2 * EVENT_BYTES > buffer.length) {
      flush();
      reserve(EventBatch.CAPACITY);
    }
    put(op, slot, size, extra);
  }

  private void write(EventBatch batch) throws IOException {
    reserve(2 * (batch.to - batch.from));
    for (int i = batch.from; i < batch.to; i++) {
      put(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]);
    }
    flush();
  }

  private void put(byte op, int slot, long size, long extra) {
    long head = op | (slot & SLOT_MASK) << SLOT_SHIFT;
    if (extra >= 0 && extra < EXTRA_LIMIT) {
      put(head | extra << EXTRA_SHIFT, size);
    } else {
      put(EXTRA, extra);
      put(head, size);
    }
  }

  private void reserve(int events) {
    if (buffer.length < events * EVENT_BYTES) {
      buffer = new byte[events * EVENT_BYTES];
    }
  }

  private void put(long head, long size) {
    LONG.set(buffer, filled, head);
    LONG.set(buffer, filled + Long.BYTES, size);
    filled += EVENT_BYTES;
  }

  /** Hands on what is still here. */
  public void flush() throws IOException {
    out.write(buffer, 0, filled);
    out.flush();
    filled = 0;
  }
}
