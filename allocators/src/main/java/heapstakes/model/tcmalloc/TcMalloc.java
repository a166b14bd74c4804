package heapstakes.model.tcmalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ArenaUse;
import heapstakes.allocator.Holding;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.model.tcmalloc.GperftoolsVersion.Change;
import heapstakes.os.AddressSpace;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** One heap, from the state in which a C++ program finds it at {@code main}. */
final class TcMalloc implements Allocator {
  /** What libstdc++ takes for exceptions before main (specification §11.1). */
  private static final long EMERGENCY_POOL_BYTES = 72_704;

  private static final long REGISTRATION_BYTES = 64; // of the first cache, thread_cache_ptr.cc

  final PageHeap heap;
  final ThreadCaches caches;
  private final AddressSpace space;
  private final GperftoolsVersion version;
  private final Memory memory;
  private final SizeMap sizes;
  private final CentralFreeLists central;
  private final TcMallocThread main;
  private boolean mainAttached;

  TcMalloc(AddressSpace space, GperftoolsVersion version, TcMallocSettings settings) {
    this.space = space;
    this.version = version;
    this.memory = space.memory();
    this.sizes = new SizeMap(settings.transferNumObjects());
    this.heap = new PageHeap(space, version, settings.aggressiveDecommit());
    this.central = new CentralFreeLists(heap, memory, sizes);
    this.caches = new ThreadCaches(heap, sizes.classes());
    this.main = newThread();
    if (settings.maxTotalThreadCacheBytes() != ThreadCaches.DEFAULT_BUDGET) {
      caches.setBudget(settings.maxTotalThreadCacheBytes());
    }
    if (version.has(Change.KEEPS_FIRST_CACHE)) {
      start();
    } else {
      startWithTwoCaches();
    }
    heap.setReleaseRate(settings.releaseRate());
    heap.setLimitMegabytes(settings.heapLimitMegabytes());
    heap.disableRelease(settings.disableMemoryRelease());
  }

  private TcMalloc(TcMalloc parent, AddressSpace child, TcMallocThread forking) {
    SpanCopies copies = new SpanCopies();
    space = child;
    version = parent.version;
    memory = child.memory();
    sizes = parent.sizes;
    heap = new PageHeap(child, parent.heap, copies);
    central = new CentralFreeLists(heap, memory, sizes, parent.central, copies);
    caches = new ThreadCaches(heap, parent.caches);
    TcMallocThread first = newThread();
    Map<ThreadCache, TcMallocThread> threads = new IdentityHashMap<>();
    for (ThreadCache c = parent.caches.first(); c != null; c = c.next) {
      TcMallocThread copy = c == forking ? first : newThread();
      copy.copyFrom(c);
      threads.put(c, copy);
    }
    caches.adopt(parent.caches, threads);
    main = first;
  }

  private TcMallocThread newThread() {
    return new TcMallocThread(version, heap, caches, sizes, central, memory);
  }

  /**
   * What happens before main (specification §11.1). Until thread-specific data works the library
   * uses a cache of which it loses track afterwards; it stays in the list, empty.
   */
  private void startWithTwoCaches() {
    TcMallocThread lost = newThread();
    takeEmergencyPool(lost);
    main.free(lost.malloc(1)); // no cache yet: straight to the central free list
    main.free(main.malloc(1));
    main.malloc(16);
    main.malloc(8);
  }

  /** The same where the first cache is kept (section Versions): until it is found, none is seen. */
  private void start() {
    main.open();
    heap.takeMetadata(REGISTRATION_BYTES);
    takeEmergencyPool(main);
    newThread().free(main.malloc(1));
    main.free(main.malloc(1));
  }

  private void takeEmergencyPool(TcMallocThread first) {
    long pool = first.malloc(EMERGENCY_POOL_BYTES);
    if (pool != 0) { // else the program goes on without
      memory.putLong(pool, 0);
    }
  }

  @Override
  public synchronized ThreadAllocator attach() {
    if (!mainAttached) {
      mainAttached = true;
      return main;
    }
    return newThread();
  }

  @Override
  public Memory memory() {
    return memory;
  }

  /** The numeric properties of MallocExtension, in its order; bytes and counts. */
  @Override
  public SequencedMap<String, Long> counters() {
    long threadBytes = caches.bytes();
    long centralBytes = central.freeBytes();
    long transferBytes = central.transferBytes();
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    heap.lock.lock();
    try {
      PageHeapStatistics statistics = heap.statistics;
      long slack = heap.normal.bytes() + heap.returned.bytes();
      long cached = threadBytes + centralBytes + transferBytes;
      counters.put("generic.current_allocated_bytes", statistics.heapBytes - cached - slack);
      counters.put("generic.heap_size", statistics.heapBytes);
      counters.put(
          "generic.total_physical_bytes",
          statistics.heapBytes + heap.metadata.requestedBytes() - heap.returned.bytes());
      counters.put("tcmalloc.slack_bytes", slack);
      counters.put("tcmalloc.central_cache_free_bytes", centralBytes);
      counters.put("tcmalloc.transfer_cache_free_bytes", transferBytes);
      counters.put("tcmalloc.thread_cache_free_bytes", threadBytes);
      counters.put("tcmalloc.pageheap_free_bytes", heap.normal.bytes());
      counters.put("tcmalloc.pageheap_unmapped_bytes", heap.returned.bytes());
      counters.put("tcmalloc.pageheap_committed_bytes", statistics.committedBytes);
      counters.put("tcmalloc.pageheap_scavenge_count", statistics.scavengeCount);
      counters.put("tcmalloc.pageheap_commit_count", statistics.commitCount);
      counters.put("tcmalloc.pageheap_total_commit_bytes", statistics.totalCommitBytes);
      counters.put("tcmalloc.pageheap_decommit_count", statistics.decommitCount);
      counters.put("tcmalloc.pageheap_total_decommit_bytes", statistics.totalDecommitBytes);
      counters.put("tcmalloc.pageheap_reserve_count", statistics.reserveCount);
      counters.put("tcmalloc.pageheap_total_reserve_bytes", statistics.totalReserveBytes);
      counters.put("tcmalloc.max_total_thread_cache_bytes", caches.budget());
      counters.put("tcmalloc.current_total_thread_cache_bytes", threadBytes);
      counters.put("tcmalloc.aggressive_memory_decommit", heap.isAggressive() ? 1L : 0L);
      counters.put("tcmalloc.heap_limit_mb", heap.limitMegabytes());
    } finally {
      heap.lock.unlock();
    }
    return counters;
  }

  /** The page heap, which all threads' caches share. */
  @Override
  public Optional<ArenaUse> arenaUse() {
    heap.lock.lock();
    try {
      return Optional.of(ArenaUse.of(heap.statistics.heapBytes));
    } finally {
      heap.lock.unlock();
    }
  }

  @Override
  public long metadataBytes() {
    return heap.metadata.requestedBytes();
  }

  @Override
  public Region regionOf(long address) {
    return Region.of(space, address);
  }

  /**
   * The same heap in a child. No other thread may be in the allocator; the child's first thread has
   * the cache of the one that forks, and the caches of the others stay as they are for ever.
   */
  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new TcMalloc(this, child, (TcMallocThread) forking);
  }

  @Override
  public void audit() {
    new TcMallocAudit(sizes, heap, central, caches, memory).run();
  }

  @Override
  public void walk(Consumer<? super Holding> visitor) {
    new TcMallocWalk(sizes, heap, central, caches, memory, visitor).run();
  }
}
