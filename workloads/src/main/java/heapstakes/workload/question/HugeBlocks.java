package heapstakes.workload.question;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Digests;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.script.Generator;
import heapstakes.workload.script.Synthetic;
import java.util.List;

/**
 * Huge blocks, one after the other, none freed; touched by the replay only if the trace says so.
 */
abstract class HugeBlocks implements WorkloadProvider {
  private static final int VERSION = 1;
  private static final List<String> PHASES = List.of("allocated");
  private static final String WHY_SIMULATED =
      "it asks for more memory than a machine has, and would take the benchmark and its machine"
          + " down with it";

  private final boolean stores;

  /**
   * @param stores whether every page is written, block by block, when all are allocated
   */
  HugeBlocks(boolean stores) {
    this.stores = stores;
  }

  @Override
  public final Group group() {
    return Group.QUESTION;
  }

  @Override
  public final String question() {
    return "malloc succeeded: can I use it?";
  }

  /** How many blocks unless the user says otherwise. */
  abstract String blocksByDefault();

  @Override
  public final List<Setting> parameters() {
    return List.of(
        Setting.size("size", "1G", 1, 1L << 46, "bytes of each block"),
        Setting.integer("count", blocksByDefault(), 1, 1 << 30, "most blocks to ask for"));
  }

  /** One a kind of answer; a twin of jemalloc keeps books that this many blocks do not fit into. */
  @Override
  public final List<String> suggestedMemory(Settings arguments) {
    return List.of("simulated");
  }

  @Override
  public final Trace trace(Settings arguments) {
    long size = arguments.number("size");
    int count = (int) arguments.number("count");
    long operations = stores ? 2L * count : count;
    TraceInfo info =
        new TraceInfo(
            Synthetic.title(this, arguments),
            Digests.sha256(Synthetic.specification(this, arguments, VERSION)),
            operations,
            operations + PHASES.size(),
            count,
            List.of(0),
            PHASES,
            count,
            peak(size, count),
            new TraceInfo.Features(false, false, !stores, WHY_SIMULATED, TraceInfo.Touch.NONE));
    return GeneratedTrace.known(info, () -> new Requests(size, count, stores));
  }

  /** All that is asked for, which may be more than a long holds. */
  private static long peak(long size, int count) {
    return Math.multiplyHigh(size, count) != 0 || size * count < 0 ? Long.MAX_VALUE : size * count;
  }

  private static final class Requests extends Generator {
    private final long size;
    private final int count;
    private final boolean stores;
    private int allocated;
    private int stored;
    private boolean marked;

    Requests(long size, int count, boolean stores) {
      this.size = size;
      this.count = count;
      this.stores = stores;
    }

    @Override
    protected void fill(EventBatch batch) {
      while (allocated < count && batch.to < batch.capacity()) {
        batch.add(Op.MALLOC, allocated++, size, 0);
      }
      if (allocated == count && !marked && batch.to < batch.capacity()) {
        batch.add(Op.PHASE, 0, 0, 0);
        marked = true;
      }
      while (stores && marked && stored < count && batch.to < batch.capacity()) {
        batch.add(Op.STORE, stored++, size, 0);
      }
    }
  }
}
