package heapstakes.model.ptmalloc2;

import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.ForwardingAddressSpace;
import heapstakes.os.Syscall;
import java.util.EnumSet;
import java.util.Set;

/** An address space whose n-th system call of some kinds fails with ENOMEM. */
final class RefusingAddressSpace extends ForwardingAddressSpace {
  private final Set<Syscall> kinds;
  private final long refused;
  private final boolean allFromThere;
  private long calls;

  private RefusingAddressSpace(
      AddressSpace space, Set<Syscall> kinds, long refused, boolean allFromThere) {
    super(space);
    this.kinds = kinds;
    this.refused = refused;
    this.allFromThere = allFromThere;
  }

  /** Call number {@code refused} of {@code kinds}, from 1, fails. */
  static RefusingAddressSpace refusing(AddressSpace space, Set<Syscall> kinds, long refused) {
    return new RefusingAddressSpace(space, EnumSet.copyOf(kinds), refused, false);
  }

  /** As {@link #refusing}, and every later one too. */
  static RefusingAddressSpace refusingFrom(AddressSpace space, Set<Syscall> kinds, long refused) {
    return new RefusingAddressSpace(space, EnumSet.copyOf(kinds), refused, true);
  }

  /** How many calls of the kinds there were. */
  long calls() {
    return calls;
  }

  private boolean refuses(Syscall kind) {
    if (!kinds.contains(kind)) {
      return false;
    }
    calls++;
    return calls == refused || (allFromThere && calls > refused);
  }

  @Override
  public long sbrk(long increment) {
    return refuses(Syscall.SBRK) ? -Errno.ENOMEM : super.sbrk(increment);
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return refuses(Syscall.MMAP) ? -Errno.ENOMEM : super.mmap(hint, length, protection, flags);
  }

  @Override
  public long munmap(long address, long length) {
    return refuses(Syscall.MUNMAP) ? -Errno.ENOMEM : super.munmap(address, length);
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    return refuses(Syscall.MPROTECT) ? -Errno.ENOMEM : super.mprotect(address, length, protection);
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return refuses(Syscall.MREMAP)
        ? -Errno.ENOMEM
        : super.mremap(address, length, newLength, flags, newAddress);
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    return refuses(Syscall.MADVISE) ? -Errno.ENOMEM : super.madvise(address, length, advice);
  }
}
