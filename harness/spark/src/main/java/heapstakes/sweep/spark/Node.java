package heapstakes.sweep.spark;

import heapstakes.pool.PoolLimits;
import heapstakes.pool.SharedTraces;
import heapstakes.results.environment.HostProbe;
import heapstakes.trace.Trace;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of one executor have in common: traces that are decoded once, and a budget of
 * memory, for which big cells wait.
 */
final class Node {
  private static final long MIB = 1 << 20;
  private static @Nullable Node instance;

  private final int most;
  private final Semaphore free;
  private final SharedTraces shared;
  private final NodeTraces files = new NodeTraces();
  private String newest = "";

  /** A task's trace and memory. */
  record Place(Node node, String key, int mebibytes, Trace trace) implements AutoCloseable {
    @Override
    public void close() {
      node.leave(this);
    }
  }

  private Node(long budget) {
    long bytes = Math.min(budget, new HostProbe().host().memoryBytes() / 2);
    most = Math.toIntExact(Math.clamp(bytes / MIB, 1, Integer.MAX_VALUE));
    free = new Semaphore(most, true);
    shared = new SharedTraces(new PoolLimits(Runtime.getRuntime().availableProcessors(), bytes));
  }

  /** The one of this executor; the first task says how much memory there is for all. */
  static synchronized Node within(long budget) {
    Node node = instance;
    if (node == null) {
      node = new Node(budget);
      instance = node;
    }
    return node;
  }

  /** Waits until there is memory for the task. */
  Place enter(CellTask task) throws InterruptedException {
    Trace trace = files.of(task);
    String key = task.traceKey();
    long bytes = shared.replayBytes(trace.info(), task.reusesMemory());
    int mebibytes = Math.toIntExact(Math.clamp(bytes / MIB, 1, most));
    free.acquire(mebibytes);
    try {
      expect(key);
      return new Place(this, key, mebibytes, shared.of(key, trace));
    } catch (RuntimeException | Error e) {
      free.release(mebibytes);
      throw e;
    }
  }

  /** The newest trace stays decoded between tasks: nobody knows how many of them will come. */
  private synchronized void expect(String key) {
    shared.expect(key);
    if (!key.equals(newest)) {
      shared.expect(key);
      if (!newest.isEmpty()) {
        shared.done(newest);
      }
      newest = key;
    }
  }

  private synchronized void leave(Place place) {
    shared.done(place.key());
    free.release(place.mebibytes());
  }
}
