package heapstakes.replay;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** An allocator that aborts at the third free, as a library does that finds its heap damaged. */
public final class BrokenProvider implements AllocatorProvider {
  private final RuntimeException failure;

  private BrokenProvider(RuntimeException failure) {
    this.failure = failure;
  }

  public static Contestant contestant() {
    return failing(new HeapCorruptedException("free(): invalid pointer"));
  }

  /** One that ends otherwise than a library does. */
  public static Contestant failing(RuntimeException failure) {
    return new Contestant(new BrokenProvider(failure), Settings.defaults("broken", List.of()));
  }

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("0", "aborts at the third free");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY);
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new Broken(space, failure);
  }

  private static final class Broken implements Allocator, ThreadAllocator {
    private final AddressSpace space;
    private final RuntimeException failure;
    private int frees;

    Broken(AddressSpace space, RuntimeException failure) {
      this.space = space;
      this.failure = failure;
    }

    @Override
    public ThreadAllocator attach() {
      return this;
    }

    @Override
    public Memory memory() {
      return space.memory();
    }

    @Override
    public SequencedMap<String, Long> counters() {
      return new LinkedHashMap<>();
    }

    @Override
    public Region regionOf(long address) {
      return Region.of(space, address);
    }

    @Override
    public long malloc(long size) {
      return space.mmap(0, size, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    }

    @Override
    public long calloc(long count, long size) {
      return malloc(count * size);
    }

    @Override
    public long realloc(long address, long size) {
      return malloc(size);
    }

    @Override
    public long memalign(long alignment, long size) {
      return malloc(size);
    }

    @Override
    public void free(long address) {
      if (++frees == 3) {
        throw failure;
      }
    }

    @Override
    public long usableSize(long address) {
      return 4096;
    }

    @Override
    public void trim(long pad) {}

    @Override
    public void exit() {}
  }
}
