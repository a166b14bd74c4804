package heapstakes.netty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the process has besides chunks, as counters: it is no contestant's memory. */
final class JvmMemory {
  private static final Pattern FIELD = Pattern.compile("(VmRSS|RssAnon):\\s+(\\d+) kB");

  private JvmMemory() {}

  /** The kernel's figures of the process, and the JVM's of its own heap and metadata, in bytes. */
  static void count(Map<String, Long> counters) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        Matcher field = FIELD.matcher(line);
        if (field.matches()) {
          counters.put("process." + field.group(1), Long.parseLong(field.group(2)) << 10);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
    counters.put("jvm.heap.committed", jvm.getHeapMemoryUsage().getCommitted());
    counters.put("jvm.nonHeap.committed", jvm.getNonHeapMemoryUsage().getCommitted());
  }
}
