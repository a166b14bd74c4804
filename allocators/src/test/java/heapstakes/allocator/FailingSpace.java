package heapstakes.allocator;

import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.ForwardingAddressSpace;
import java.util.function.BooleanSupplier;

/** A process whose kernel refuses what it is told to refuse, with ENOMEM. */
public final class FailingSpace extends ForwardingAddressSpace {
  private static final BooleanSupplier NEVER = () -> false;

  /** Whether sbrk is refused. */
  public BooleanSupplier sbrkFails = NEVER;

  /** Whether mmap is refused. */
  public BooleanSupplier mmapFails = NEVER;

  /** Whether madvise is refused. */
  public BooleanSupplier madviseFails = NEVER;

  public FailingSpace(AddressSpace space) {
    super(space);
  }

  @Override
  public long sbrk(long increment) {
    return sbrkFails.getAsBoolean() ? -Errno.ENOMEM : super.sbrk(increment);
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return mmapFails.getAsBoolean() ? -Errno.ENOMEM : super.mmap(hint, length, protection, flags);
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    return madviseFails.getAsBoolean() ? -Errno.ENOMEM : super.madvise(address, length, advice);
  }
}
