package heapstakes.allocator;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.VirtualClock;
import heapstakes.os.VmStatistics;
import java.util.function.BooleanSupplier;

/** A process whose kernel refuses what it is told to refuse, with ENOMEM. */
public final class FailingSpace implements AddressSpace {
  private static final BooleanSupplier NEVER = () -> false;

  private final AddressSpace space;

  /** Whether sbrk is refused. */
  public BooleanSupplier sbrkFails = NEVER;

  /** Whether mmap is refused. */
  public BooleanSupplier mmapFails = NEVER;

  /** Whether madvise is refused. */
  public BooleanSupplier madviseFails = NEVER;

  public FailingSpace(AddressSpace space) {
    this.space = space;
  }

  @Override
  public long sbrk(long increment) {
    return sbrkFails.getAsBoolean() ? -Errno.ENOMEM : space.sbrk(increment);
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return mmapFails.getAsBoolean() ? -Errno.ENOMEM : space.mmap(hint, length, protection, flags);
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    return madviseFails.getAsBoolean() ? -Errno.ENOMEM : space.madvise(address, length, advice);
  }

  @Override
  public Memory memory() {
    return space.memory();
  }

  @Override
  public VirtualClock clock() {
    return space.clock();
  }

  @Override
  public VmStatistics statistics() {
    return space.statistics();
  }

  @Override
  public long initialBreak() {
    return space.initialBreak();
  }

  @Override
  public long programBreak() {
    return space.programBreak();
  }

  @Override
  public long munmap(long address, long length) {
    return space.munmap(address, length);
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    return space.mprotect(address, length, protection);
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return space.mremap(address, length, newLength, flags, newAddress);
  }

  @Override
  public boolean canFork() {
    return space.canFork();
  }

  @Override
  public AddressSpace fork() {
    return space.fork();
  }

  @Override
  public void close() {
    space.close();
  }
}
