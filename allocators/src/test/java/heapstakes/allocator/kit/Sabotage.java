package heapstakes.allocator.kit;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * A heap whose threads have a fault that was planted.
 *
 * @param heap a sound one
 * @param fault puts a faulty thread before a sound one
 */
public record Sabotage(Allocator heap, UnaryOperator<ThreadAllocator> fault) implements Allocator {
  @Override
  public ThreadAllocator attach() {
    return fault.apply(heap.attach());
  }

  @Override
  public Memory memory() {
    return heap.memory();
  }

  @Override
  public SequencedMap<String, Long> counters() {
    return heap.counters();
  }

  @Override
  public Region regionOf(long address) {
    return heap.regionOf(address);
  }

  @Override
  public void audit() {
    heap.audit();
  }

  /** A thread that does what another does; faults override one method. */
  public static class Thread implements ThreadAllocator {
    private final ThreadAllocator sound;

    /** Before {@code sound}. */
    public Thread(ThreadAllocator sound) {
      this.sound = sound;
    }

    @Override
    public long malloc(long size) {
      return sound.malloc(size);
    }

    @Override
    public long calloc(long count, long size) {
      return sound.calloc(count, size);
    }

    @Override
    public long realloc(long address, long size) {
      return sound.realloc(address, size);
    }

    @Override
    public long memalign(long alignment, long size) {
      return sound.memalign(alignment, size);
    }

    @Override
    public void free(long address) {
      sound.free(address);
    }

    @Override
    public long usableSize(long address) {
      return sound.usableSize(address);
    }

    @Override
    public void trim(long pad) {
      sound.trim(pad);
    }

    @Override
    public void exit() {
      sound.exit();
    }
  }
}
