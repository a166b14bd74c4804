package heapstakes.replay;

import heapstakes.allocator.ThreadAllocator;

/** How a replay sees its threads' handles: as they are, or through a meter. */
@FunctionalInterface
public interface ThreadView {
  /** The handles themselves. */
  ThreadView PLAIN = thread -> thread;

  /** What stands for {@code thread} from now on, until another thread's turn comes. */
  ThreadAllocator over(ThreadAllocator thread);
}
