package heapstakes.os.linux;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.os.linux.ProcessLayout.TASK_SIZE;

import heapstakes.os.Errno;

/**
 * Where a mapping goes when the program leaves it to the kernel (linux-vm.md §3): at the top of the
 * highest gap below the mmap base, else at the bottom of the lowest gap above a third of user
 * space.
 */
final class Placement {
  private static final long HUGE_BYTES = 2L << 20; // PMD_SIZE (linux-vm.md §1)

  private final VmaSet vmas;
  private final long mmapBase;
  private final boolean alignsHuge;

  /**
   * @param alignsHuge whether lengths of whole 2 MiB are aligned to 2 MiB (since Linux 6.13)
   */
  Placement(VmaSet vmas, long mmapBase, boolean alignsHuge) {
    this.vmas = vmas;
    this.mmapBase = mmapBase;
    this.alignsHuge = alignsHuge;
  }

  /** Address for {@code length} bytes (whole pages), or -ENOMEM. */
  long choose(long hint, long length) {
    if (length > TASK_SIZE) {
      return -Errno.ENOMEM;
    }
    if (hint == 0 && alignsHuge && length % HUGE_BYTES == 0) {
      long aligned = alignedTo2MiB(length);
      if (!Errno.isError(aligned)) {
        return aligned;
      }
    }
    return hint != 0 && isUsable(hint, length) ? hint & -PAGE_BYTES : search(length);
  }

  private boolean isUsable(long hint, long length) {
    long address = hint & -PAGE_BYTES;
    return address >= ProcessLayout.MIN_ADDRESS
        && address <= TASK_SIZE - length
        && address + length <= vmas.find(address).guardedStart();
  }

  private long alignedTo2MiB(long length) {
    long found = length > TASK_SIZE - HUGE_BYTES ? -Errno.ENOMEM : search(length + HUGE_BYTES);
    if (Errno.isError(found)) {
      return found;
    }
    long toAligned = -found & (HUGE_BYTES - 1);
    return found + (toAligned == 0 ? HUGE_BYTES : toAligned);
  }

  private long search(long length) {
    long found = vmas.highestGap(length, ProcessLayout.MIN_ADDRESS, mmapBase);
    if (found == VmaTree.NONE) {
      found = vmas.lowestGap(length, ProcessLayout.BOTTOM_UP_BASE, TASK_SIZE);
    }
    return found == VmaTree.NONE ? -Errno.ENOMEM : found;
  }
}
