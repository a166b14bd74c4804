package heapstakes.allocator;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** One heap: an allocator opened in one process. */
public interface Allocator extends AutoCloseable {
  /**
   * A thread starts. The first call is the process's initial thread.
   *
   * @return that thread's handle
   */
  ThreadAllocator attach();

  /** Where the blocks are: the harness touches them through it. */
  Memory memory();

  /**
   * The allocator's own counters under the library's own names, e.g. {@code uordblks} or {@code
   * stats.allocated}, in the library's order and unit. Empty where it has none.
   */
  SequencedMap<String, Long> counters();

  /** Bytes of memory that hold only bookkeeping and no block, or -1 where that is not known. */
  default long metadataBytes() {
    return -1;
  }

  /** Its arenas, exact while no thread allocates; empty where it has no word for them. */
  default Optional<ArenaUse> arenaUse() {
    return Optional.empty();
  }

  /** Where {@code address}, which is not 0, lies in terms that do not depend on the machine. */
  Region regionOf(long address);

  /**
   * Walks the whole heap and checks what must hold.
   *
   * @throws HeapCorruptedException naming the first thing that does not
   */
  default void audit() {}

  /**
   * Walks the whole heap, at rest, and tells what it is made of, in any order. Parts do not overlap
   * but for {@link Holding.Kind#CACHED} ones in a {@link Holding.Kind#RUN}; what is in none is a
   * block with a mapping of its own, or the allocator's records. Changes nothing. An allocator that
   * tells nothing has no walk.
   */
  default void walk(Consumer<? super Holding> visitor) {}

  /**
   * What the library does in the parent before the kernel copies the process: it may allocate. By
   * default nothing.
   *
   * @param forking the thread that forks
   */
  default void beforeFork(ThreadAllocator forking) {}

  /**
   * The same heap in a forked child.
   *
   * @param child the child's memory, made by {@link AddressSpace#fork}
   * @param forking the thread that forks: the child has no other, and its first {@link #attach} is
   *     that one's copy
   * @throws UnsupportedOperationException without {@link Capability#FORKS}
   */
  default Allocator fork(AddressSpace child, ThreadAllocator forking) {
    throw new UnsupportedOperationException("this allocator cannot be forked");
  }

  /** Forgets the heap; its address space is closed by whoever opened that. */
  @Override
  default void close() {}
}
