package heapstakes.trace.profile;

import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.util.List;
import java.util.Locale;

/**
 * What kind of program a trace is of. A block lives from the operation that allocates it to the one
 * that frees it, whatever resizes it; blocks that are never freed, or go with their process, have
 * no lifetime.
 *
 * @param requestsByMagnitude requests (a resize is one) by {@link
 *     heapstakes.trace.TraceSummary#magnitude} of their size
 * @param leakedByMagnitude blocks that are live at the end, in the same way
 * @param operationsLived lifetimes as differences of operation numbers
 * @param bytesLived lifetimes as bytes that were requested after the block and before its free
 * @param curve live blocks and bytes
 * @param threads by dense number
 * @param leakedBlocks blocks that are live at the end
 * @param leakedBytes sum of their sizes
 * @param peakBytes highest sum of the sizes of live blocks
 * @param peakOperation the operation that first reached it
 * @param idealBytes the ideal footprint: the highest sum, over processes, of the sizes of live
 *     blocks rounded up to whole pages of {@value #PAGE} bytes. An allocator that had neither
 *     headers nor holes, and gave every free page back at once, would keep that much resident; none
 *     can do with less if the program touches all it asks for
 */
public record TraceProfile(
    List<Long> requestsByMagnitude,
    List<Long> leakedByMagnitude,
    Lifetimes operationsLived,
    Lifetimes bytesLived,
    LiveCurve curve,
    List<ThreadActivity> threads,
    long leakedBlocks,
    long leakedBytes,
    long peakBytes,
    long peakOperation,
    long idealBytes) {
  /** Bytes of a page. */
  public static final int PAGE = 4096;

  /**
   * Walks a valid trace once. Takes about 50 bytes a block that is live at a time.
   *
   * @throws TraceException when there is no memory for that
   */
  public static TraceProfile of(Trace trace) {
    try {
      return new Profiler(trace.info().threadIds()).profile(trace);
    } catch (OutOfMemoryError e) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s: %d blocks are live at a time, for which this program would need about %d MiB. Give"
                  + " it more with JAVA_TOOL_OPTIONS=-Xmx…g.",
              trace.info().name(),
              trace.info().peakLiveBlocks(),
              trace.info().peakLiveBlocks() * 50 >> 20),
          e);
    }
  }

  /** Frees by a thread other than the one that allocated. */
  public long foreignFrees() {
    return threads.stream().mapToLong(ThreadActivity::foreignFrees).sum();
  }

  /** Bytes that the blocks of these were last asked for. */
  public long foreignBytes() {
    return threads.stream().mapToLong(ThreadActivity::foreignBytes).sum();
  }
}
