package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;

/**
 * What ltrace prints of the allocation functions and of C++'s operators: {@code [pid N]
 * lib->malloc(24) = 0x55d0}, or {@code N lib->malloc(24) = 0x55d0} with {@code -o}, with or without
 * what {@code -C}, {@code -i}, {@code -r}, {@code -t}, {@code -T} and {@code -S} add. Record with
 * {@code ltrace -f -o FILE PROGRAM}, or faster with {@code -e
 * malloc+calloc+realloc+free+memalign+aligned_alloc+valloc+pvalloc+_Zn*+_Zd*}.
 *
 * <p>A call that another thread interrupts is printed in two parts: a free counts from its first
 * part on, a request from its second. Of functions without a prototype ltrace prints arguments and
 * results that there are not; they are passed over. Times are, too.
 *
 * <p>It cannot say: processes (a forked one looks like a thread), what posix_memalign gave (its
 * block is left out), calls that no -e library makes.
 */
public final class LtraceFormat implements TraceFormat {
  /** For the public registry. */
  public LtraceFormat() {}

  @Override
  public String name() {
    return "ltrace";
  }

  @Override
  public String summary() {
    return "output of ltrace -f";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    while (lines.next()) {
      if (LtraceLine.of(lines.rest()).kind() == LtraceLine.Kind.CALL) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("[[pid] PID] [TIME] [LIBRARY->]CALL(ARGUMENTS) = 0xPOINTER");
    new LtraceReader(lines, sink).read();
  }
}
