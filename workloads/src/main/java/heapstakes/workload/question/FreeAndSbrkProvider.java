package heapstakes.workload.question;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.script.Generator;
import heapstakes.workload.script.Synthetic;
import java.util.List;
import java.util.Locale;

/**
 * The program {@code free_and_sbrk} of M. Kerrisk, The Linux Programming Interface, §7.1: allocates
 * blocks, frees every {@code step}-th from {@code first} to {@code last}, and looks at the program
 * break in between.
 */
public final class FreeAndSbrkProvider implements WorkloadProvider {
  private static final int VERSION = 1;
  private static final List<String> PHASES = List.of("initial", "allocated", "freed");

  @Override
  public String name() {
    return "tlpi-free-and-sbrk";
  }

  @Override
  public Group group() {
    return Group.QUESTION;
  }

  @Override
  public String question() {
    return "When does the program break go down?";
  }

  @Override
  public String summary() {
    return "allocates blocks × size, frees each step-th of them from first to last; no more";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("blocks", "1000", 1, 1 << 30, "blocks"),
        Setting.size("size", "10240", 0, 1L << 40, "bytes of each block"),
        Setting.integer("step", "2", 1, 1 << 30, "frees each step-th block"),
        Setting.integer("first", "1", 1, 1 << 30, "first block to free, from 1"),
        Setting.integer("last", "0", 0, 1 << 30, "last block to free; 0 is the last of all"));
  }

  @Override
  public Trace trace(Settings arguments) {
    int blocks = (int) arguments.number("blocks");
    long size = arguments.number("size");
    int step = (int) arguments.number("step");
    int first = (int) arguments.number("first");
    int given = (int) arguments.number("last");
    int last = given == 0 ? blocks : given;
    if (first > last || last > blocks) {
      throw new TraceException(
          String.format(
                  Locale.ROOT,
                  "%s: blocks are freed from first=%d to last=%d, but there are %d. Choose first ≤ last ≤",
                  name(),
                  first,
                  last,
                  blocks)
              + " blocks.");
    }
    return GeneratedTrace.counted(
        Synthetic.title(this, arguments),
        Synthetic.specification(this, arguments, VERSION),
        1,
        PHASES,
        () -> new Program(blocks, size, step, first, last));
  }

  private static final class Program extends Generator {
    private final int blocks;
    private final long size;
    private final int step;
    private final int last;
    private long nextFree;
    private int allocated;
    private int phase;

    Program(int blocks, long size, int step, int first, int last) {
      this.blocks = blocks;
      this.size = size;
      this.step = step;
      this.last = last;
      nextFree = first;
    }

    @Override
    protected void fill(EventBatch batch) {
      mark(batch, 0);
      while (allocated < blocks && batch.to < batch.capacity()) {
        batch.add(Op.MALLOC, allocated++, size, 0);
      }
      if (allocated < blocks) {
        return;
      }
      mark(batch, 1);
      while (phase == 2 && nextFree <= last && batch.to < batch.capacity()) {
        batch.add(Op.FREE, (int) nextFree - 1, 0, 0);
        nextFree += step;
      }
      if (nextFree > last) {
        mark(batch, 2);
      }
    }

    /** Sets mark {@code number} if it is the next one and there is room. */
    private void mark(EventBatch batch, int number) {
      if (phase == number && batch.to < batch.capacity()) {
        batch.add(Op.PHASE, phase++, 0, 0);
      }
    }
  }
}
