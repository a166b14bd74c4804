package heapstakes.sweep;

import heapstakes.trace.InMemoryTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes each trace once for all cells that replay it, and lets go of it with the last of them. A
 * trace that would take too much is read by each cell anew.
 */
final class SharedTraces {
  /** Of a decoded event; see {@link InMemoryTrace}. */
  private static final int EVENT_BYTES = 21;

  private final long largestBytes;
  private final Map<String, Share> shares = new HashMap<>();

  /**
   * @param tasks who will come
   * @param largestBytes of a decoded trace that is kept
   */
  SharedTraces(List<SweepTask> tasks, long largestBytes) {
    this.largestBytes = largestBytes;
    tasks.forEach(
        task -> shares.computeIfAbsent(task.spec().workload(), w -> new Share()).waiting++);
  }

  private static final class Share {
    private int waiting;
    private @Nullable Trace decoded;
  }

  /** Bytes that {@code trace} takes while it is shared; 0 where it is not. */
  long bytes(TraceInfo info) {
    long bytes = EVENT_BYTES * info.events();
    return bytes > largestBytes ? 0 : bytes;
  }

  Trace of(SweepTask task) {
    if (bytes(task.trace().info()) == 0) {
      return task.trace();
    }
    Share share = share(task);
    synchronized (share) {
      if (share.decoded == null) {
        share.decoded = InMemoryTrace.of(task.trace());
      }
      return share.decoded;
    }
  }

  private Share share(SweepTask task) {
    return Objects.requireNonNull(shares.get(task.spec().workload()));
  }

  void done(SweepTask task) {
    Share share = share(task);
    synchronized (share) {
      if (--share.waiting == 0) {
        share.decoded = null;
      }
    }
  }
}
