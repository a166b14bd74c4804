package heapstakes.workload.symbol;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The call sites of one program image beside the recorder's file of its records, {@code
 * PROCESS.IMAGE.sites}; little-endian:
 *
 * <pre>
 *        0  "HSSITES" 0  version (4)  frames of an entry (4)  entries (8)  bytes of text (8)
 *     4096  text: lines of /proc/PID/maps, each mapping of code once (1 MiB)
 *  1052672  entry 1: key (8), 0 if it is unused; return addresses, innermost first, 0 where there are
 *           no more
 *           entry 2 …
 * </pre>
 */
public final class RecordedSites {
  private static final String NO_PLACE = "calls whose place in the code is not known";
  private static final byte[] MAGIC = "HSSITES\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD_BYTES = 4096;
  private static final int TEXT_BYTES = 1 << 20;
  private static final int MOST_FRAMES = 8;
  private static final long MOST_ENTRIES = 1L << 24;
  private static final int CHUNK_ENTRIES = 1 << 14;

  private final TraceSink sink;
  private final Map<Integer, long[]> frames = new HashMap<>();
  private final Map<Integer, Integer> numbers = new HashMap<>();
  private Map<Long, String> labels = Map.of();

  private RecordedSites(TraceSink sink) {
    this.sink = sink;
  }

  /**
   * Those beside {@code records}; none if there is no such file.
   *
   * @param records the recorder's file {@code PROCESS.IMAGE.raw}
   * @param sink where the calls go, and the sites with them
   * @throws TraceException when it is damaged
   */
  public static RecordedSites beside(Path records, TraceSink sink) {
    RecordedSites sites = new RecordedSites(sink);
    String name = String.valueOf(records.getFileName());
    Path file = records.resolveSibling(name.replaceAll("\\.[^.]*$", "") + ".sites");
    if (name.endsWith(".raw") && Files.isRegularFile(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        sites.read(channel, file);
      } catch (IOException e) {
        throw new TraceException(
            String.format(Locale.ROOT, "%s cannot be read: %s.", file, e.getMessage()), e);
      }
    }
    return sites;
  }

  /** What follows in the sink came from entry {@code entry}; 0 is none. */
  public void comeFrom(int entry) {
    sink.comeFrom(number(entry));
  }

  /** The sink's number of entry {@code entry}; 0 if it is not known. */
  public int number(int entry) {
    if (entry == 0) {
      return 0;
    }
    Integer known = numbers.get(entry);
    if (known == null) {
      known = named(frames.getOrDefault(entry, new long[0]));
      numbers.put(entry, known);
    }
    if (known == 0) {
      sink.note(NO_PLACE, 1);
    }
    return known;
  }

  private int named(long[] addresses) {
    int site = 0;
    for (int i = addresses.length - 1; i >= 0; i--) {
      if (addresses[i] != 0) {
        site = named(site, labels.getOrDefault(addresses[i], "unknown"));
      }
    }
    return site;
  }

  private int named(int caller, String label) {
    try {
      return sink.site(caller, label);
    } catch (IllegalArgumentException tooMany) {
      throw new TraceException(String.valueOf(tooMany.getMessage()), tooMany);
    }
  }

  private void read(FileChannel file, Path name) throws IOException {
    ByteBuffer head = part(file, name, 0, HEAD_BYTES);
    int depth = head.getInt(12);
    long entries = head.getLong(16);
    long text = head.getLong(24);
    if (!Arrays.equals(head.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || head.getInt(8) != 1
        || depth < 1
        || depth > MOST_FRAMES
        || entries < 0
        || entries > MOST_ENTRIES
        || text < 0
        || text > TEXT_BYTES) {
      throw damaged(name, "its head is not that of a recorder's table of call sites");
    }
    Set<Long> addresses = new HashSet<>();
    for (long first = 0; first < entries; first += CHUNK_ENTRIES) {
      readEntries(
          file, name, first, (int) Math.min(CHUNK_ENTRIES, entries - first), depth, addresses);
    }
    byte[] lines = part(file, name, HEAD_BYTES, (int) text).array();
    CodeMap code = new CodeMap(new String(lines, StandardCharsets.UTF_8).lines().toList());
    labels = code.labels(addresses);
  }

  private void readEntries(
      FileChannel file, Path name, long first, int count, int depth, Set<Long> addresses)
      throws IOException {
    int bytes = 8 * (1 + depth);
    ByteBuffer chunk = part(file, name, HEAD_BYTES + TEXT_BYTES + first * bytes, count * bytes);
    for (int i = 0; i < count; i++) {
      if (chunk.getLong(i * bytes) != 0) {
        long[] stack = new long[depth];
        for (int frame = 0; frame < depth; frame++) {
          stack[frame] = chunk.getLong(i * bytes + 8 * (1 + frame));
          addresses.add(stack[frame]);
        }
        frames.put((int) first + i + 1, stack);
      }
    }
    addresses.remove(0L);
  }

  private static ByteBuffer part(FileChannel file, Path name, long from, int bytes)
      throws IOException {
    ByteBuffer part = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (part.hasRemaining()) {
      if (file.read(part, from + part.position()) < 0) {
        throw damaged(name, String.format(Locale.ROOT, "it ends before byte %d", from + bytes));
      }
    }
    return part.flip();
  }

  private static TraceException damaged(Path name, String why) {
    return new TraceException(
        String.format(
            Locale.ROOT,
            "%s: %s. Record again, or remove it: the recording is read without call sites then.",
            name,
            why));
  }
}
