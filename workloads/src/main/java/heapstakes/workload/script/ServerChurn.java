package heapstakes.workload.script;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.SlotPool;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/**
 * A server in three phases. The threads in turn allocate the blocks that connections hold; then
 * they serve requests, in bursts of 16 to 79 operations a thread; then the connections are closed.
 *
 * <p>A block of a request lives for a few operations of its thread and is freed last in, first out.
 * One in 16 is handed to another thread instead, which frees the oldest of what it was handed. One
 * operation in 8 is a connection's: a random one of the blocks held, whoever allocated it, is
 * replaced, or doubled by realloc if it is below 64 KiB. One block in 16 comes from calloc.
 */
public final class ServerChurn extends Generator {
  /** Blocks of a request at most; a burst frees down to a random part of that. */
  private static final int REQUEST_BLOCKS = 64;

  private static final int HANDED_BLOCKS = 1024;
  private static final long GROWS_BELOW = 1 << 16;

  /** Events of the longest step. */
  private static final int ROOM = 4;

  private final int threads;
  private final long operations;
  private final int live;
  private final SplitMix random;
  private final SizeMix sizes;
  private final SlotPool slots = new SlotPool();
  private final int[] held;
  private final long[] heldSizes;
  private final int[][] request;
  private final int[] requestDepth;
  private final int[] handed = new int[HANDED_BLOCKS];
  private int handedFirst;
  private int handedCount;
  private int heldCount;
  private int thread;
  private int burst;
  private long done;
  private int phase;
  private boolean begun;

  ServerChurn(int threads, long operations, int live, long seed, SizeMix sizes) {
    this.threads = threads;
    this.operations = operations;
    this.live = live;
    this.sizes = sizes;
    random = new SplitMix(seed);
    held = new int[live];
    heldSizes = new long[live];
    request = new int[threads][REQUEST_BLOCKS];
    requestDepth = new int[threads];
  }

  /** What every workload of such a server takes, with defaults of its own. */
  public static List<Setting> parameters(int threads, long operations, int live) {
    return List.of(
        Setting.integer("threads", Integer.toString(threads), 1, 1024, "threads"),
        Setting.integer(
            "operations", Long.toString(operations), 1, 1L << 40, "operations under load"),
        Setting.integer("live", Integer.toString(live), 1, 1 << 28, "blocks that connections hold"),
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Setting.choice("sizes", SizeMix.NAMES, "mix of block sizes"));
  }

  /** The trace of {@code workload}, which takes {@link #parameters}. */
  public static Trace trace(WorkloadProvider workload, Settings arguments, int version) {
    int threads = (int) arguments.number("threads");
    long operations = arguments.number("operations");
    int live = (int) arguments.number("live");
    long seed = arguments.number("seed");
    String sizes = arguments.text("sizes");
    return GeneratedTrace.counted(
        Synthetic.title(workload, arguments),
        Synthetic.specification(workload, arguments, version),
        threads,
        List.of(TraceInfo.POPULATED, "loaded", "drained"),
        () -> new ServerChurn(threads, operations, live, seed, SizeMix.named(sizes)));
  }

  @Override
  protected void fill(EventBatch batch) {
    if (!begun) {
      nameThreads(batch);
    }
    while (phase < 3 && batch.capacity() - batch.to >= ROOM) {
      takeTurns(batch);
      switch (phase) {
        case 0 -> populate(batch);
        case 1 -> serve(batch);
        default -> drain(batch);
      }
    }
  }

  /** Starts every thread, whether or not its turn will come. */
  private void nameThreads(EventBatch batch) {
    for (int i = 0; i < threads; i++) {
      batch.add(Op.THREAD, i, 0, 0);
    }
    thread = threads - 1;
    begun = true;
  }

  private void takeTurns(EventBatch batch) {
    if (burst-- == 0) {
      thread = (thread + 1) % threads;
      burst = 16 + random.below(64);
      batch.add(Op.THREAD, thread, 0, 0);
    }
  }

  private void populate(EventBatch batch) {
    hold(batch, heldCount++);
    if (heldCount == live) {
      mark(batch);
    }
  }

  private void serve(EventBatch batch) {
    int choice = random.below(16);
    if (choice < 2) {
      connection(batch);
    } else if (choice == 2 && handedCount > 0) {
      free(batch, handed[handedFirst]);
      handedFirst = (handedFirst + 1) % HANDED_BLOCKS;
      handedCount--;
    } else if (choice == 3 && handedCount < HANDED_BLOCKS) {
      handed[(handedFirst + handedCount++) % HANDED_BLOCKS] = allocate(batch, sizes.draw(random));
    } else {
      request(batch);
    }
    if (done >= operations) {
      mark(batch);
    }
  }

  /** Allocates until a random depth is reached, then frees: requests nest and end. */
  private void request(EventBatch batch) {
    int depth = requestDepth[thread];
    if (depth == 0 || depth < REQUEST_BLOCKS && random.below(REQUEST_BLOCKS) >= depth) {
      request[thread][depth] = allocate(batch, sizes.draw(random));
      requestDepth[thread]++;
    } else {
      requestDepth[thread]--;
      free(batch, request[thread][depth - 1]);
    }
  }

  private void connection(EventBatch batch) {
    int i = random.below(heldCount);
    if (heldSizes[i] < GROWS_BELOW && random.below(4) == 0) {
      heldSizes[i] *= 2;
      batch.add(Op.REALLOC, held[i], heldSizes[i], 0);
      done++;
    } else {
      free(batch, held[i]);
      hold(batch, i);
    }
  }

  private void hold(EventBatch batch, int i) {
    heldSizes[i] = sizes.draw(random);
    held[i] = allocate(batch, heldSizes[i]);
  }

  private void drain(EventBatch batch) {
    if (requestDepth[thread] > 0) {
      free(batch, request[thread][--requestDepth[thread]]);
    } else if (handedCount > 0) {
      free(batch, handed[(handedFirst + --handedCount) % HANDED_BLOCKS]);
    } else if (heldCount > 0) {
      closeConnection(batch);
    } else if (nothingRequested()) {
      mark(batch);
    } else {
      burst = 0;
    }
  }

  private void closeConnection(EventBatch batch) {
    int i = random.below(heldCount);
    free(batch, held[i]);
    held[i] = held[--heldCount];
  }

  private boolean nothingRequested() {
    int depth = 0;
    for (int left : requestDepth) {
      depth += left;
    }
    return depth == 0;
  }

  private int allocate(EventBatch batch, long size) {
    int slot = slots.take();
    boolean zeroed = random.below(16) == 0;
    batch.add(zeroed ? Op.CALLOC : Op.MALLOC, slot, size, zeroed ? 1 : 0);
    done++;
    return slot;
  }

  private void free(EventBatch batch, int slot) {
    batch.add(Op.FREE, slot, 0, 0);
    slots.give(slot);
    done++;
  }

  private void mark(EventBatch batch) {
    batch.add(Op.PHASE, phase++, 0, 0);
    done = 0;
  }
}
