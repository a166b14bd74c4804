package heapstakes.os;

import heapstakes.memory.Memory;

/** Sends every call on to another address space, for those that watch or refuse some of them. */
public abstract class ForwardingAddressSpace implements AddressSpace {
  private final AddressSpace space;

  /**
   * A space that behaves as another.
   *
   * @param space takes the calls; closed with this one
   */
  protected ForwardingAddressSpace(AddressSpace space) {
    this.space = space;
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
  public long sbrk(long increment) {
    return space.sbrk(increment);
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return space.mmap(hint, length, protection, flags);
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
  public long madvise(long address, long length, Advice advice) {
    return space.madvise(address, length, advice);
  }

  @Override
  public boolean maps() {
    return space.maps();
  }

  @Override
  public CommitCalls commitCalls() {
    return maps() ? AddressSpace.super.commitCalls() : space.commitCalls();
  }

  @Override
  public boolean visitPages(PageVisitor visitor) {
    return space.visitPages(visitor);
  }

  @Override
  public HugePageMode hugePageMode() {
    return space.hugePageMode();
  }

  /** Never: a child would escape whoever watches. */
  @Override
  public boolean canFork() {
    return false;
  }

  @Override
  public AddressSpace fork() {
    throw new UnsupportedOperationException("a process is watched alone");
  }

  @Override
  public void close() {
    space.close();
  }
}
