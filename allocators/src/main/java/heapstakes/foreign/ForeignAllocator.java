package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Addresses;
import heapstakes.memory.Memory;
import java.util.SequencedMap;

/**
 * A real library as an allocator. Opening it again gives the same heap; closing it changes nothing.
 */
final class ForeignAllocator implements Allocator {
  private final ThreadAllocator thread;
  private final LibraryControls controls;
  private final Memory memory = Memory.real(0);

  ForeignAllocator(ThreadAllocator thread, LibraryControls controls) {
    this.thread = thread;
    this.controls = controls;
  }

  /** One handle serves all: what the library keeps per thread hangs on the calling OS thread. */
  @Override
  public ThreadAllocator attach() {
    return thread;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public SequencedMap<String, Long> counters() {
    return controls.counters();
  }

  @Override
  public long metadataBytes() {
    return controls.metadataBytes();
  }

  /** The place in its page: where the library's heap begins is not known from outside. */
  @Override
  public Region regionOf(long address) {
    return new Region("mmap", address & (Addresses.PAGE_BYTES - 1));
  }
}
