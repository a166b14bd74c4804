package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.trace.io.ProtobufReader;
import heapstakes.trace.io.ProtobufReader.MalformedException;
import heapstakes.workload.pointer.RecordedHeap;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * The {@code Tracefile} of malloc-bench, a protocol buffers message:
 *
 * <pre>
 *   Tracefile  1 lines (TraceLine, repeated)   2 max_simultaneous_allocs
 *   TraceLine  1 malloc   2 free   3 realloc   4 calloc
 *   malloc     1 result_id   2 input_size   3 input_alignment
 *   free       1 input_id    (2 and 3 are hints)
 *   realloc    1 result_id   2 input_id     3 input_size
 *   calloc     1 result_id   2 input_nmemb  3 input_size
 * </pre>
 *
 * <p>Ids are used again once they are free; a call without one gave or took NULL. It cannot say:
 * threads, time.
 */
public final class MallocBenchFormat implements TraceFormat {
  private static final int LINES = 1 << 3 | 2;
  private static final int MOST_LIVE = 2 << 3;
  private static final int MALLOC = 1;
  private static final int CALLOC = 4;

  /** An operation has four numbers at most. */
  private static final int LONGEST_LINE = 64;

  /** What malloc promises without being asked. */
  private static final int USUAL_ALIGNMENT = 16;

  /** For the public registry. */
  public MallocBenchFormat() {}

  @Override
  public String name() {
    return "malloc-bench";
  }

  @Override
  public String summary() {
    return "Tracefile of malloc-bench (protocol buffers)";
  }

  /** The first line's message and that of its only field end at the same byte. */
  @Override
  public boolean recognises(byte[] head) {
    if (head.length < 2 || head[0] != LINES || head[1] < 2 || head.length < 2 + head[1]) {
      return false;
    }
    try {
      ProtobufReader line = new ProtobufReader(Arrays.copyOfRange(head, 2, 2 + head[1]));
      if (!line.next() || !isOperation(line) || line.position() != head[1]) {
        return false;
      }
      ProtobufReader operation = line.message();
      while (operation.next()) {
        if (operation.field() > 3 || operation.isBytes()) {
          return false;
        }
      }
      return true;
    } catch (MalformedException e) {
      return false;
    }
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    BinaryPass.over(lines.name(), new Pass(lines, sink));
  }

  private static boolean isOperation(ProtobufReader line) {
    return line.field() >= MALLOC && line.field() <= CALLOC && line.isBytes();
  }

  private static final class Pass implements BinaryPass {
    private final String name;
    private final InputStream in;
    private final RecordedHeap heap;
    private final long[] values = new long[4];
    private long at;
    private long number;

    Pass(LineReader lines, TraceSink sink) {
      name = lines.name();
      in = lines.bytes();
      heap = new RecordedHeap(sink);
    }

    @Override
    public void read() throws IOException {
      for (int tag = in.read(); tag >= 0; tag = in.read()) {
        at++;
        switch (tag) {
          case LINES -> line();
          case MOST_LIVE -> varint();
          default -> throw malformed("a Tracefile has no field with tag " + tag);
        }
      }
      heap.finish();
    }

    private void line() throws IOException {
      long length = varint();
      if (length < 0 || length > LONGEST_LINE) {
        throw malformed(
            String.format(
                Locale.ROOT, "an operation has %d bytes at most, not %d", LONGEST_LINE, length));
      }
      byte[] bytes = in.readNBytes((int) length);
      if (bytes.length < length) {
        throw malformed("the file ends within an operation; is it cut short?");
      }
      number++;
      try {
        ProtobufReader line = new ProtobufReader(bytes);
        while (line.next()) {
          if (isOperation(line)) {
            operation(line.field(), line.message());
          }
        }
      } catch (MalformedException e) {
        throw malformed("operation " + number + ", " + e.getMessage());
      }
      at += length;
    }

    private void operation(int kind, ProtobufReader fields) throws MalformedException {
      Arrays.fill(values, 0);
      boolean hasId = false;
      boolean hasOld = false;
      while (fields.next()) {
        if (fields.field() < values.length) {
          values[fields.field()] = fields.number();
          hasId |= fields.field() == 1;
          hasOld |= fields.field() == 2;
        }
      }
      long pointer = hasId ? pointer(values[1]) : 0;
      switch (kind) {
        case MALLOC -> {
          if (Long.compareUnsigned(values[3], USUAL_ALIGNMENT) > 0) {
            heap.memalign(pointer, values[3], values[2], number);
          } else {
            heap.malloc(pointer, values[2], number);
          }
        }
        case 2 -> heap.free(pointer, number);
        case 3 -> heap.realloc(hasOld ? pointer(values[2]) : 0, pointer, values[3], number);
        default -> heap.calloc(pointer, values[2], values[3], number);
      }
    }

    private static long pointer(long id) {
      return id + 1;
    }

    private long varint() throws IOException {
      long read = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        int next = in.read();
        if (next < 0) {
          throw malformed("the file ends within a number; is it cut short?");
        }
        at++;
        read |= (next & 0x7fL) << shift;
        if (next < 0x80) {
          return read;
        }
      }
      throw malformed("a number has more than ten bytes");
    }

    private TraceException malformed(String why) {
      return new TraceException(
          String.format(Locale.ROOT, "%s, byte %d: %s. Get the file again.", name, at, why));
    }
  }
}
