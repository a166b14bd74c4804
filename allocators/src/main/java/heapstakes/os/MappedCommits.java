package heapstakes.os;

/** Reserve and commit where the kernel maps: as Wine does it, mappings without access. */
record MappedCommits(AddressSpace space) implements CommitCalls {
  private static final int RESERVED = MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE;

  @Override
  public long reserve(long bytes) {
    return space.mmap(0, bytes, Protection.NONE, RESERVED);
  }

  @Override
  public long commit(long address, long bytes) {
    return space.mprotect(address, bytes, Protection.READ_WRITE);
  }

  @Override
  public long decommit(long address, long bytes) {
    long start = space.mmap(address, bytes, Protection.NONE, RESERVED | MapFlags.FIXED);
    return start == address ? 0 : start;
  }

  @Override
  public long release(long address, long bytes) {
    return space.munmap(address, bytes);
  }
}
