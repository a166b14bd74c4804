package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.symbol.RecordedSites;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The records of one program image, in order; little-endian:
 *
 * <pre>
 *      0  "HSRECORD"  version (4)  process (4)  records (8)  records of the parent (8)
 *     32  name of the parent's file (256, ends at a zero byte)
 *    288  threads (4)  whether there are times (4)
 *    296  command (1024, arguments that end at a zero byte)
 *   1320  from version 2 on: whether the process went on to another image (4)
 *   1324  from version 2 on: libraries that were loaded with RTLD_DEEPBIND (4)
 *   4096  record: kind (1)  thread (3)  call site (4)  pointer (8)  size (8)  extra (8)
 *   4128  record …
 * </pre>
 *
 * Beside it may lie its first records, packed: {@link RecorderParts}. A call site is the number of
 * an entry in {@link heapstakes.workload.symbol.RecordedSites}'s file, or 0. A record whose kind is
 * 0 was begun when the process was killed, or found no space.
 */
final class RecorderFile implements AutoCloseable {
  static final int MALLOC = 1;
  static final int CALLOC = 2;
  static final int MEMALIGN = 3;
  static final int FREE = 4;
  static final int REALLOC_BEGIN = 5;
  static final int REALLOC_END = 6;
  static final int TRIM = 7;
  static final int THREAD_EXIT = 8;
  static final int CLOCK = 9;
  static final int BREAK = 10;

  private static final byte[] MAGIC = "HSRECORD".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;

  /** Version of what {@link RecordedSample} reads. */
  static final int SAMPLED = 3;

  static final int HEAD_BYTES = 4096;
  static final int RECORDS_AT = 16;
  private static final int PARENT_AT = 32;
  private static final int PARENT_BYTES = 256;
  private static final int DEEP_AT = 1324;
  private static final int RECORD_BYTES = 32;
  private static final int BATCH = 1 << 15;

  private final String name;
  private InputStream in;
  private final byte[] bytes = new byte[BATCH * RECORD_BYTES];
  private final ByteBuffer batch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  private final String parent;
  private final long parentRecords;
  private final long records;
  private final long deep;
  private final boolean isSampled;
  private long done;
  private int at = -RECORD_BYTES;
  private int end;

  private RecorderFile(String name, InputStream in) {
    this.name = name;
    this.in = in;
    ByteBuffer head = ByteBuffer.wrap(readHead()).order(ByteOrder.LITTLE_ENDIAN);
    if (!recognises(head.array()) || head.getInt(8) < 1 || head.getInt(8) > SAMPLED) {
      throw malformed(
          String.format(
              Locale.ROOT,
              "its head is not that of version 1 to %d of a recorder's file",
              VERSION));
    }
    deep = head.getInt(8) == 1 ? 0 : Integer.toUnsignedLong(head.getInt(DEEP_AT));
    isSampled = head.getInt(8) == SAMPLED;
    records = head.getLong(RECORDS_AT);
    parentRecords = head.getLong(24);
    byte[] text = Arrays.copyOfRange(head.array(), PARENT_AT, PARENT_AT + PARENT_BYTES);
    parent = new String(text, StandardCharsets.UTF_8).split("\0", -1)[0];
    int parts = RecorderParts.count(Path.of(name));
    if (parts > 0) {
      this.in = RecorderParts.joined(Path.of(name), parts);
    }
    if (!parent.matches("[0-9.]*(raw)?")) {
      throw malformed(
          String.format(Locale.ROOT, "'%s' is not the name of a recorder's file", parent));
    }
  }

  static boolean recognises(byte[] head) {
    return head.length >= MAGIC.length
        && Arrays.equals(MAGIC, 0, MAGIC.length, head, 0, MAGIC.length);
  }

  /** Whether it is of sampled blocks only. */
  boolean isSampled() {
    return isSampled;
  }

  static RecorderFile of(LineReader lines) {
    return new RecorderFile(lines.name(), lines.bytes());
  }

  /**
   * A file of the processes that led to this one.
   *
   * @param child the file that names it
   * @param records how many of its records came before the fork
   */
  record Ancestor(Path file, String child, long records) {
    RecorderFile open() {
      try {
        return new RecorderFile(file.toString(), Files.newInputStream(file));
      } catch (IOException e) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s is of a forked process, which begins with the blocks of its parent, and the"
                    + " parent's file %s cannot be read: %s. Put it beside.",
                child,
                file.getFileName(),
                e.getMessage()),
            e);
      }
    }
  }

  /**
   * The processes that this one descends from, the first one first.
   *
   * @throws TraceException when one of them is its own ancestor, or its file cannot be read
   */
  List<Ancestor> ancestors() {
    LinkedHashMap<Path, Ancestor> found = new LinkedHashMap<>();
    Optional<Ancestor> next = parent();
    while (next.isPresent()) {
      Ancestor ancestor = next.get();
      if (found.putIfAbsent(ancestor.file(), ancestor) != null) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s descends from %s, which names itself among its own parents: no process does."
                    + " The file is damaged or was renamed. Record again.",
                name,
                ancestor.file()));
      }
      try (RecorderFile file = ancestor.open()) {
        next = file.parent();
      }
    }
    return List.copyOf(found.values()).reversed();
  }

  private Optional<Ancestor> parent() {
    return parent.isEmpty()
        ? Optional.empty()
        : Optional.of(new Ancestor(Path.of(name).resolveSibling(parent), name, parentRecords));
  }

  /** Whether the process was forked from one that was recorded. */
  boolean hasParent() {
    return !parent.isEmpty();
  }

  /** How many libraries were loaded so that they call another allocator than the program. */
  long deeplyBound() {
    return deep;
  }

  /** Goes to the next record; whether there is one. */
  boolean next() {
    at += RECORD_BYTES;
    if (at >= end) {
      fill();
    }
    return at < end;
  }

  private void fill() {
    int wanted = (int) Math.min(BATCH, records - done) * RECORD_BYTES;
    at = 0;
    end = 0;
    if (wanted > 0) {
      try {
        end = in.readNBytes(bytes, 0, wanted);
      } catch (IOException e) {
        throw new TraceException(
            String.format(Locale.ROOT, "%s cannot be read: %s.", name, e.getMessage()), e);
      }
      if (end < wanted) {
        at = end;
        done += end / RECORD_BYTES;
        throw malformed(
            String.format(
                Locale.ROOT,
                "it ends at byte %d, and its head says that there are %d records of %d bytes",
                HEAD_BYTES + done * RECORD_BYTES + end % RECORD_BYTES,
                records,
                RECORD_BYTES));
      }
      done += end / RECORD_BYTES;
    }
  }

  /** What was called; 0 if the process was killed meanwhile. */
  int kind() {
    return bytes[at];
  }

  /** Number of the thread, from 0. */
  int thread() {
    return batch.getInt(at) >>> 8;
  }

  /** The entry in the table of call sites; 0 if there is none. */
  int site() {
    return batch.getInt(at + 4);
  }

  /** The table of call sites, whose numbers are those of {@code sink}. */
  RecordedSites sites(TraceSink sink) {
    return RecordedSites.beside(Path.of(name), sink);
  }

  long pointer() {
    return batch.getLong(at + 8);
  }

  long size() {
    return batch.getLong(at + 16);
  }

  long extra() {
    return batch.getLong(at + 24);
  }

  /** The record's number, from 1. */
  long number() {
    return done - (end - at) / RECORD_BYTES + 1;
  }

  TraceException malformed(String why) {
    return new TraceException(
        String.format(
            Locale.ROOT, "%s, record %d: %s. Is it cut short? Record again.", name, number(), why));
  }

  private byte[] readHead() {
    try {
      byte[] head = in.readNBytes(HEAD_BYTES);
      return head.length == HEAD_BYTES ? head : new byte[HEAD_BYTES];
    } catch (IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be read: %s.", name, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be closed: %s.", name, e.getMessage()), e);
    }
  }
}
