package heapstakes.explain;

/**
 * Where a trace is looked at.
 *
 * @param events carried out by then, marks and the like among them
 * @param operations carried out by then
 * @param meaning in words: {@code the end}
 */
public record Moment(long events, long operations, String meaning) {
  /** Names the default: when most is retained. */
  public static final String RETAINED = "retained";

  /** Names the moment of the highest resident. */
  public static final String PEAK = "peak";

  /** Names the end of the trace, or the last moment before the last process exits. */
  public static final String END = "end";
}
