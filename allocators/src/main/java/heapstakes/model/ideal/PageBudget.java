package heapstakes.model.ideal;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import java.util.ArrayDeque;
import java.util.Deque;

/** Pages that a process holds for their number: on the break, each of them touched. */
final class PageBudget {
  private record Piece(long start, long end) {
    long bytes() {
      return end - start;
    }
  }

  private final AddressSpace space;
  private final Memory memory;
  private final Deque<Piece> pieces = new ArrayDeque<>(); // several if the program moves the break
  private long held;

  PageBudget(AddressSpace space) {
    this.space = space;
    this.memory = space.memory();
  }

  /** The same pages in a forked child. */
  PageBudget(PageBudget parent, AddressSpace child) {
    this(child);
    pieces.addAll(parent.pieces);
    held = parent.held;
  }

  /** Bytes held. */
  long held() {
    return held;
  }

  /**
   * Holds {@code bytes}, whole pages.
   *
   * @return false when the kernel gives no more; then nothing has changed
   */
  boolean hold(long bytes) {
    if (bytes > held) {
      return grow(bytes - held);
    }
    while (bytes < held) {
      shrink(held - bytes);
    }
    return true;
  }

  private boolean grow(long bytes) {
    long start = space.sbrk(bytes);
    if (Errno.isError(start)) {
      return false;
    }
    memory.touch(start, bytes);
    Piece last = pieces.peekLast();
    if (last != null && last.end == start) {
      pieces.removeLast();
      pieces.addLast(new Piece(last.start, start + bytes));
    } else {
      pieces.addLast(new Piece(start, start + bytes));
    }
    held += bytes;
    return true;
  }

  private void shrink(long bytes) {
    Piece last = pieces.removeLast();
    long less = Math.min(bytes, last.bytes());
    boolean lowered = space.programBreak() == last.end && !Errno.isError(space.sbrk(-less));
    if (!lowered) {
      space.madvise(last.end - less, less, Advice.DONTNEED); // above it is the program's
    }
    if (less < last.bytes()) {
      pieces.addLast(new Piece(last.start, last.end - less));
    }
    held -= less;
  }
}
