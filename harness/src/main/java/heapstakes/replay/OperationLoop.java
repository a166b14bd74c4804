package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.trace.EventBatch;

/** A loop that carries out a stretch of operations between two control events. */
@FunctionalInterface
public interface OperationLoop {
  /**
   * Replays operations from index {@code from} on, up to an event that is none or to the end of the
   * batch; behind a request that {@link ReplayPass#refuse} says ends the pass, it returns at once.
   *
   * @return index of the first event that was not replayed
   * @throws HeapCorruptedException made by {@link ReplayPass#named}
   */
  int operations(EventBatch batch, int from, ReplayPass pass);
}
