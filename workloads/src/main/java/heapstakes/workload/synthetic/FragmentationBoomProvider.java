package heapstakes.workload.synthetic;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.SlotPool;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import heapstakes.workload.script.Synthetic;
import java.util.ArrayList;
import java.util.List;

/**
 * The adversary of J. M. Robson, "An Estimate of the Store Size Necessary for Dynamic Storage
 * Allocation" (JACM 18, 1971), for an allocator that takes the lowest place: blocks of 2^i bytes
 * fill what may be live; then one block in each window of 2^(i+1) bytes is kept, so that half of it
 * is free and nothing of the next size fits anywhere.
 *
 * <p>With M bytes live at most and blocks of {@code min} to {@code max}, the heap comes to M × (1 +
 * ½ log2(max / min)), which is Robson's bound: no allocator that cannot move blocks is safe from as
 * much, if the adversary looks at its addresses. This one does not look, but supposes them.
 *
 * <p>Requests are 8 bytes short of their power of two, for a header of ptmalloc2's.
 */
public final class FragmentationBoomProvider extends ScriptedProvider {
  private static final int HEADER = 8;

  /** Listed as a service. */
  public FragmentationBoomProvider() {
    super("fragmentation-boom", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "How far can fragmentation alone drive a heap, with never more than live bytes in use?";
  }

  @Override
  public String summary() {
    return "sizes double from min to max; of each, one block in two windows stays and pins its"
        + " place";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.size("live", "16M", 1 << 16, 1L << 36, "bytes live at most; rounded to a power"),
        Setting.size("min", "32", 32, 1L << 30, "smallest block with its header; to a power"),
        Setting.size("max", "32K", 64, 1L << 30, "largest block with its header; to a power"));
  }

  /** Without the caches that keep some blocks of each size back, the bound is met to the byte. */
  @Override
  protected List<String> phases(Settings arguments) {
    List<String> phases = new ArrayList<>();
    for (int size = log(arguments, "min"); size <= log(arguments, "max"); size++) {
      phases.add(Settings.formatSize(1L << size) + " filled");
      phases.add(Settings.formatSize(1L << size) + " thinned");
    }
    phases.add("freed");
    return phases;
  }

  @Override
  protected Script script(Settings arguments) {
    int from = log(arguments, "min");
    int to = log(arguments, "max");
    int live = log(arguments, "live");
    Synthetic.require(from < to, this, "min is not below max. Correct them.");
    Synthetic.require(to < live, this, "max is not below live. Correct them.");
    return new Boom(live, from, to).script();
  }

  private static int log(Settings arguments, String key) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(arguments.number(key));
  }

  /** Blocks by the size at which they were allocated, in order of address as supposed. */
  private static final class Boom {
    private final int live;
    private final int from;
    private final int to;
    private final SlotPool slots = new SlotPool();
    private final int[][] kept;

    Boom(int live, int from, int to) {
      this.live = live;
      this.from = from;
      this.to = to;
      kept = new int[to + 1][];
    }

    protected Script script() {
      return new Script(
          Script.each(1 + to - from, this::round),
          Script.each(1 + to - from, i -> free(kept[from + i], 1, -1)),
          mark(2 * (1 + to - from)));
    }

    private Script.Part round(int number) {
      int size = from + number;
      int room = number == 0 ? live : live - 1;
      int[] blocks = new int[1 << room - size];
      kept[size] = blocks;
      return Script.all(
          repeat(blocks.length, (batch, i) -> allocate(batch, blocks, (int) i, size)),
          mark(2 * number),
          Script.each(number + 1, i -> thin(from + i)),
          mark(2 * number + 1));
    }

    private void allocate(EventBatch batch, int[] blocks, int i, int size) {
      blocks[i] = slots.take();
      batch.add(Op.MALLOC, blocks[i], (1L << size) - HEADER, 0);
    }

    /** Of two windows that hold a block each, the second loses it. */
    private Script.Part thin(int size) {
      int[] blocks = kept[size];
      kept[size] = new int[Math.ceilDiv(blocks.length, 2)];
      for (int i = 0; i < kept[size].length; i++) {
        kept[size][i] = blocks[2 * i];
      }
      return free(blocks, 2, 0);
    }

    /** Frees those whose index modulo {@code step} is not {@code but}. */
    private Script.Part free(int[] blocks, int step, int but) {
      return repeat(
          blocks.length,
          (batch, i) -> {
            if (i % step != but) {
              batch.add(Op.FREE, blocks[(int) i], 0, 0);
              slots.give(blocks[(int) i]);
            }
          });
    }
  }
}
