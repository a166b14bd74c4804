package heapstakes.trace;

import heapstakes.trace.io.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A small file of every foreign format: written by its tool, or here after its description. */
final class ForeignFixtures {
  static final String REP = "20000\n3\n6\n1\na 0 100\na 1 20\nr 0 300\nf 1\na 2 8\nf 0\n";

  private static final int[] WL_HEAD = {8, 3, 9, 2, 10, 2, 11, 11, 11, 23, 1};
  private static final int[] WL_FIRST = {2, 1, 0x83, 0x74, 6, 1, 7, 2, 5, 2, 1, 0};
  private static final int[] WL_SECOND = {7, 1, 4, 2, 1, 0x82, 0, 12, 3, 64, 100, 6, 2, 1};

  private ForeignFixtures() {}

  /** Plain bytes by name of format. */
  static Map<String, byte[]> all() throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("rep", REP.getBytes(StandardCharsets.UTF_8));
    all.put("mtrace", resource("calls.mtrace"));
    all.put("valgrind", resource("calls.valgrind"));
    all.put("ltrace", resource("calls.ltrace"));
    all.put("heaptrack", resource("calls.heaptrack.zst"));
    all.put("wl", workload());
    all.put("glibc-raw", raw());
    return all;
  }

  static byte[] workload() {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    for (int[] part : new int[][] {WL_HEAD, WL_FIRST, WL_SECOND}) {
      for (int value : part) {
        bytes.put((byte) value);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  static byte[] raw() {
    ByteBuffer bytes = ByteBuffer.allocate(64 * 8).order(ByteOrder.LITTLE_ENDIAN);
    record(bytes, 7, 255, 0x1234, 0, 8, 0);
    record(bytes, 7, 1, 0, 0x1000, 24, 0);
    record(bytes, 7, 2, 0, 0x2000, 60, 0);
    record(bytes, 7, 8, 0, 0x3000, 100, 256);
    // Thread 9 is given 0x1000 before thread 7's free of it is seen.
    record(bytes, 9, 1, 0, 0x1000, 30, 0);
    record(bytes, 7, 3, 0x1000, 0, 0, 0);
    record(bytes, 9, 4, 0x2000, 0x4000, 500, 0);
    return bytes.array();
  }

  private static void record(
      ByteBuffer out, int thread, int type, long one, long two, long size, long alignment) {
    out.putInt(thread).putInt(type).putLong(one).putLong(two).putLong(size).putLong(alignment);
    out.putLong(0).putLong(0).putLong(0);
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                ForeignFixtures.class.getResourceAsStream(
                    "/heapstakes/workload/imported/" + name));
        InputStream plain = Compression.decompressed(in, name, Limits.current())) {
      return plain.readAllBytes();
    }
  }
}
