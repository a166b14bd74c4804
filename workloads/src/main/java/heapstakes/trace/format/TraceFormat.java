package heapstakes.trace.format;

import heapstakes.trace.TraceException;
import heapstakes.trace.io.LineReader;

/**
 * A form of trace that can be imported; found by {@code META-INF/services}. Compression is undone
 * before, so a format sees plain bytes.
 */
public interface TraceFormat {
  /** Name in {@code NAME:path}. */
  String name();

  /** What writes it, one line. */
  String summary();

  /**
   * Whether a file that begins with {@code head}, a few KiB unless it is shorter, is of this
   * format; no other format should say so of it.
   */
  boolean recognises(byte[] head);

  /**
   * Reads a whole trace, by lines or by bytes.
   *
   * @throws TraceException when it is malformed
   */
  void read(LineReader lines, TraceSink sink);
}
