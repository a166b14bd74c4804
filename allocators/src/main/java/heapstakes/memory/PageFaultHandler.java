package heapstakes.memory;

/**
 * What the page table does when a {@link Memory} may not go on by itself: the slow half of the
 * software MMU, implemented by a simulated kernel.
 */
public interface PageFaultHandler {
  /**
   * Makes the page that holds {@code address} accessible, as the kernel would on a page fault, and
   * says where its bytes are.
   *
   * @param address simulated address
   * @param write whether the access is a store
   * @return host address of the byte at {@code address}; valid to the end of its page, until the
   *     next system call or fault
   * @throws SegmentationFault when nothing is mapped there or the access is not permitted
   * @throws OutOfMemoryKill when no frame can be had: the process is gone
   */
  long translate(long address, boolean write);

  /**
   * The same for a store whose byte nobody will look at.
   *
   * @param address simulated address
   */
  default void touch(long address) {
    translate(address, true);
  }

  /**
   * Stores {@code value} to bytes of one page: memset.
   *
   * @param address simulated address
   * @param length bytes, which end with the page at the latest
   */
  default void fill(long address, long length, byte value) {
    Memory.hostFill(translate(address, true), length, value);
  }

  /**
   * Copies bytes of one page to one page, which may be the same: memcpy. The store comes first.
   *
   * @param from simulated address
   * @param to simulated address
   * @param length bytes, which end with either page at the latest
   */
  default void copy(long from, long to, long length) {
    long target = translate(to, true);
    Memory.hostCopy(translate(from, false), target, length);
  }
}
