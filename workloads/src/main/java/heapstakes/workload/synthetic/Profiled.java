package heapstakes.workload.synthetic;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.TraceException;
import heapstakes.workload.SlotPool;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.SplitMix;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Blocks as a {@link SizeProfile} says: first as many of each size as are live, then sizes drawn by
 * their rates, each of which takes the place of a random block of its size, so that lifetimes are
 * geometric with the profile's mean. Of a size of which less than one block is live a block comes
 * and goes within the next {@value #PASSING} such blocks, sooner if the profile tells its lifetime.
 */
final class Profiled {
  private static final int PASSING = 32;
  private static final long MOST_BLOCKS = 1 << 28;

  private final SizeProfile profile;
  private final SplitMix random;
  private final SlotPool slots = new SlotPool();
  private final double[] ratesUpTo;
  private final int[][] blocks;
  private final int[] passing = new int[PASSING];
  private final double passingShare;
  private int passed;

  /**
   * @param live bytes live at a time
   */
  Profiled(SizeProfile profile, double live, SplitMix random) {
    this.profile = profile;
    this.random = random;
    ratesUpTo = profile.rates().clone();
    Arrays.parallelPrefix(ratesUpTo, Double::sum);
    blocks = new int[profile.sizes().length][];
    double bytes = profile.liveBytes();
    long all = 0;
    for (int i = 0; i < blocks.length; i++) {
      double share = bytes == 0 ? 0 : profile.live()[i] * (live / bytes);
      all += (long) share + 1;
      if (all > MOST_BLOCKS) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "size-profile: %.0f bytes would be more than %d blocks. Lower live.",
                live,
                MOST_BLOCKS));
      }
      // Fractions count as often as they are large.
      blocks[i] = new int[(int) (share + fraction())];
    }
    Arrays.fill(passing, -1);
    passingShare =
        IntStream.range(0, blocks.length)
                .filter(i -> blocks[i].length == 0)
                .mapToDouble(i -> profile.rates()[i])
                .sum()
            / ratesUpTo[blocks.length - 1];
  }

  private double fraction() {
    return (random.next() >>> 11) * 0x1p-53;
  }

  Script script(long operations) {
    return new Script(
        Script.each(blocks.length, i -> repeat(blocks[i].length, (b, j) -> fill(b, i, (int) j))),
        mark(0),
        repeat(Math.ceilDiv(operations, 2), (batch, i) -> replace(batch)),
        mark(1),
        repeat(PASSING, (batch, i) -> passOn(batch)),
        Script.each(
            blocks.length, i -> repeat(blocks[i].length, (b, j) -> free(b, blocks[i][(int) j]))),
        mark(2));
  }

  private void fill(EventBatch batch, int size, int place) {
    blocks[size][place] = allocate(batch, size);
  }

  private void replace(EventBatch batch) {
    int size = draw();
    if (blocks[size].length == 0) {
      pass(batch, size);
    } else {
      int place = random.below(blocks[size].length);
      free(batch, blocks[size][place]);
      fill(batch, size, place);
    }
  }

  /** A size by its rate. */
  private int draw() {
    double at = fraction() * ratesUpTo[ratesUpTo.length - 1];
    int found = Arrays.binarySearch(ratesUpTo, at);
    int index = found < 0 ? -1 - found : found + 1;
    return Math.min(index, ratesUpTo.length - 1);
  }

  /** A block that lives for as many such blocks as fit its lifetime. */
  private void pass(EventBatch batch, int size) {
    int slot = allocate(batch, size);
    double steps = profile.lifetimes()[size] * passingShare / 2;
    int here = passOn(batch);
    if (profile.lifetimes()[size] <= 1) {
      free(batch, slot);
      return;
    }
    // The place that is left now comes round again after PASSING steps.
    int place = here + Math.clamp(Math.round(steps), 1, PASSING);
    while (passing[place % PASSING] >= 0) {
      place++;
    }
    passing[place % PASSING] = slot;
  }

  /** Frees the block whose while is over, if there is one; the result is its place. */
  private int passOn(EventBatch batch) {
    int place = passed;
    passed = (passed + 1) % PASSING;
    if (passing[place] >= 0) {
      free(batch, passing[place]);
      passing[place] = -1;
    }
    return place;
  }

  private int allocate(EventBatch batch, int size) {
    int slot = slots.take();
    batch.add(Op.MALLOC, slot, profile.sizes()[size], 0);
    return slot;
  }

  private void free(EventBatch batch, int slot) {
    batch.add(Op.FREE, slot, 0, 0);
    slots.give(slot);
  }
}
