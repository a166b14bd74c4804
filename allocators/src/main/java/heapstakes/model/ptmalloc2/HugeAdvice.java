package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.HugePageMode;

/**
 * What {@code hugetlb=1} does, since glibc 2.35, where the kernel gives huge pages to those who ask
 * (docs/specs/ptmalloc2.md §14.2): new memory of at least a huge page is advised, and the break
 * moves from one border of huge pages to another. Elsewhere, and without the setting, nothing.
 */
final class HugeAdvice {
  /** Of a huge page of x86-64. */
  private static final long BYTES = 2L << 20;

  private final AddressSpace space;
  private final boolean given;

  HugeAdvice(AddressSpace space, Ptmalloc2Settings settings) {
    this.space = space;
    this.given = settings.advisesHugePages() && space.hugePageMode() == HugePageMode.MADVISE;
  }

  /** Asks for huge pages in new memory. */
  void ask(long start, long bytes) {
    if (given && Long.compareUnsigned(bytes, BYTES) >= 0) {
      long from = pageAlignDown(start);
      space.madvise(from, start + bytes - from, Advice.HUGEPAGE);
    }
  }

  /**
   * By how much the break moves that must move by at least {@code bytes}.
   *
   * @param from where the library takes the break to be, which is at a border of huge pages then
   */
  long growth(long from, long bytes) {
    return given ? alignUp(from + bytes, BYTES) - from : pageAlignUp(bytes);
  }

  /** Of what a trim may give back, the whole pages that it does. */
  long whole(long bytes) {
    return bytes & -(given ? BYTES : PAGE_BYTES);
  }
}
