package heapstakes.os.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sums a field of {@code /proc/self/smaps} over ranges of our own; tens of milliseconds a reading.
 */
final class NativeLinuxSmaps {
  private static final Pattern HEADER = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
  private static final Pattern FIELD = Pattern.compile("(\\w+): +(\\d+) kB");

  private NativeLinuxSmaps() {}

  /** Bytes of {@code field}, e.g. {@code LazyFree}, in all mappings inside the windows. */
  static long sum(String field, NativeLinuxWindows windows) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"))) {
      boolean[] ours = {false};
      return lines.mapToLong(line -> bytes(line, field, windows, ours)).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(String line, String field, NativeLinuxWindows windows, boolean[] ours) {
    if (ours[0] && line.startsWith(field)) {
      Matcher value = FIELD.matcher(line);
      return value.matches() && value.group(1).equals(field)
          ? Long.parseLong(value.group(2)) << 10
          : 0;
    }
    Matcher header = HEADER.matcher(line);
    if (header.matches()) {
      long start = Long.parseUnsignedLong(header.group(1), 16) - windows.hostOffset();
      long end = Long.parseUnsignedLong(header.group(2), 16) - windows.hostOffset();
      ours[0] = windows.cover(start, end);
    }
    return 0;
  }
}
