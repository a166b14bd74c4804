package heapstakes.explain;

import heapstakes.allocator.Holding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A process at a moment.
 *
 * @param blocks live ones, by address upwards
 * @param holdings what the allocator tells of its heap, by address upwards; empty: it has no walk
 * @param pages all that are mapped, by address upwards
 * @param requested bytes asked for by live blocks
 * @param resident bytes
 * @param lazyFree the part of resident that was MADV_FREE'd and not written since, bytes
 * @param initialBreak where the program break began
 * @param programBreak where it is
 */
public record HeapSnapshot(
    List<HeldBlock> blocks,
    List<Holding> holdings,
    List<PageRun> pages,
    long requested,
    long resident,
    long lazyFree,
    long initialBreak,
    long programBreak) {

  /** The current process of a replay. */
  static HeapSnapshot of(BookedReplay replay) {
    List<HeldBlock> blocks = replay.blocks();
    List<PageRun> pages = new ArrayList<>();
    var space = replay.process().space();
    space.visitPages((address, bytes, state) -> pages.add(new PageRun(address, bytes, state)));
    List<Holding> holdings = new ArrayList<>();
    replay.process().allocator().walk(holdings::add);
    holdings.sort(Comparator.comparingLong(Holding::address));
    return new HeapSnapshot(
        blocks,
        holdings,
        pages,
        replay.requested(),
        space.statistics().residentBytes(),
        space.statistics().lazyFreeBytes(),
        space.initialBreak(),
        space.programBreak());
  }
}
