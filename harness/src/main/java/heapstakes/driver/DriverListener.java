package heapstakes.driver;

import java.util.List;

/**
 * Is told what the driver reports while it replays: in the order of the trace, by one thread, which
 * is not the caller's. All is said when {@link NativeProcess#run} returns.
 */
public interface DriverListener {
  /** Does not want to know. */
  DriverListener NONE = new DriverListener() {};

  /**
   * The process is about to begin with the trace; calls made before {@code main} were told already.
   *
   * @param initialBreak where its program break stood at the start
   * @param threadCounters where the library has the counters of its first thread; 0 if it does not
   *     tell, or counters were not asked for
   * @param nextThreadCounters where it will have those of the first thread that is started; 0 where
   *     there is none
   */
  default void onStart(long initialBreak, long threadCounters, long nextThreadCounters) {}

  /**
   * What an operation returned; called for each one, if results were asked for.
   *
   * @param operation its number
   * @param address the pointer, 0 for NULL and for operations without a block
   * @param location the same as a {@link Location}
   * @param breakOffset the program break after it, bytes from the initial one
   */
  default void onResult(long operation, long address, long location, long breakOffset) {}

  /** A sample point. */
  default void onSample(Sample sample) {}

  /**
   * The library's own counters.
   *
   * @param operation operations carried out
   * @param names in the library's words, the same list every time
   * @param values by the same index
   */
  default void onCounters(long operation, List<String> names, long[] values) {}

  /** A memory system call. */
  default void onCall(MemoryCall call) {}

  /** One of the library's ranges. */
  default void onPages(ResidentRange range) {}
}
