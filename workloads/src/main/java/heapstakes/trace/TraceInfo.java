package heapstakes.trace;

import java.util.List;

/**
 * What is known of a valid trace.
 *
 * @param name file name without suffixes, or the workload with its parameters
 * @param sha256 lower-case hex SHA-256: of the binary form's events for a trace that was read, of
 *     the specification (name, parameters, generator version) for one that is generated
 * @param operations how many lines {@code m c r g f w d T} it has
 * @param events how many events of any kind
 * @param slots highest slot + 1
 * @param threadIds the trace's own thread numbers, by dense number; never empty, the first is the
 *     initial thread
 * @param phases names of the phase marks, without repetition, by number
 * @param peakLiveBlocks most blocks live at a time
 * @param peakRequestedBytes highest sum of the sizes of live blocks, if no request fails
 * @param features what the trace needs of whoever replays it
 */
public record TraceInfo(
    String name,
    String sha256,
    long operations,
    long events,
    int slots,
    List<Integer> threadIds,
    List<String> phases,
    long peakLiveBlocks,
    long peakRequestedBytes,
    Features features) {

  /**
   * What a trace needs of whoever replays it.
   *
   * @param clocked it has {@code @} lines, so operations take no time by themselves
   * @param forks it has {@code F} lines
   * @param stopsAtNull the replay ends at the first request that is refused
   * @param simulatedOnly why it must not run on a real machine's memory; empty if it may
   * @param touch which pages of a new block are written unless the user says otherwise
   * @param movesBreak it has {@code b} lines
   * @param deeplyBound how many libraries the recorded program loaded with RTLD_DEEPBIND: what they
   *     call is not in the trace, whatever is preloaded
   */
  public record Features(
      boolean clocked,
      boolean forks,
      boolean stopsAtNull,
      String simulatedOnly,
      Touch touch,
      boolean movesBreak,
      int deeplyBound) {
    /** Of no program that moves its break or binds past a preloaded allocator. */
    public Features(
        boolean clocked, boolean forks, boolean stopsAtNull, String simulatedOnly, Touch touch) {
      this(clocked, forks, stopsAtNull, simulatedOnly, touch, false, 0);
    }

    /** Nothing special. */
    public static final Features PLAIN = new Features(false, false, false, "", Touch.ALL);
  }

  /** Which pages of a block the replay writes as soon as the block is handed out. */
  public enum Touch {
    /** Every page that overlaps the block, as a program that fills its blocks does. */
    ALL,
    /** The page of the block's first byte. */
    FIRST,
    /** None: the trace's own stores say what is written. */
    NONE
  }

  /** The phase mark after which a timed replay starts its clock: before it, the heap is filled. */
  public static final String POPULATED = "populated";

  /** The same without the mark {@link #POPULATED}: a replay counts from its first event on. */
  public TraceInfo unmarked() {
    List<String> others =
        phases.stream().map(name -> name.equals(POPULATED) ? "(" + name + ")" : name).toList();
    return new TraceInfo(
        name,
        sha256,
        operations,
        events,
        slots,
        threadIds,
        others,
        peakLiveBlocks,
        peakRequestedBytes,
        features);
  }

  /** How many threads take part. */
  public int threads() {
    return threadIds.size();
  }
}
