package heapstakes.driver;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The other end of an {@link EventStream}: a trace that can be walked once. */
final class StreamedTrace implements Trace {
  private static final int EVENT_BYTES = 16;

  private final InputStream in;
  private final TraceInfo info;

  StreamedTrace(InputStream in, TraceInfo info) {
    this.in = in;
    this.info = info;
  }

  @Override
  public TraceInfo info() {
    return info;
  }

  @Override
  public TraceCursor open() {
    return new Cursor(in);
  }

  private static final class Cursor implements TraceCursor {
    private final InputStream in;
    private final ByteBuffer buffer =
        ByteBuffer.allocate(EventBatch.CAPACITY * EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private boolean ended;
    private long wide;
    private boolean isWide;

    Cursor(InputStream in) {
      this.in = in;
      buffer.limit(0);
    }

    @Override
    public boolean next(EventBatch batch) {
      batch.clear();
      while (!ended && batch.to < batch.capacity()) {
        if (!buffer.hasRemaining()) {
          if (batch.to > 0) {
            return true;
          }
          fill();
        }
        take(batch, buffer.getLong(), buffer.getLong());
      }
      return batch.to > 0;
    }

    private void fill() {
      try {
        int got = in.read(buffer.array());
        int rest = got < 0 ? 0 : (EVENT_BYTES - got % EVENT_BYTES) % EVENT_BYTES;
        if (got <= 0 || in.readNBytes(buffer.array(), got, rest) < rest) {
          throw new TraceException("the input ended before the trace did");
        }
        buffer.position(0).limit(got + rest);
      } catch (IOException e) {
        throw new TraceException("the input cannot be read: " + e.getMessage(), e);
      }
    }

    private void take(EventBatch batch, long head, long size) {
      byte op = (byte) head;
      if (op == EventStream.EXTRA) {
        wide = size;
        isWide = true;
      } else if (op == EventStream.END) {
        ended = true;
      } else {
        long extra = isWide ? wide : head >>> EventStream.EXTRA_SHIFT;
        isWide = false;
        batch.add(op, (int) (head >>> EventStream.SLOT_SHIFT), size, extra);
      }
    }

    @Override
    public void close() {}
  }
}
