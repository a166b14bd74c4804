package heapstakes.explain;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.allocator.Holding;
import java.util.List;

/**
 * What each live block costs beyond itself: the empty resident bytes of the pages, and of the runs
 * of equal blocks, that cannot go while it lives. Blocks that hold the same page or run share its
 * empty bytes alike, so that the sum over blocks is the sum over memory.
 */
final class Upkeep {
  private final List<HeldBlock> blocks;
  private final double[] held;
  private final double[] alone;

  private Upkeep(List<HeldBlock> blocks) {
    this.blocks = blocks;
    this.held = new double[blocks.size()];
    this.alone = new double[blocks.size()];
  }

  /** Shares out the empty bytes of a heap. */
  static Upkeep of(HeapSnapshot heap, PageTally tally) {
    Upkeep upkeep = new Upkeep(heap.blocks());
    RunFinder cut = new RunFinder(heap.holdings());
    upkeep.shareRuns(cut, tally);
    upkeep.sharePages(cut, tally);
    return upkeep;
  }

  private void shareRuns(RunFinder cut, PageTally tally) {
    int[] count = new int[cut.runs().size()];
    double[] empty = new double[count.length];
    for (HeldBlock block : blocks) {
      int run = cut.find(block.address());
      if (run >= 0) {
        count[run]++;
        empty[run] -= tally.resident(block.address(), block.address() + block.size());
      }
    }
    for (int run = 0; run < count.length; run++) {
      Holding memory = cut.runs().get(run);
      empty[run] += count[run] == 0 ? 0 : tally.resident(memory.address(), memory.end());
    }
    for (int i = 0; i < blocks.size(); i++) {
      int run = cut.find(blocks.get(i).address());
      if (run >= 0) {
        charge(i, empty[run], count[run]);
      }
    }
  }

  /** Pages are held by the blocks that lie in them, be it with one byte. */
  private void sharePages(RunFinder cut, PageTally tally) {
    int[] count = new int[tally.pages()];
    int[] empty = new int[tally.pages()];
    for (int page = 0; page < empty.length; page++) {
      empty[page] = (int) PAGE_BYTES;
    }
    for (Holding run : cut.runs()) {
      tally.forEachPage(run.address(), run.end(), (page, bytes) -> empty[page] -= bytes);
    }
    forEachLoose(
        cut,
        tally,
        (block, page, bytes) -> {
          count[page]++;
          empty[page] -= bytes;
        });
    forEachLoose(cut, tally, (block, page, bytes) -> charge(block, empty[page], count[page]));
  }

  private interface Stay {
    void at(int block, int page, int bytes);
  }

  /** Visits the pages of all blocks that lie in no run. */
  private void forEachLoose(RunFinder cut, PageTally tally, Stay stay) {
    for (int i = 0; i < blocks.size(); i++) {
      int number = i;
      HeldBlock block = blocks.get(i);
      if (cut.find(block.address()) < 0) {
        tally.forEachPage(
            block.address(), block.end(), (page, bytes) -> stay.at(number, page, bytes));
      }
    }
  }

  private void charge(int block, double empty, int holders) {
    held[block] += empty / holders;
    alone[block] += holders == 1 ? empty : 0;
  }

  /** Empty bytes that the block of that number answers for. */
  double held(int block) {
    return held[block];
  }

  /** Empty bytes that no other block holds. */
  double alone(int block) {
    return alone[block];
  }

  /** Empty bytes that all blocks hold. */
  double total() {
    double sum = 0;
    for (double bytes : held) {
      sum += bytes;
    }
    return sum;
  }

  /** The live blocks, by number. */
  List<HeldBlock> blocks() {
    return blocks;
  }
}
