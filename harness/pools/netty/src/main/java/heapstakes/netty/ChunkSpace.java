package heapstakes.netty;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.CallKind;
import heapstakes.os.Errno;
import heapstakes.os.ReturnKind;
import heapstakes.os.VirtualClock;
import heapstakes.os.VmStatistics;
import java.util.Map;

/**
 * A pool's chunks as an address space. It takes no calls: chunks come from the JVM. What the kernel
 * did for the JVM is not told apart, so system calls and faults are not measured.
 */
final class ChunkSpace implements AddressSpace, VmStatistics {
  private static final long NO_CALL = -Errno.ENOSYS;

  private final Memory memory = Memory.real(0);
  private final VirtualClock clock = new VirtualClock();
  private final ChunkBook book = new ChunkBook();

  ChunkBook book() {
    return book;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public VirtualClock clock() {
    return clock;
  }

  @Override
  public VmStatistics statistics() {
    return this;
  }

  @Override
  public long initialBreak() {
    return 0;
  }

  @Override
  public long programBreak() {
    return 0;
  }

  @Override
  public long sbrk(long increment) {
    return NO_CALL;
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return NO_CALL;
  }

  @Override
  public long munmap(long address, long length) {
    return NO_CALL;
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    return NO_CALL;
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return NO_CALL;
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    return NO_CALL;
  }

  @Override
  public boolean maps() {
    return false;
  }

  @Override
  public boolean canFork() {
    return false;
  }

  @Override
  public AddressSpace fork() {
    throw new UnsupportedOperationException("a JVM cannot be forked");
  }

  @Override
  public void close() {
    // the JVM ends with its replay
  }

  @Override
  public long mappedBytes() {
    return book.mappedBytes();
  }

  @Override
  public long peakMappedBytes() {
    return book.peakMappedBytes();
  }

  @Override
  public long residentBytes() {
    return book.residentBytes();
  }

  @Override
  public long peakResidentBytes() {
    return book.peakResidentBytes();
  }

  @Override
  public long lazyFreeBytes() {
    return -1;
  }

  @Override
  public long swappedBytes() {
    return -1;
  }

  @Override
  public Map<? extends ReturnKind, Long> returnedBytes() {
    return Map.of(ReleasedChunk.CHUNK, book.returnedBytes());
  }

  @Override
  public long minorFaults() {
    return -1;
  }

  @Override
  public long majorFaults() {
    return -1;
  }

  @Override
  public Map<? extends CallKind, Long> calls() {
    return Map.of();
  }

  @Override
  public long modelledNanos() {
    return -1;
  }
}
