package heapstakes.workload.synthetic;

import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.script.SplitMix;
import java.util.List;
import java.util.Locale;

/**
 * Traces made of a profile of sizes and lifetimes, on one thread: the heap is filled with what is
 * live, then blocks are drawn by their rates and take the place of others; at last all is freed.
 * The same arguments give the same events.
 */
public final class ProfiledTraces {
  private static final List<String> PHASES = List.of(TraceInfo.POPULATED, "loaded", "drained");

  private ProfiledTraces() {}

  /**
   * A trace with the sizes and lifetimes of another. What is live is what is live at the other's
   * peak; a size takes turns between several lifetimes if its blocks have several.
   *
   * @param source a valid trace, which is walked twice
   * @param live bytes live at a time; 0 for as many as at the source's peak
   * @param operations between filling and emptying
   */
  public static Trace like(Trace source, long live, long operations, long seed) {
    SizeProfile profile = ObservedSizes.of(source);
    if (profile.sizes().length == 0) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s requests no block, so there is nothing to be like.",
              source.info().name()));
    }
    double bytes = live == 0 ? profile.liveBytes() : live;
    return trace(
        "like-" + source.info().name(), source.info().sha256(), profile, bytes, operations, seed);
  }

  /**
   * A trace with the sizes and lifetimes of a fleet's profile.
   *
   * @param file CSV of size, allocations a second and live blocks; or {@code service}
   * @param live bytes live at a time
   * @param operations between filling and emptying
   * @throws TraceException when there is no such profile
   */
  public static Trace of(String file, long live, long operations, long seed) {
    String text = SizeProfile.text(file);
    return trace("size-profile", text, SizeProfile.parse(file, text), live, operations, seed);
  }

  private static Trace trace(
      String name, String contents, SizeProfile profile, double live, long operations, long seed) {
    return GeneratedTrace.counted(
        name,
        String.format(
            Locale.ROOT,
            "%s version 1 operations=%d live=%s seed=%d %s",
            name,
            operations,
            live,
            seed,
            contents),
        1,
        PHASES,
        () -> new Profiled(profile, live, new SplitMix(seed)).script(operations));
  }
}
