package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;

/**
 * What heaptrack writes, {@code heaptrack.NAME.PID.zst}. Raw ({@code heaptrack -r}): {@code + SIZE
 * TRACE POINTER} and {@code - POINTER} in hexadecimal without 0x, among lines of modules, call
 * traces and times. Interpreted, as it leaves it without -r: {@code a SIZE TRACE} describes
 * allocations, {@code + NUMBER} and {@code - NUMBER} count them. A realloc is a {@code -} and a
 * {@code +}.
 *
 * <p>An interpreted file no longer says which of several blocks of one size and call site a free is
 * of: the youngest is taken. Sizes, their order and what is live of each call site are as they
 * were.
 *
 * <p>It cannot say: threads, alignment (and memalign() is not seen at all, aligned_alloc and
 * posix_memalign are), calloc (its product).
 */
public final class HeaptrackFormat implements TraceFormat {
  /** For the public registry. */
  public HeaptrackFormat() {}

  @Override
  public String name() {
    return "heaptrack";
  }

  @Override
  public String summary() {
    return "data of heaptrack, raw (-r) or interpreted";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    return lines.next()
        && lines.rest().matches("v [0-9a-f]{1,8} [0-9a-f]{1,4}")
        && lines.next()
        && lines.rest().matches("[xXIAm] .*");
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect(
        "+ SIZE TRACE POINTER, - POINTER, or interpreted a SIZE TRACE, + NUMBER, - NUMBER, hexadecimal");
    new HeaptrackReader(lines, sink).read();
  }
}
