package heapstakes.forecast;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.ForwardingAddressSpace;

/** A process whose accesses and system calls are counted. */
final class WatchedSpace extends ForwardingAddressSpace {
  private final WorkMeter meter;
  private final Memory memory;

  WatchedSpace(AddressSpace space, WorkMeter meter) {
    super(space);
    this.meter = meter;
    this.memory = space.memory().watchedBy(meter);
  }

  @Override
  public Memory memory() {
    return memory;
  }

  private long nanos() {
    return statistics().modelledNanos();
  }

  private long counted(long before, long result) {
    meter.systemCall(nanos() - before);
    return result;
  }

  @Override
  public long sbrk(long increment) {
    long before = nanos();
    return increment == 0 ? super.sbrk(0) : counted(before, super.sbrk(increment));
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    long before = nanos();
    return counted(before, super.mmap(hint, length, protection, flags));
  }

  @Override
  public long munmap(long address, long length) {
    long before = nanos();
    return counted(before, super.munmap(address, length));
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    long before = nanos();
    return counted(before, super.mprotect(address, length, protection));
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    long before = nanos();
    return counted(before, super.mremap(address, length, newLength, flags, newAddress));
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    long before = nanos();
    return counted(before, super.madvise(address, length, advice));
  }
}
