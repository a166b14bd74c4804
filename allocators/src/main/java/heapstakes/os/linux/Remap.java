package heapstakes.os.linux;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.os.linux.ProcessLayout.TASK_SIZE;

import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.ReturnedBy;

/** The rules of mremap(2) for private anonymous memory (linux-vm.md §3, table). */
final class Remap {
  private static final int KNOWN_FLAGS =
      MapFlags.MREMAP_MAYMOVE | MapFlags.MREMAP_FIXED | MapFlags.MREMAP_DONTUNMAP;

  /** Moving may split both ends of both ranges: the kernel wants this many mappings spare (§3). */
  private static final int SPARE_TO_MOVE = 3;

  private final VirtualMemory memory;
  private final VmaSet vmas;
  private final Placement placement;
  private final PageWork pages;

  Remap(VirtualMemory memory, VmaSet vmas, Placement placement, PageWork pages) {
    this.memory = memory;
    this.vmas = vmas;
    this.placement = placement;
    this.pages = pages;
  }

  long mremap(long address, long length, long newLength, int flags, long newAddress) {
    long oldBytes = pageAlignUp(length);
    long newBytes = pageAlignUp(newLength);
    if (isInvalid(address, oldBytes, newBytes, flags, newAddress)) {
      return -Errno.EINVAL;
    }
    Vma vma = vmas.find(address);
    if (vma.start > address || vmas.isEnd(vma) || oldBytes > vma.end - address) {
      return -Errno.EFAULT;
    }
    if ((flags & (MapFlags.MREMAP_FIXED | MapFlags.MREMAP_DONTUNMAP)) != 0) {
      return moveTo(vma, address, oldBytes, newBytes, flags, newAddress);
    }
    if (newBytes <= oldBytes) {
      long cut =
          newBytes == oldBytes
              ? 0
              : memory.unmapRange(address + newBytes, address + oldBytes, ReturnedBy.MUNMAP);
      return cut == 0 ? address : cut;
    }
    return grow(vma, address, oldBytes, newBytes, flags);
  }

  private static boolean isInvalid(
      long address, long oldBytes, long newBytes, int flags, long newAddress) {
    boolean mayMove = (flags & MapFlags.MREMAP_MAYMOVE) != 0;
    boolean fixed = (flags & MapFlags.MREMAP_FIXED) != 0;
    boolean keepsOld = (flags & MapFlags.MREMAP_DONTUNMAP) != 0;
    return (flags & ~KNOWN_FLAGS) != 0
        || address < 0
        || address % PAGE_BYTES != 0
        || oldBytes <= 0
        || newBytes <= 0
        || newBytes > TASK_SIZE
        || ((fixed || keepsOld) && !mayMove)
        || (keepsOld && oldBytes != newBytes)
        || (fixed && isInvalidTarget(address, oldBytes, newBytes, newAddress));
  }

  private static boolean isInvalidTarget(long from, long oldBytes, long newBytes, long to) {
    return to < 0
        || to % PAGE_BYTES != 0
        || to > TASK_SIZE - newBytes
        || (from < to + newBytes && to < from + oldBytes);
  }

  private long grow(Vma vma, long address, long oldBytes, long newBytes, int flags) {
    long oldEnd = address + oldBytes;
    long newEnd = address + newBytes;
    boolean inPlace = vma.end == oldEnd && newEnd <= TASK_SIZE && vmas.isFree(oldEnd, newEnd);
    if (!inPlace) {
      return (flags & MapFlags.MREMAP_MAYMOVE) == 0
          ? -Errno.ENOMEM
          : moveTo(vma, address, oldBytes, newBytes, flags, 0);
    }
    if (!vmas.hasRoomFor(0) || !mayGrow(vma, newBytes - oldBytes)) {
      return -Errno.ENOMEM;
    }
    boolean mapped =
        pages.map(oldEnd, newEnd, vma.protection, MapFlags.PRIVATE_ANONYMOUS)
            && memory.mapRange(oldEnd, newEnd, vma.protection, vma.flags);
    return mapped ? address : -Errno.ENOMEM;
  }

  private boolean mayGrow(Vma vma, long bytes) {
    long more = bytes >>> 12;
    return memory.mayExpand(more)
        && (!vma.writable() || memory.mayWrite(more))
        && (!vma.has(Vma.ACCOUNT) || pages.mayCommit(more));
  }

  private long moveTo(
      Vma vma, long address, long oldBytes, long newBytes, int flags, long newAddress) {
    boolean keepsOld = (flags & MapFlags.MREMAP_DONTUNMAP) != 0;
    boolean fixed = (flags & MapFlags.MREMAP_FIXED) != 0;
    if (!vmas.hasRoomFor(fixed ? SPARE_TO_MOVE + 2 : SPARE_TO_MOVE)
        || !mayGrow(vma, keepsOld ? newBytes : newBytes - Math.min(oldBytes, newBytes))) {
      return -Errno.ENOMEM;
    }
    if (fixed) {
      memory.unmapRange(newAddress, newAddress + newBytes, ReturnedBy.MUNMAP);
    }
    if (newBytes < oldBytes) {
      memory.unmapRange(address + newBytes, address + oldBytes, ReturnedBy.MUNMAP);
    }
    long target = fixed ? newAddress : placement.choose(0, newBytes);
    if (Errno.isError(target)) {
      return target;
    }
    return move(
        vmas.find(address), address, Math.min(oldBytes, newBytes), target, newBytes, keepsOld);
  }

  private long move(Vma vma, long from, long oldBytes, long to, long newBytes, boolean keepsOld) {
    if (!pages.map(to, to + newBytes, vma.protection, MapFlags.PRIVATE_ANONYMOUS)) {
      return -Errno.ENOMEM;
    }
    int flags = vma.flags;
    vmas.add(to, to + newBytes, vma.protection, flags, vma.anonId);
    if ((flags & Vma.ACCOUNT) != 0) {
      pages.commit(newBytes >>> 12);
    }
    pages.move(from, to, oldBytes);
    if (keepsOld) {
      forgetPages(from, from + oldBytes);
      return to;
    }
    return memory.unmapRange(from, from + oldBytes, ReturnedBy.MUNMAP) == 0 ? to : -Errno.ENOMEM;
  }

  private void forgetPages(long start, long end) {
    Vma old = vmas.find(start);
    if (old.start == start && old.end == end) {
      old.anonId = 0;
    }
  }
}
