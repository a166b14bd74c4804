package heapstakes.replay;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The oracle of parallel replays: hands out numbers for addresses, never the same one twice, and
 * refuses to take back what is not out. There is no memory behind the numbers: nothing may be
 * touched.
 */
public final class CheckingProvider implements AllocatorProvider {
  private final AtomicLong next = new AtomicLong(16);
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger attached = new AtomicInteger();
  private final ConcurrentMap<Long, Long> live = new ConcurrentHashMap<>();
  private long failAt = -1;

  int liveBlocks() {
    return live.size();
  }

  int threads() {
    return attached.get();
  }

  void failAt(long call) {
    failAt = call;
  }

  @Override
  public String name() {
    return "checking";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("0", "checks that blocks come back once");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.PARALLEL, Capability.REUSES_MEMORY);
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new Checking(space);
  }

  private final class Checking implements Allocator {
    private final AddressSpace space;

    Checking(AddressSpace space) {
      this.space = space;
    }

    @Override
    public ThreadAllocator attach() {
      attached.incrementAndGet();
      return new Handle(Thread.currentThread());
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
      return new Region("mmap", 0);
    }
  }

  private final class Handle implements ThreadAllocator {
    private final Thread owner;

    Handle(Thread owner) {
      this.owner = owner;
    }

    @Override
    public long malloc(long size) {
      if (Thread.currentThread() != owner) {
        throw new HeapCorruptedException("used by another thread");
      }
      if (calls.incrementAndGet() == failAt) {
        throw new HeapCorruptedException("told to fail");
      }
      long address = next.getAndAdd(16);
      live.put(address, size);
      return address;
    }

    @Override
    public long calloc(long count, long size) {
      return malloc(count * size);
    }

    @Override
    public long realloc(long address, long size) {
      if (address != 0) {
        free(address);
      }
      return malloc(size);
    }

    @Override
    public long memalign(long alignment, long size) {
      return malloc(size);
    }

    @Override
    public void free(long address) {
      if (live.remove(address) == null) {
        throw new HeapCorruptedException(String.format(Locale.ROOT, "%d is not out", address));
      }
    }

    @Override
    public long usableSize(long address) {
      return live.getOrDefault(address, 0L);
    }

    @Override
    public void trim(long pad) {}

    @Override
    public void exit() {}
  }
}
