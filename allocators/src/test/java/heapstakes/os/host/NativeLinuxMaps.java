package heapstakes.os.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The host kernel's own list of this process's mappings: /proc/self/maps. */
final class NativeLinuxMaps {
  private NativeLinuxMaps() {}

  /** A mapping with its access as the kernel writes it, e.g. {@code rw-p}. */
  record Range(long start, long end, String access) {
    long size() {
      return end - start;
    }

    static Range parse(String line) {
      String[] words = line.split("[- ]", 4);
      int access = words[0].length() + words[1].length() + 2;
      return new Range(
          Long.parseUnsignedLong(words[0], 16),
          Long.parseUnsignedLong(words[1], 16),
          line.substring(access, access + 4));
    }
  }

  static List<Range> all() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.map(Range::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Private anonymous or other memory that can be read. */
  static List<Range> readable() {
    return all().stream().filter(r -> r.access().startsWith("rw")).toList();
  }
}
