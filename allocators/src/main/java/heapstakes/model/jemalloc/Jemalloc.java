package heapstakes.model.jemalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ArenaUse;
import heapstakes.allocator.Holding;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** One heap, from the state in which a program with libstdc++ finds it at {@code main}. */
final class Jemalloc implements Allocator {
  // §3.4: what libstdc++ of gcc 12 allocates before main, its emergency pool for exceptions.
  private static final long EMERGENCY_POOL_BYTES = 72_704;
  private static final long EMERGENCY_POOL_HEADER_BYTES = 16;

  // §12: base 0
  private static final long BACKGROUND_THREAD_BYTES = 208;

  private final AddressSpace space;
  private final SharedParts shared;
  private final CacheShape cacheShape;
  private final Base base;
  private final ArenaTable arenas;
  private final Controls controls;
  private final List<JemallocThread> threads = new ArrayList<>(); // that are open
  private final JemallocThread main;
  private boolean started;
  private boolean mainAttached;
  private int nextThread = 1; // the main one is 0

  Jemalloc(AddressSpace space, JemallocVersion version, JemallocSettings settings) {
    this.space = space;
    Memory memory = space.memory();
    MemoryCalls pages = new MemoryCalls(space, settings);
    base = new Base(pages, memory, version, 0);
    ExtentMap map = new ExtentMap(new RadixTree(base, memory, settings.addressBits()));
    BackgroundThreads background = new BackgroundThreads(space.clock(), settings);
    shared = new SharedParts(version, settings, memory, space.clock(), pages, map, background);
    cacheShape = new CacheShape(version, settings);
    arenas = new ArenaTable(shared);
    controls = new Controls(base, memory, arenas, version.records());
    main = newThread(0);
    beforeMain(memory);
  }

  private Jemalloc(Jemalloc parent, AddressSpace child, JemallocThread forking) {
    space = child;
    Memory memory = child.memory();
    MemoryCalls pages = new MemoryCalls(child, parent.shared.pages());
    base = new Base(pages, memory, parent.base);
    ExtentCopies copies = new ExtentCopies();
    SharedParts old = parent.shared;
    ExtentMap map = new ExtentMap(new RadixTree(base, memory, old.map().tree()), old.map(), copies);
    BackgroundThreads none = new BackgroundThreads(child.clock());
    shared =
        new SharedParts(old.version(), old.settings(), memory, child.clock(), pages, map, none);
    cacheShape = parent.cacheShape;
    arenas = new ArenaTable(parent.arenas, shared, base, copies);
    copies.link();
    controls = new Controls(base, memory, arenas, parent.controls);
    started = parent.started;
    main = new JemallocThread(this, cacheShape, forking);
    nextThread = parent.nextThread;
    if (parent.threads.contains(forking)) {
      threads.add(main);
    }
  }

  private JemallocThread newThread(int number) {
    return new JemallocThread(this, cacheShape, number);
  }

  /** The start of libstdc++, which is the first to allocate, and the library's own after it. */
  private void beforeMain(Memory memory) {
    long pool = main.malloc(EMERGENCY_POOL_BYTES);
    if (pool != 0) {
      memory.touch(pool, EMERGENCY_POOL_HEADER_BYTES);
    }
    start(main);
  }

  /**
   * The first call of all starts the library, and the next one again where the kernel refused that.
   *
   * @return false when there is no memory for its first records
   */
  synchronized boolean start(JemallocThread thread) {
    if (!started) {
      if (!shared.pages().probe(shared.version()) || !base.open(shared.version().records())) {
        return false;
      }
      started = true;
      allocateCacheInfo();
      arenas.openFirst(base);
      thread.openLent();
      arenas.openOthers();
      int most = shared.settings().maxBackgroundThreads();
      base.allocateTouched(BACKGROUND_THREAD_BYTES * most, Base.CACHE_LINE);
      if (shared.background().run()) {
        if (arenas.first().newThreadVector()) {
          thread.countThreadVector();
        }
        shared.background().start(arenas.first()::newThreadVector);
      }
    }
    return true;
  }

  private void allocateCacheInfo() {
    long bytes = shared.version().records().cacheInfo() * cacheShape.classes();
    if (bytes > 0) {
      base.allocateTouched(bytes, Base.CACHE_LINE);
    }
  }

  SharedParts shared() {
    return shared;
  }

  ArenaTable arenas() {
    return arenas;
  }

  /** A thread opens. */
  synchronized void enter(JemallocThread thread) {
    threads.add(thread);
  }

  /** An open thread is gone. */
  synchronized void leave(JemallocThread thread) {
    threads.remove(thread);
  }

  /** Purges every arena, as the control {@code arena.4096.purge} does. */
  void purgeAll() {
    controls.open();
    arenas.purgeAll();
  }

  @Override
  public synchronized ThreadAllocator attach() {
    if (!mainAttached) {
      mainAttached = true;
      return main;
    }
    return newThread(nextThread++);
  }

  @Override
  public Memory memory() {
    return shared.memory();
  }

  @Override
  public SequencedMap<String, Long> counters() {
    if (start(main)) {
      controls.open();
      controls.refresh();
    }
    SequencedMap<String, Long> counters = Counters.of(arenas.all(), cachedBytes());
    if (shared.version().follows(JemallocRule.FLUSHES_UNSUMMED)) {
      counters.put(Counters.LARGE_FLUSHES, 0L);
    }
    return counters;
  }

  /** Those that are initialized, by {@code stats.arenas.<i>.mapped}. */
  @Override
  public Optional<ArenaUse> arenaUse() {
    return Optional.of(ArenaUse.of(arenas.all().stream().mapToLong(Arena::mappedBytes).toArray()));
  }

  @Override
  public long metadataBytes() {
    return arenas.metadataBytes();
  }

  /** Bytes of all blocks in caches; exact while no thread allocates. */
  private synchronized long cachedBytes() {
    return threads.stream().mapToLong(Tcache::cachedBytes).sum();
  }

  @Override
  public Region regionOf(long address) {
    return Region.of(space, address);
  }

  /**
   * What the library does behind a fork: the child has one thread, arenas that serve no other, and
   * no background threads; what other threads cached is lost.
   */
  @Override
  public synchronized Allocator fork(AddressSpace child, ThreadAllocator forking) {
    Jemalloc copy = new Jemalloc(this, child, (JemallocThread) forking);
    threads.forEach(JemallocThread::forked);
    copy.arenas.unlockAfterFork();
    arenas.unlockAfterFork();
    return copy;
  }

  /** A thread that forks is known to the library from then on, and has its cache and arena. */
  @Override
  public synchronized void beforeFork(ThreadAllocator forking) {
    ((JemallocThread) forking).open();
  }

  @Override
  public void audit() {
    new JemallocAudit(shared.map(), arenas, threads).run();
  }

  @Override
  public void walk(Consumer<? super Holding> visitor) {
    new JemallocWalk(shared.map(), threads, visitor).run();
  }
}
