package heapstakes.allocator;

import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.ForwardingAddressSpace;
import heapstakes.os.Syscall;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A process whose kernel refuses what it is told to refuse, with ENOMEM. */
public final class FailingSpace extends ForwardingAddressSpace {
  private static final BooleanSupplier NEVER = () -> false;

  /** Whether a call is refused; asked for each of them. */
  public Predicate<Syscall> refuses = call -> false;

  /** Whether sbrk is refused. */
  public BooleanSupplier sbrkFails = NEVER;

  /** Whether mmap is refused. */
  public BooleanSupplier mmapFails = NEVER;

  /** Whether madvise is refused. */
  public BooleanSupplier madviseFails = NEVER;

  private long calls;

  public FailingSpace(AddressSpace space) {
    super(space);
  }

  /**
   * Refuses the calls of {@code kinds} from number {@code first} to number {@code last}, from 1.
   */
  public FailingSpace refusing(Set<Syscall> kinds, long first, long last) {
    refuses = call -> kinds.contains(call) && ++calls >= first && calls <= last;
    return this;
  }

  /** How many calls of the kinds given to {@link #refusing} there were. */
  public long calls() {
    return calls;
  }

  @Override
  public long sbrk(long increment) {
    return sbrkFails.getAsBoolean() || refuses.test(Syscall.SBRK)
        ? -Errno.ENOMEM
        : super.sbrk(increment);
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return mmapFails.getAsBoolean() || refuses.test(Syscall.MMAP)
        ? -Errno.ENOMEM
        : super.mmap(hint, length, protection, flags);
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    return madviseFails.getAsBoolean() || refuses.test(Syscall.MADVISE)
        ? -Errno.ENOMEM
        : super.madvise(address, length, advice);
  }

  @Override
  public long munmap(long address, long length) {
    return refuses.test(Syscall.MUNMAP) ? -Errno.ENOMEM : super.munmap(address, length);
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    return refuses.test(Syscall.MPROTECT)
        ? -Errno.ENOMEM
        : super.mprotect(address, length, protection);
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return refuses.test(Syscall.MREMAP)
        ? -Errno.ENOMEM
        : super.mremap(address, length, newLength, flags, newAddress);
  }
}
