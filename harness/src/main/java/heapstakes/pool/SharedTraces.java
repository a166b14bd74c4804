package heapstakes.pool;

import heapstakes.trace.InMemoryTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes each trace once for all works that replay it, and lets go of it with the last of them. A
 * trace that would take too much is read by each work anew.
 */
public final class SharedTraces {
  /** Of a decoded event; see {@link InMemoryTrace}. */
  private static final int EVENT_BYTES = 21;

  // What a replay needs beside its trace's blocks: books, curve, a model's own structures, and
  // 64 MiB of used frames that simulated memory keeps.
  private static final long REPLAY_BYTES = 80 << 20;
  private static final int SLOT_BYTES = 96;

  private final long largestBytes;
  private final Map<String, Share> shares = new HashMap<>();

  /** Nobody has come yet. */
  public SharedTraces(PoolLimits limits) {
    long heap = Math.min(limits.bytes(), Runtime.getRuntime().maxMemory());
    largestBytes = heap / (2L * limits.cores());
  }

  private static final class Share {
    private int waiting;
    private @Nullable Trace decoded;
  }

  /**
   * Somebody will come for a trace, and say that it is done with it. To be called before any of
   * them comes.
   *
   * @param words by which the trace was opened
   */
  public void expect(String words) {
    shares.computeIfAbsent(words, w -> new Share()).waiting++;
  }

  /** Bytes that a replay of the trace is reckoned to need, its events included where shared. */
  public long replayBytes(TraceInfo info) {
    return REPLAY_BYTES
        + Math.min(info.peakRequestedBytes(), Long.MAX_VALUE / 4) / 4 * 5
        + SLOT_BYTES * (long) info.slots()
        + (isShared(info) ? EVENT_BYTES * info.events() : 0);
  }

  /**
   * The same for a contestant that may use no freed memory again: it needs what all requests take,
   * which are half of the operations at most, each reckoned to be as large as those at the peak.
   */
  public long replayBytes(TraceInfo info, boolean reusesMemory) {
    long bytes = replayBytes(info);
    if (reusesMemory || info.peakLiveBlocks() == 0) {
      return bytes;
    }
    double mean = (double) info.peakRequestedBytes() / info.peakLiveBlocks();
    double requests = Math.max(info.peakLiveBlocks(), info.operations() / 2.0);
    return bytes + (long) Math.min(mean * requests, Long.MAX_VALUE / 4.0);
  }

  private boolean isShared(TraceInfo info) {
    return info.events() <= largestBytes / EVENT_BYTES;
  }

  /**
   * The trace, decoded if that is not too much; one that is damaged as it is, so that whoever reads
   * it says where.
   *
   * @param words as they were expected
   */
  public Trace of(String words, Trace trace) {
    if (!isShared(trace.info())) {
      return trace;
    }
    Share share = share(words);
    synchronized (share) {
      if (share.decoded == null) {
        share.decoded = decoded(trace);
      }
      return share.decoded;
    }
  }

  private static Trace decoded(Trace trace) {
    try {
      return InMemoryTrace.of(trace);
    } catch (TraceException e) {
      return trace;
    }
  }

  private Share share(String words) {
    return Objects.requireNonNull(shares.get(words));
  }

  /** One of those that were expected needs the trace no more. */
  public void done(String words) {
    Share share = share(words);
    synchronized (share) {
      if (--share.waiting == 0) {
        share.decoded = null;
      }
    }
  }
}
