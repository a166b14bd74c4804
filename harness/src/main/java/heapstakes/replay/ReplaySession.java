package heapstakes.replay;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.trace.EventBatch;
import heapstakes.trace.InMemoryTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The same trace replayed again and again on one heap, in three steps of which only the second
 * belongs inside a clock:
 *
 * <pre>
 *   prepare   the part before the mark "populated", which fills the heap
 *   run       the rest
 *   finish    frees what the trace left alive
 * </pre>
 *
 * <p>The heap lives as long as the session, as in a long-running process. An allocator that cannot
 * reuse memory gets its memory anew for each round, with warm frames where the memory offers that
 * ({@link heapstakes.os.AddressSpace#reset}).
 *
 * <p>Events are decoded beforehand, except for traces that are too long for that.
 */
public final class ReplaySession implements Rounds {
  /** Longest trace that is decoded beforehand, in events of 21 bytes: 672 MiB. */
  static final long MAX_STORED_EVENTS = 1L << 25;

  /** Events between two questions whether to stop: too few to matter, too many to wait long. */
  private static final int SLICE = 4096;

  private final Contestant contestant;
  private final Machine machine;
  private final Trace trace;
  private final ReplayOptions options;
  private final boolean keepsHeap;
  private final boolean anyMemory;
  private final EventBatch batch = new EventBatch();
  private @Nullable ReplayHeap heap;
  private @Nullable ReplayPass pass;
  private @Nullable TraceCursor cursor;
  private int at;
  private int end;
  private boolean cutShort;

  /** A session without a heap yet. */
  public ReplaySession(Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    this.contestant = contestant;
    this.machine = machine;
    this.trace = trace.info().events() > MAX_STORED_EVENTS ? trace : InMemoryTrace.of(trace);
    this.options = options;
    this.anyMemory = contestant.can(Capability.ANY_MEMORY);
    this.keepsHeap = contestant.can(Capability.REUSES_MEMORY);
  }

  @Override
  public void prepare() {
    ReplayHeap ready = heap == null ? new ReplayHeap(contestant, machine, trace.info()) : heap;
    heap = ready;
    pass = new ReplayPass(ready, options);
    cursor = trace.open();
    batch.clear();
    at = 0;
    end = 0;
    if (!pass.isPopulated()) {
      replay(ThreadView.PLAIN, () -> false);
    }
  }

  @Override
  public long run(BooleanSupplier stop) {
    return runThrough(ThreadView.PLAIN, stop);
  }

  @Override
  public long run(IntFunction<ThreadView> views, BooleanSupplier stop) {
    return runThrough(views.apply(0), stop);
  }

  private long runThrough(ThreadView view, BooleanSupplier stop) {
    long before = pass().operations();
    replay(view, stop);
    return pass().operations() - before;
  }

  /** Whether this round ended where it was told to stop. */
  public boolean isCutShort() {
    return cutShort;
  }

  /** Up to the mark, the end, a refused request that ends the pass, or the word to stop. */
  private void replay(ThreadView view, BooleanSupplier stop) {
    ReplayPass current = pass();
    TraceCursor events = Objects.requireNonNull(cursor);
    boolean wasPopulated = current.isPopulated();
    long before = current.operations();
    cutShort = false;
    while (!current.isStopped() && wasPopulated == current.isPopulated()) {
      if (at == end) {
        if (!events.next(batch)) {
          return;
        }
        at = batch.from;
        end = batch.to;
      }
      // Some operations are carried out even if all the time has passed.
      if (current.operations() > before && stop.getAsBoolean()) {
        cutShort = true;
        return;
      }
      batch.to = Math.min(end, at + SLICE);
      at = current.replay(batch, at, view);
    }
  }

  @Override
  public void finish() {
    Objects.requireNonNull(cursor).close();
    ReplayHeap used = heap();
    if (cutShort && anyMemory && keepsHeap) {
      // Freeing may be what is slow.
      used.close();
      heap = null;
    } else if (keepsHeap && used.initialProcess().isAlive()) {
      used.freeAll();
    } else {
      heap = used.renewed(contestant).orElse(null);
    }
  }

  /** The pass of this round. */
  public ReplayPass pass() {
    return Objects.requireNonNull(pass, "prepare() comes first");
  }

  /** The heap of this round. */
  public ReplayHeap heap() {
    return Objects.requireNonNull(heap, "prepare() comes first");
  }

  @Override
  public void close() {
    if (heap != null) {
      heap.close();
      heap = null;
    }
  }
}
