package heapstakes.model.phkmalloc;

import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;

/** Runs of pages on the break, the free ones in a list by address whose nodes are chunks. */
final class PageRuns {
  /** Of a node: four words. */
  static final long NODE_BYTES = 40; // the library's struct has the end of the run too

  private static final long NEXT = 0;
  private static final long PREVIOUS = 8;
  private static final long START = 16;
  private static final long BYTES = 24;

  private final AddressSpace space;
  private final Memory memory;
  private final PageDirectory directory;
  private final PhkHeap heap;
  private final long cacheBytes;
  private final boolean hints;
  private long first;
  private long reserve; // a node for the next run, or 0
  private long top; // the break, where it is ours
  private long lostBytes; // free, but in no run: there was no memory for its node

  PageRuns(AddressSpace space, PageDirectory directory, PhkHeap heap, long cache, boolean hints) {
    this.space = space;
    this.memory = space.memory();
    this.directory = directory;
    this.heap = heap;
    this.cacheBytes = cache;
    this.hints = hints;
  }

  /** The same runs in a forked child. */
  PageRuns(PageRuns parent, AddressSpace child, PageDirectory directory, PhkHeap heap) {
    this(child, directory, heap, parent.cacheBytes, parent.hints);
    this.first = parent.first;
    this.reserve = parent.reserve;
    this.top = parent.top;
    this.lostBytes = parent.lostBytes;
  }

  long first() {
    return first;
  }

  long reserve() {
    return reserve;
  }

  long lostBytes() {
    return lostBytes;
  }

  long top() {
    return top;
  }

  long next(long node) {
    return memory.getLong(node + NEXT);
  }

  long start(long node) {
    return memory.getLong(node + START);
  }

  long bytes(long node) {
    return memory.getLong(node + BYTES);
  }

  private long end(long node) {
    return start(node) + bytes(node);
  }

  /** The first run by address that is large enough, cut from its low end; 0 without memory. */
  long allocate(long bytes) {
    long node = first;
    while (node != 0 && bytes(node) < bytes) {
      node = next(node);
    }
    long run = node == 0 ? extend(bytes) : start(node);
    if (run == 0) {
      return 0;
    }
    directory.set(run, PageDirectory.FIRST);
    directory.fill(run + 4096, bytes - 4096, PageDirectory.FOLLOWING);
    if (node != 0 && bytes(node) > bytes) {
      set(node, run + bytes, bytes(node) - bytes);
    } else if (node != 0) {
      link(memory.getLong(node + PREVIOUS), next(node));
      discard(node);
    }
    return run;
  }

  private void set(long node, long start, long bytes) {
    memory.putLong(node + START, start);
    memory.putLong(node + BYTES, bytes);
  }

  private void link(long before, long after) {
    if (before == 0) {
      first = after;
    } else {
      memory.putLong(before + NEXT, after);
    }
    if (after != 0) {
      memory.putLong(after + PREVIOUS, before);
    }
  }

  /** Keeps the lower of two nodes for the next run, so that nodes wander down. */
  private void discard(long node) {
    long other = reserve;
    if (other == 0 || node < other) {
      reserve = node;
    } else {
      other = node;
    }
    if (other != 0) {
      heap.freeInternal(other);
    }
  }

  private long extend(long bytes) {
    long old = space.programBreak();
    long start = pageAlignUp(old);
    if (!directory.reaches(start + bytes) || Errno.isError(space.sbrk(start + bytes - old))) {
      return 0;
    }
    top = start + bytes;
    return start;
  }

  /** Makes pages free, joins them with what is beside them, and lowers the break if that pays. */
  void free(long start, long bytes) {
    directory.fill(start, bytes, PageDirectory.FREE);
    if (hints) {
      space.madvise(start, bytes, Advice.FREE);
    }
    if (reserve == 0) {
      reserve = heap.allocateInternal(NODE_BYTES);
    }
    if (reserve == 0) {
      lostBytes += bytes;
      return;
    }
    lowerBreak(insert(start, bytes));
  }

  /** Returns the node that now has these pages. */
  private long insert(long start, long bytes) {
    long below = 0;
    long above = first;
    while (above != 0 && start(above) < start) {
      below = above;
      above = next(above);
    }
    boolean joinsAbove = above != 0 && start + bytes == start(above);
    if (below != 0 && end(below) == start) {
      long joined = bytes(below) + bytes + (joinsAbove ? bytes(above) : 0);
      set(below, start(below), joined);
      if (joinsAbove) {
        link(below, next(above));
        discard(above);
      }
      return below;
    }
    if (joinsAbove) {
      set(above, start, bytes + bytes(above));
      return above;
    }
    long node = reserve;
    reserve = 0;
    set(node, start, bytes);
    link(below, node);
    link(node, above);
    return node;
  }

  private void lowerBreak(long node) {
    long surplus = bytes(node) - cacheBytes;
    if (next(node) == 0
        && surplus > 0
        && end(node) == top
        && space.programBreak() == top
        && !Errno.isError(space.sbrk(-surplus))) {
      set(node, start(node), cacheBytes);
      top -= surplus;
      directory.fill(top, surplus, PageDirectory.NOT_MINE);
    }
  }
}
