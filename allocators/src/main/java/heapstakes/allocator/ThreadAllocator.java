package heapstakes.allocator;

/**
 * An allocator as one thread sees it: the handle that carries what the C library keeps in
 * thread-local storage. Passed explicitly; used by one thread at a time.
 *
 * <p>Addresses are those of the allocator's {@link Allocator#memory memory}; 0 is NULL. Sizes are
 * bytes, taken as unsigned 64-bit like {@code size_t}. Out of memory is the result 0, never an
 * exception.
 */
public interface ThreadAllocator {
  /** malloc(3). */
  long malloc(long size);

  /** calloc(3): zeroed; 0 when the product overflows. */
  long calloc(long count, long size);

  /** realloc(3): a new block for address 0; for size 0 what the modelled library does. */
  long realloc(long address, long size);

  /**
   * memalign(3).
   *
   * @param alignment a power of two
   */
  long memalign(long alignment, long size);

  /**
   * free(3); nothing for 0.
   *
   * @throws HeapCorruptedException where the modelled library aborts, with its message
   */
  void free(long address);

  /** Bytes usable at a live block's {@code address}: malloc_usable_size(3). */
  long usableSize(long address);

  /** Gives memory back now: malloc_trim(pad), a purge of all arenas, or ReleaseFreeMemory. */
  void trim(long pad);

  /** The thread ends; the handle must not be used again. */
  void exit();
}
