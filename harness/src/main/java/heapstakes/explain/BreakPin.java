package heapstakes.explain;

import heapstakes.allocator.Holding;
import heapstakes.allocator.Holding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keeps a heap from shrinking at its end: what stands directly under its top.
 *
 * @param isBreak whether the heap ends at the program break, or in a mapping of a thread's arena
 * @param start of the heap, as far as it has no gap
 * @param top where its free end begins
 * @param below what stands under it
 * @param block the live block in it; empty: the allocator itself or a cache has it
 * @param emptyBytes resident and free, or in caches, beneath it
 * @param liveBlocks of the heap, whoever has them
 * @param cachedBlocks of the heap: freed, but in caches
 * @param steps what would open if blocks, cached ones too, were freed from the top downwards
 */
public record BreakPin(
    boolean isBreak,
    long start,
    long top,
    Holding below,
    Optional<HeldBlock> block,
    long emptyBytes,
    long liveBlocks,
    long cachedBlocks,
    List<Step> steps) {
  private static final int LEAST_STEPS = 1;
  private static final int STEP_FACTOR = 10;
  private static final int MOST_BLOCKS = 100_000;

  /**
   * What freeing opens.
   *
   * @param blocks freed, the uppermost
   * @param bytes by which top would reach further down
   */
  public record Step(int blocks, long bytes) {}

  /** Of each heap whose allocator tells where its top is, by address. */
  static List<BreakPin> of(HeapSnapshot heap, PageTally tally) {
    List<BreakPin> pins = new ArrayList<>();
    List<Holding> all = heap.holdings();
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).kind() == Kind.TOP && all.get(i - 1).end() == all.get(i).address()) {
        pins.add(of(heap, tally, i));
      }
    }
    return pins;
  }

  private static BreakPin of(HeapSnapshot heap, PageTally tally, int top) {
    List<Holding> all = heap.holdings();
    int first = top;
    long empty = 0;
    while (first > 0 && all.get(first - 1).end() == all.get(first).address()) {
      first--;
      boolean isEmpty = isUnused(all.get(first).kind());
      empty += isEmpty ? tally.resident(all.get(first).address(), all.get(first).end()) : 0;
    }
    Holding below = all.get(top - 1);
    return new BreakPin(
        all.get(top).end() <= heap.programBreak() && all.get(top).address() >= heap.initialBreak(),
        all.get(first).address(),
        all.get(top).address(),
        below,
        blockIn(heap, below),
        empty,
        count(all.subList(first, top), Kind.BLOCK),
        count(all.subList(first, top), Kind.CACHED),
        steps(all.subList(first, top)));
  }

  private static long count(List<Holding> heap, Kind kind) {
    return heap.stream().filter(holding -> holding.kind() == kind).count();
  }

  private static boolean isUnused(Kind kind) {
    return kind == Kind.FREE || kind == Kind.CACHED;
  }

  private static Optional<HeldBlock> blockIn(HeapSnapshot heap, Holding holding) {
    return heap.blocks().stream().filter(b -> holding.contains(b.address())).findFirst();
  }

  /** From the top of {@code heap} downwards, as far as no record of the allocator stops it. */
  private static List<Step> steps(List<Holding> heap) {
    List<Step> steps = new ArrayList<>();
    int wanted = LEAST_STEPS;
    int blocks = 0;
    long opened = 0;
    for (Holding holding : heap.reversed()) {
      boolean isBlock = holding.kind() != Kind.FREE;
      if (isBlock && blocks == wanted) {
        steps.add(new Step(blocks, opened));
        wanted *= STEP_FACTOR;
      }
      if (holding.kind() == Kind.RECORDS || wanted > MOST_BLOCKS) {
        break;
      }
      blocks += isBlock ? 1 : 0;
      opened += holding.bytes();
    }
    if (blocks > 0 && (steps.isEmpty() || steps.getLast().blocks() < blocks)) {
      steps.add(new Step(blocks, opened));
    }
    return steps;
  }
}
