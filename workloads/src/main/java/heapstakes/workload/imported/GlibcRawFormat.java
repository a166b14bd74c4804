package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The raw file of glibc's trace utilities ({@code mtrace.so}): records of 64 bytes, or of 32 in
 * older versions, in the byte order of the machine that wrote them.
 *
 * <pre>
 *   0  thread (4)   4  type (1) and paths taken (3)   8  pointer 1 (8)   16  pointer 2 (8)
 *  24  size (8)    32  size 2 (8)   40  size 3 (8)   48  padding
 * </pre>
 *
 * <p>It cannot say: calloc's two numbers (their product), time. Records are in the order in which
 * calls began to be written down: a pointer that is handed out before its free is seen waits for
 * that free, as it does in glibc's trace2wl. Records of 32 bytes have no alignment: a page is
 * taken.
 */
public final class GlibcRawFormat implements TraceFormat {
  private static final int RECORD = 64;
  private static final int SHORT_RECORD = 32;
  private static final int MAGIC = 255;
  private static final long MAGIC_POINTER = 0x1234;

  /** For the public registry. */
  public GlibcRawFormat() {}

  @Override
  public String name() {
    return "glibc-raw";
  }

  @Override
  public String summary() {
    return "raw .mtrace of glibc's trace utilities";
  }

  @Override
  public boolean recognises(byte[] head) {
    return head.length >= SHORT_RECORD && order(head) != 0;
  }

  /** 1 for little-endian, -1 for big-endian, 0 for no such file. */
  private static int order(byte[] head) {
    ByteBuffer little = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (head[4] == (byte) MAGIC && little.getLong(8) == MAGIC_POINTER) {
      return 1;
    }
    // C's bit fields begin at the high end there.
    ByteBuffer big = ByteBuffer.wrap(head);
    return head[4] == (byte) MAGIC && big.getLong(8) == MAGIC_POINTER ? -1 : 0;
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    BinaryPass.over(lines.name(), new Pass(lines, sink));
  }

  private record Waiting(int type, int thread, long size) {}

  private static final class Pass implements BinaryPass {
    private final String name;
    private final InputStream in;
    private final TraceSink sink;
    private final RecordedHeap heap;

    /** Requests whose pointer is not free yet, by pointer. */
    private final Map<Long, Waiting> waiting = new HashMap<>();

    private int width = RECORD;
    private long number;

    Pass(LineReader lines, TraceSink sink) {
      name = lines.name();
      in = lines.bytes();
      this.sink = sink;
      heap = new RecordedHeap(sink);
    }

    @Override
    public void read() throws IOException {
      byte[] first = in.readNBytes(RECORD);
      int order = first.length < SHORT_RECORD ? 0 : order(first);
      if (order == 0) {
        throw malformed("the first record is not the mark of such a file");
      }
      ByteOrder byteOrder = order > 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      width = isShort(first) ? SHORT_RECORD : RECORD;
      requireWhole(first);
      // With short records, the second came along with the first.
      InputStream rest =
          new SequenceInputStream(new ByteArrayInputStream(first, width, first.length - width), in);
      byte[] record = next(rest);
      while (record.length > 0) {
        requireWhole(record);
        record(ByteBuffer.wrap(Arrays.copyOf(record, RECORD)).order(byteOrder));
        record = next(rest);
      }
      waiting.forEach((pointer, request) -> allocate(pointer, request));
      heap.finish();
    }

    private byte[] next(InputStream records) throws IOException {
      number++;
      return records.readNBytes(width);
    }

    /** The mark is the only record whose second half must be empty. */
    private static boolean isShort(byte[] first) {
      for (int i = SHORT_RECORD; i < first.length; i++) {
        if (first[i] != 0) {
          return true;
        }
      }
      return first.length == SHORT_RECORD;
    }

    private void requireWhole(byte[] record) {
      if (record.length < width) {
        throw malformed(
            String.format(
                Locale.ROOT, "the file ends within a record of %d bytes; is it cut short?", width));
      }
    }

    private void record(ByteBuffer record) {
      int thread = record.getInt(0);
      int type = record.get(4) & 0xff;
      long pointer = record.getLong(8);
      long result = record.getLong(16);
      long size = record.getLong(24);
      if (type == 0 || type == MAGIC) {
        // unused space at the end
        return;
      }
      if (thread < 0) {
        throw malformed(String.format(Locale.ROOT, "thread %d is none", thread));
      }
      heap.switchTo(thread, number);
      switch (type) {
        case 1, 2, 6, 7 -> request(result, new Waiting(type, thread, size));
        case 3 -> free(pointer, thread);
        case 4 -> heap.realloc(pointer, result, size, number);
        case 5 -> heap.memalign(result, alignment(record), size, number);
        case 8 -> heap.memalign(pointer == 0 ? result : 0, alignment(record), size, number);
        default ->
            throw malformed(String.format(Locale.ROOT, "there is no type %d of record", type));
      }
    }

    private long alignment(ByteBuffer record) {
      return width == RECORD ? record.getLong(32) : 4096;
    }

    private void request(long pointer, Waiting request) {
      if (heap.isLive(pointer) && !waiting.containsKey(pointer)) {
        sink.note("requests recorded before the free that made room for them (put behind it)", 1);
        waiting.put(pointer, request);
      } else {
        allocate(pointer, request);
      }
    }

    private void free(long pointer, int thread) {
      heap.free(pointer, number);
      Waiting request = waiting.remove(pointer);
      if (request != null) {
        heap.switchTo(request.thread(), number);
        allocate(pointer, request);
        heap.switchTo(thread, number);
      }
    }

    private void allocate(long pointer, Waiting request) {
      long size = request.size();
      switch (request.type()) {
        case 1 -> heap.malloc(pointer, size, number);
        case 2 -> heap.calloc(pointer, 1, size, number);
        case 6 -> heap.memalign(pointer, 4096, size, number);
        default -> heap.memalign(pointer, 4096, (size + 4095) & -4096, number);
      }
    }

    private TraceException malformed(String why) {
      return new TraceException(
          String.format(
              Locale.ROOT,
              "%s, byte %d: %s. Get the file again, or record again.",
              name,
              number * width,
              why));
    }
  }
}
