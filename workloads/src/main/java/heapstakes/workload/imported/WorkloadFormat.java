package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import java.util.Locale;

/**
 * The {@code .wl} workload that glibc's trace2wl makes of a raw trace and trace_run replays: a
 * block of commands for each thread, with marks that one thread sets and another waits for.
 *
 * <p>It cannot say: calloc's two numbers (their product), time, or in which order threads did what
 * no mark orders. The threads take turns of {@value WorkloadReader#TURN} commands here, and a
 * thread that waits for a mark passes until it is set.
 */
public final class WorkloadFormat implements TraceFormat {
  /** For the public registry. */
  public WorkloadFormat() {}

  @Override
  public String name() {
    return "wl";
  }

  @Override
  public String summary() {
    return ".wl workload of glibc's trace2wl";
  }

  @Override
  public boolean recognises(byte[] head) {
    return WorkloadReader.recognises(head);
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    // Threads' blocks are read side by side, so the file is held in memory.
    int most = (int) Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 4);
    BinaryPass.over(
        lines.name(),
        () -> {
          byte[] bytes = lines.bytes().readNBytes(most);
          if (bytes.length == most) {
            throw new TraceException(
                String.format(
                    Locale.ROOT,
                    "%s has %d bytes or more, which are too many to hold in memory. Give the JVM more memory (-Xmx), up to 4 GiB.",
                    lines.name(),
                    most));
          }
          new WorkloadReader(lines.name(), bytes, sink).read();
        });
  }
}
