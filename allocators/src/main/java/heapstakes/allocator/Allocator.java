package heapstakes.allocator;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.SequencedMap;

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

  /** Where {@code address}, which is not 0, lies in terms that do not depend on the machine. */
  Region regionOf(long address);

  /**
   * Walks the whole heap and checks what must hold.
   *
   * @throws HeapCorruptedException naming the first thing that does not
   */
  default void audit() {}

  /**
   * The same heap in a forked child.
   *
   * @param child the child's memory, made by {@link AddressSpace#fork}
   * @throws UnsupportedOperationException without {@link Capability#FORKS}
   */
  default Allocator fork(AddressSpace child) {
    throw new UnsupportedOperationException("this allocator cannot be forked");
  }

  /** Forgets the heap; its address space is closed by whoever opened that. */
  @Override
  default void close() {}
}
