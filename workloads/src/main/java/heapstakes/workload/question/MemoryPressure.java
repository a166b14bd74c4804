package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.SlotPool;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rounds of three steps. All that may be live is taken up by small blocks; seven in eight of them
 * are freed, in runs, and large blocks take their place; then live blocks are read and written at
 * random, four in five times one of a fifth of them. At the end of a round everything is freed.
 *
 * <p>Who holds on to the pages of the small blocks needs them and those of the large ones, and one
 * of both must be paged out; who gives them up, or can use them for large blocks, needs what is
 * live.
 */
final class MemoryPressure {
  private static final long SMALL = 200;
  private static final long LARGE = 12_000;

  /** Of {@value} neighbours one is kept. */
  private static final int RUN = 4096;

  private static final int KEPT = RUN / 8;

  private final int smallBlocks;
  private final int largeBlocks;
  private final long accesses;
  private final SplitMix random;
  private final SlotPool slots = new SlotPool();
  private final int[] small;
  private final int[] large;

  MemoryPressure(long live, long accesses, SplitMix random) {
    this.accesses = accesses;
    this.random = random;
    smallBlocks = (int) (live / SMALL);
    largeBlocks = (int) (live / 8 * 7 / LARGE);
    small = new int[smallBlocks];
    large = new int[largeBlocks];
  }

  static List<String> phases(int rounds) {
    return IntStream.rangeClosed(1, rounds)
        .mapToObj(i -> "round " + i + ": ")
        .flatMap(round ->
            Stream.of("small blocks", "most freed", "large blocks", "accessed").map(round::concat))
        .toList();
  }

  Script script(int rounds) {
    return new Script(Script.each(rounds, this::round));
  }

  private Script.Part round(int number) {
    List<Script.Part> parts = new ArrayList<>();
    parts.add(repeat(smallBlocks, (batch, i) -> allocate(batch, small, (int) i, SMALL)));
    parts.add(mark(4 * number));
    parts.add(repeat(smallBlocks, (batch, i) -> free(batch, small, (int) i, isKept(i))));
    parts.add(mark(4 * number + 1));
    parts.add(repeat(largeBlocks, (batch, i) -> allocate(batch, large, (int) i, LARGE)));
    parts.add(mark(4 * number + 2));
    parts.add(repeat(accesses, (batch, i) -> access(batch)));
    parts.add(mark(4 * number + 3));
    parts.add(repeat(smallBlocks, (batch, i) -> free(batch, small, (int) i, !isKept(i))));
    parts.add(repeat(largeBlocks, (batch, i) -> free(batch, large, (int) i, false)));
    return Script.all(parts.toArray(Script.Part[]::new));
  }

  private static boolean isKept(long i) {
    return i % RUN < KEPT;
  }

  private void allocate(EventBatch batch, int[] blocks, int i, long size) {
    blocks[i] = slots.take();
    batch.add(Op.MALLOC, blocks[i], size, 0);
  }

  private void free(EventBatch batch, int[] blocks, int i, boolean not) {
    if (!not) {
      batch.add(Op.FREE, blocks[i], 0, 0);
      slots.give(blocks[i]);
    }
  }

  private void access(EventBatch batch) {
    int bound = random.below(5) == 0 ? largeBlocks : Math.max(1, largeBlocks / 5);
    byte op = random.below(2) == 0 ? Op.LOAD : Op.STORE;
    if (largeBlocks > 0 && random.below(8) != 0) {
      batch.add(op, large[random.below(bound)], LARGE, 0);
    } else {
      int run = RUN * random.below(Math.max(1, smallBlocks / RUN));
      batch.add(op, small[Math.min(smallBlocks - 1, run + random.below(KEPT))], SMALL, 0);
    }
  }
}
