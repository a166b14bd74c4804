package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;

/**
 * What ltrace prints of the allocation functions: {@code [pid N] lib->malloc(24) = 0x55d0}, or
 * {@code N lib->malloc(24) = 0x55d0} with {@code -o}; times of {@code -t} and {@code -r} are passed
 * over. Record with {@code ltrace -f -e
 * malloc+calloc+realloc+free+memalign+aligned_alloc+valloc+pvalloc -o FILE}; not with {@code -x} as
 * well, which prints a call twice.
 *
 * <p>A call that another thread interrupts is printed in two parts: a free counts from its first
 * part on, a request from its second.
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
    return "output of ltrace -f -e malloc+calloc+realloc+free+memalign";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    while (lines.next()) {
      String text = lines.rest();
      CallText call = text.startsWith("--") ? null : CallText.of(text);
      boolean arrow = text.contains("->") || text.contains("@");
      if (call != null && arrow && LtraceReader.isKnown(call.name())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("[[pid] PID] [LIBRARY->]CALL(ARGUMENTS) = 0xPOINTER");
    new LtraceReader(lines, sink).read();
  }
}
