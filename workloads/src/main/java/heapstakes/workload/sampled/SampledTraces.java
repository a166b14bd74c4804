package heapstakes.workload.sampled;

import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.workload.SlotPool;
import heapstakes.workload.script.Generator;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Full-sized traces like the program of which a sample was taken: as many requests, of the sampled
 * sizes, by the sampled threads, born and freed when the sampled ones were. Peak, its place, phases
 * and what is left at the end are the program's, but for the sample's error; which block lies
 * beside which is not known.
 */
public final class SampledTraces {
  private SampledTraces() {}

  /**
   * A trace like the program that was sampled. The same sample gives the same events.
   *
   * @throws TraceException when nothing was sampled
   */
  public static Trace like(SampledRecording recording) {
    if (recording.blocks().isEmpty()) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s has no sampled block: fewer than %d bytes were requested in all? Sample more"
                  + " often.",
              recording.name(),
              recording.every()));
    }
    Copies copies = Copies.of(recording);
    List<String> phases =
        recording.marks().stream().map(SampledRecording.Mark::name).distinct().toList();
    String name = "like-" + recording.name();
    return GeneratedTrace.counted(
        name,
        name + " version 1 " + recording,
        1 + threads(recording),
        phases,
        () -> new Walk(recording, copies, phases));
  }

  /** Threads beside the initial one that were sampled. */
  private static int threads(SampledRecording recording) {
    return (int)
        recording.blocks().stream()
            .flatMapToInt(block -> IntStream.of(block.thread(), block.freeingThread()))
            .filter(thread -> thread > 0)
            .distinct()
            .count();
  }

  /**
   * The standard error of what is live at the peak, as a share of it, by the sample alone: 0 where
   * every block that is live there was sure to be sampled.
   */
  public static double standardError(SampledRecording recording) {
    double live = 0;
    double variance = 0;
    double peak = 0;
    double error = 0;
    List<SampledBlock> blocks = recording.blocks();
    int[] byDeath =
        IntStream.range(0, blocks.size())
            .filter(i -> blocks.get(i).hasDied())
            .boxed()
            .sorted(Comparator.comparingLong(i -> blocks.get(i).death()))
            .mapToInt(Integer::intValue)
            .toArray();
    int dead = 0;
    for (SampledBlock block : blocks) {
      while (dead < byDeath.length && blocks.get(byDeath[dead]).death() <= block.birth()) {
        SampledBlock gone = blocks.get(byDeath[dead++]);
        live -= recording.weight(gone) * gone.size();
        variance -= varianceOf(recording, gone);
      }
      live += recording.weight(block) * block.size();
      variance += varianceOf(recording, block);
      if (live > peak) {
        peak = live;
        error = Math.sqrt(Math.max(0, variance)) / live;
      }
    }
    return error;
  }

  /** Of a Horvitz-Thompson estimate of bytes: s² (1 − p) / p², p the block's probability. */
  private static double varianceOf(SampledRecording recording, SampledBlock block) {
    double weight = recording.weight(block);
    return (double) block.size() * block.size() * weight * (weight - 1);
  }

  /** The events in order. */
  private static final class Walk extends Generator {
    private final SampledRecording recording;
    private final Copies copies;
    private final List<String> phases;
    private final SlotPool slots = new SlotPool();
    private final int[] slotOf;
    private int next;
    private int mark;
    private int thread;

    /** Threads are numbered as they are named. */
    private final Map<Integer, Integer> threads = new HashMap<>(Map.of(0, 0));

    Walk(SampledRecording recording, Copies copies, List<String> phases) {
      this.recording = recording;
      this.copies = copies;
      this.phases = phases;
      slotOf = new int[copies.count()];
      Arrays.fill(slotOf, -1);
    }

    @Override
    protected void fill(EventBatch batch) {
      while (batch.capacity() - batch.to > 2) {
        long now = next < copies.events() ? copies.operation(next) : Long.MAX_VALUE;
        if (mark < recording.marks().size() && recording.marks().get(mark).operation() <= now) {
          String name = recording.marks().get(mark++).name();
          batch.add(Op.PHASE, phases.indexOf(name), 0, 0);
        } else if (next < copies.events()) {
          event(batch, copies.copy(next), copies.isDeath(next));
          next++;
        } else {
          return;
        }
      }
    }

    private void event(EventBatch batch, int copy, boolean isDeath) {
      SampledBlock block = recording.blocks().get(copies.sampled(copy));
      switchTo(batch, isDeath ? block.freeingThread() : block.thread());
      if (isDeath) {
        batch.add(Op.FREE, slotOf[copy], 0, 0);
        slots.give(slotOf[copy]);
        return;
      }
      int before = copies.resized(copy);
      slotOf[copy] = before < 0 ? slots.take() : slotOf[before];
      if (before >= 0) {
        batch.add(Op.REALLOC, slotOf[copy], block.size(), 0);
      } else if (block.alignment() > 0) {
        batch.add(Op.MEMALIGN, slotOf[copy], block.size(), block.alignment());
      } else {
        batch.add(Op.MALLOC, slotOf[copy], block.size(), 0);
      }
    }

    private void switchTo(EventBatch batch, int sampled) {
      int other = threads.computeIfAbsent(sampled, s -> threads.size());
      if (thread != other) {
        thread = other;
        batch.add(Op.THREAD, other, 0, 0);
      }
    }
  }
}
