package heapstakes.os.linux;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.os.linux.ProcessLayout.TASK_SIZE;

import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.os.ReturnedBy;

/**
 * The range rules of brk, mmap, munmap and mprotect (linux-vm.md §3–§5): which calls succeed, with
 * which errno they fail, and where mappings go. Simulated and real memory share it, so that
 * addresses agree by construction; the pages themselves are the business of {@link PageWork}.
 */
public final class VirtualMemory {
  private static final int SHARING = 0x03; // MAP_SHARED | MAP_PRIVATE of linux/mman.h

  private final VmaSet vmas;
  private final Placement placement;
  private final ProcessLayout layout;
  private final KernelProfile kernel;
  private final VmLimits limits;
  private final PageWork pages;
  private final Remap remap;
  private long programBreak;

  /** The memory of a fresh process. */
  public VirtualMemory(
      ProcessLayout layout, KernelProfile kernel, VmLimits limits, PageWork pages) {
    this.layout = layout;
    this.kernel = kernel;
    this.limits = limits;
    this.pages = pages;
    this.vmas = new VmaSet(TASK_SIZE, limits.maxMapCount());
    this.placement = new Placement(vmas, layout.mmapBase(), kernel.alignsHugeMappings());
    this.remap = new Remap(this, vmas, placement, pages);
    this.programBreak = layout.startBreak();
  }

  /** Its mappings. */
  public VmaSet vmas() {
    return vmas;
  }

  /** Where the break stood at the start. */
  public long initialBreak() {
    return layout.startBreak();
  }

  /** Where the break stands. */
  public long programBreak() {
    return programBreak;
  }

  /** The break of a copied process. */
  public void inheritBreak(long address) {
    programBreak = address;
  }

  /** Bytes mapped since the process started. */
  public long mappedBytes() {
    return (vmas.totalPages() - vmas.imagePages()) << 12;
  }

  /** sbrk(3): the old break, or -ENOMEM. */
  public long sbrk(long increment) {
    long old = programBreak;
    long wanted = old + increment;
    boolean overflows = increment > 0 ? wanted < old : wanted > old;
    return overflows || brk(wanted) != wanted ? -Errno.ENOMEM : old;
  }

  /** brk(2): the new break, or the unchanged one. */
  public long brk(long wanted) {
    if (wanted < layout.startBreak() || wanted > TASK_SIZE) {
      return programBreak;
    }
    long oldEnd = pageAlignUp(programBreak);
    long newEnd = pageAlignUp(wanted);
    boolean moves =
        newEnd == oldEnd || (newEnd < oldEnd ? lower(newEnd, oldEnd) : raise(oldEnd, newEnd));
    if (moves) {
      programBreak = wanted;
    }
    return programBreak;
  }

  private boolean lower(long newEnd, long oldEnd) {
    boolean nothingThere = vmas.isFree(newEnd, oldEnd);
    return !nothingThere && unmapRange(newEnd, oldEnd, ReturnedBy.BRK) == 0;
  }

  private boolean raise(long oldEnd, long newEnd) {
    Vma next = vmas.find(oldEnd);
    boolean keepsGuardPage = vmas.isEnd(next) || newEnd + PAGE_BYTES <= next.guardedStart();
    long more = (newEnd - oldEnd) >>> 12;
    return keepsGuardPage
        && newEnd <= TASK_SIZE
        && !vmas.isFull()
        && mayExpand(more)
        && mayWrite(more)
        && pages.mayCommit(more)
        && pages.map(oldEnd, newEnd, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS)
        && mapRange(oldEnd, newEnd, Protection.READ_WRITE, Vma.ACCOUNT);
  }

  /** mmap(2). */
  public long mmap(long hint, long length, int protection, int flags) {
    if (length == 0) {
      return -Errno.EINVAL;
    }
    long bytes = pageAlignUp(length);
    if (length < 0 || bytes <= 0 || bytes > TASK_SIZE || vmas.isFull()) {
      return -Errno.ENOMEM;
    }
    long start = address(hint, bytes, flags);
    if (Errno.isError(start)) {
      return start;
    }
    if ((flags & SHARING) != MapFlags.PRIVATE || (flags & MapFlags.ANONYMOUS) == 0) {
      return -Errno.EINVAL; // only private anonymous memory is modelled
    }
    return replace(start, start + bytes, protection, flags);
  }

  private long address(long hint, long bytes, int flags) {
    if ((flags & (MapFlags.FIXED | MapFlags.FIXED_NOREPLACE)) == 0) {
      return placement.choose(hint, bytes);
    }
    if (hint < 0 || hint > TASK_SIZE - bytes) {
      return -Errno.ENOMEM;
    }
    if (hint % PAGE_BYTES != 0) {
      return -Errno.EINVAL;
    }
    if (hint < ProcessLayout.MIN_ADDRESS) {
      return -Errno.EPERM;
    }
    boolean keeps = (flags & MapFlags.FIXED_NOREPLACE) != 0;
    return keeps && !vmas.isFree(hint, hint + bytes) ? -Errno.EEXIST : hint;
  }

  private long replace(long start, long end, int protection, int flags) {
    int vmaFlags = vmaFlags(protection, flags);
    long more = (end - start) >>> 12;
    long charge = (vmaFlags & Vma.ACCOUNT) == 0 ? 0 : more;
    boolean occupied = !vmas.isFree(start, end);
    if (occupied) {
      if (vmas.cannotCut(start, end)) {
        return -Errno.ENOMEM;
      }
      more -= vmas.pagesIn(start, end, 0);
      charge -= vmas.pagesIn(start, end, Vma.ACCOUNT);
    }
    boolean exceeds = !mayExpand(more) || (Protection.isWritable(protection) && !mayWrite(more));
    if (exceeds || (charge > 0 && !pages.mayCommit(charge))) {
      return -Errno.ENOMEM;
    }
    if (occupied) {
      unmapRange(start, end, ReturnedBy.MUNMAP);
    }
    boolean mapped =
        pages.map(start, end, protection, flags) && mapRange(start, end, protection, vmaFlags);
    return mapped ? start : -Errno.ENOMEM;
  }

  private int vmaFlags(int protection, int flags) {
    if ((flags & MapFlags.NORESERVE) != 0 && !limits.strictCommit()) {
      return Vma.NORESERVE;
    }
    return Protection.isWritable(protection) ? Vma.ACCOUNT : 0;
  }

  /** Enters a mapping whose pages are ready. */
  boolean mapRange(long start, long end, int protection, int vmaFlags) {
    vmas.add(start, end, protection, vmaFlags, 0);
    if ((vmaFlags & Vma.ACCOUNT) != 0) {
      pages.commit((end - start) >>> 12);
    }
    return true;
  }

  /** Whether RLIMIT_AS allows that many pages more. */
  boolean mayExpand(long morePages) {
    return morePages <= 0 || vmas.totalPages() + morePages <= limits.addressSpacePages();
  }

  /**
   * Whether RLIMIT_DATA allows that many writable pages more. They are counted only where they may
   * be too many.
   */
  boolean mayWrite(long morePages) {
    return morePages <= 0
        || vmas.totalPages() + morePages <= limits.dataPages()
        || vmas.writablePages() + morePages <= limits.dataPages();
  }

  /** munmap(2). */
  public long munmap(long address, long length) {
    long bytes = pageAlignUp(length);
    if (address % PAGE_BYTES != 0 || address < 0 || length <= 0 || bytes <= 0) {
      return -Errno.EINVAL;
    }
    if (address > TASK_SIZE || bytes > TASK_SIZE - address) {
      return -Errno.EINVAL;
    }
    return unmapRange(address, address + bytes, ReturnedBy.MUNMAP);
  }

  /** Unmaps what is mapped in the range; -ENOMEM when that needs a forbidden split. */
  long unmapRange(long start, long end, ReturnedBy way) {
    if (vmas.cannotCut(start, end)) {
      return -Errno.ENOMEM;
    }
    if (!vmas.isFree(start, end)) {
      long charged = vmas.pagesIn(start, end, Vma.ACCOUNT);
      pages.unmap(start, end, way);
      vmas.cut(start, end);
      pages.commit(-charged);
    }
    return 0;
  }

  /** mprotect(2); at a hole or a limit, what came before stays changed. */
  public long mprotect(long address, long length, int protection) {
    if (address % PAGE_BYTES != 0 || (protection & ~7) != 0) {
      return -Errno.EINVAL;
    }
    if (length == 0) {
      return 0;
    }
    long end = address + pageAlignUp(length);
    if (length < 0 || address < 0 || end <= address) {
      return -Errno.ENOMEM;
    }
    Vma vma = vmas.find(address);
    for (long at = address; at < end; ) {
      if (vma.start > at || vmas.isEnd(vma)) {
        return -Errno.ENOMEM;
      }
      long to = Math.min(end, vma.end);
      if (!protectPart(vma, at, to, protection)) {
        return -Errno.ENOMEM;
      }
      at = to;
      vma = vmas.find(at);
    }
    return 0;
  }

  private boolean protectPart(Vma vma, long start, long end, int protection) {
    if (vma.protection == protection) {
      return true;
    }
    long count = (end - start) >>> 12;
    int flags = flagsFor(vma, protection);
    boolean charges = (flags & ~vma.flags & Vma.ACCOUNT) != 0;
    boolean uncharges = (vma.flags & ~flags & Vma.ACCOUNT) != 0;
    boolean becomesWritable = Protection.isWritable(protection) && !vma.writable();
    if ((becomesWritable && !mayWrite(count)) || (charges && !pages.mayCommit(count))) {
      return false;
    }
    if (vmas.modify(vma, start, end, protection, flags) == null) {
      return false;
    }
    if (charges || uncharges) {
      pages.commit(charges ? count : -count);
    }
    pages.protect(start, end, protection);
    return true;
  }

  private int flagsFor(Vma vma, int protection) {
    if (Protection.isWritable(protection)) {
      return vma.has(Vma.NORESERVE | Vma.IMAGE) ? vma.flags : vma.flags | Vma.ACCOUNT;
    }
    return vma.anonId == 0 && kernel.uncommitsUntouched() ? vma.flags & ~Vma.ACCOUNT : vma.flags;
  }

  /** mremap(2). */
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return remap.mremap(address, length, newLength, flags, newAddress);
  }
}
