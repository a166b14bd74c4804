package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** One heap, from the state in which a program with libstdc++ finds it at {@code main}. */
final class Jemalloc implements Allocator {
  // What libstdc++ of gcc 12 allocates before main: its emergency pool for exceptions.
  private static final long EMERGENCY_POOL_BYTES = 72_704;
  private static final long EMERGENCY_POOL_HEADER_BYTES = 16;

  private static final long CACHE_LINE = 64;
  private static final long CACHE_INFO_BYTES = 2; // for a class
  private static final long BACKGROUND_THREADS_BYTES = 4 * 208;
  private static final long DEFAULT_OVERSIZE_BYTES = 8L << 20;

  private final AddressSpace space;
  private final Environment environment;
  private final JemallocSettings settings;
  private final CacheShape cacheShape;
  private final Base base;
  private final Controls controls;
  private boolean started;
  private final @Nullable Arena[] arenas;
  private final List<MallocThread> threads = new ArrayList<>(); // that are open
  private final MallocThread main;
  private int attached;

  Jemalloc(AddressSpace space, JemallocSettings settings) {
    this(space, settings, Seeds.of(settings.threadCounters()));
  }

  Jemalloc(AddressSpace space, JemallocSettings settings, Seeds seeds) {
    this.space = space;
    this.settings = settings;
    Memory memory = space.memory();
    Pages pages = new Pages(space);
    base = new Base(pages, memory);
    ExtentMap map = new ExtentMap(base, memory);
    BackgroundThread background = new BackgroundThread(space.clock(), settings.background());
    environment = new Environment(settings, memory, space.clock(), pages, map, seeds, background);
    cacheShape = new CacheShape(settings);
    arenas = new Arena[settings.arenas() + (settings.hasHugeArena() ? 1 : 0)];
    controls = new Controls(base, memory, arenas.length);
    main = new MallocThread(this, seeds.ofThread(0));
    beforeMain(memory);
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
  synchronized boolean start(MallocThread thread) {
    if (!started) {
      if (!environment.pages().probe() || !base.open()) {
        return false;
      }
      started = true;
      base.allocateTouched(CACHE_INFO_BYTES * cacheShape.classes(), CACHE_LINE);
      arenas[0] = new Arena(0, base, DEFAULT_OVERSIZE_BYTES, environment);
      thread.arena = firstArena();
      thread.openCache();
      base.allocateTouched(BACKGROUND_THREADS_BYTES, CACHE_LINE);
    }
    return true;
  }

  ExtentMap map() {
    return environment.map();
  }

  CacheShape cacheShape() {
    return cacheShape;
  }

  boolean hasCaches() {
    return settings.tcache();
  }

  /** Arena 0, which is there from the start on. */
  Arena firstArena() {
    return Objects.requireNonNull(arenas[0]);
  }

  /** Arenas by index; null where there is none yet. */
  @Nullable Arena[] arenas() {
    return arenas;
  }

  /** Threads that are open. */
  List<MallocThread> threads() {
    return threads;
  }

  /** The arena for a large block of a thread bound to {@code bound}; null when memory is short. */
  @Nullable Arena arenaFor(Arena bound, long bytes) {
    return settings.hasHugeArena() && bytes >= settings.oversizeThreshold() ? hugeArena() : bound;
  }

  private synchronized @Nullable Arena hugeArena() {
    int index = settings.arenas();
    Arena huge = arenas[index];
    if (huge == null) {
      huge = create(index);
      if (huge != null) {
        huge.pages.purger.purgeAtOnce();
      }
    }
    return huge;
  }

  private @Nullable Arena create(int index) {
    Base own = new Base(environment.pages(), environment.memory());
    if (!own.open()) {
      return null;
    }
    long oversize =
        settings.hasHugeArena() ? settings.oversizeThreshold() : SizeClasses.MAX + PAGE_BYTES;
    Arena arena = new Arena(index, own, oversize, environment);
    arenas[index] = arena;
    return arena;
  }

  /**
   * A thread allocates: the least loaded arena, a new one while there may be more, serves it.
   *
   * @return false when there is no memory for the new one
   */
  synchronized boolean bind(MallocThread thread) {
    Arena application = choose(false);
    Arena internal = application == null ? null : choose(true);
    if (application == null || internal == null) {
      return false;
    }
    application.threads.incrementAndGet();
    internal.internalThreads.incrementAndGet();
    thread.arena = application;
    return true;
  }

  private @Nullable Arena choose(boolean internal) {
    Arena choice = firstArena();
    int missing = 0;
    for (int i = 1; i < settings.arenas(); i++) {
      Arena arena = arenas[i];
      if (arena == null) {
        missing = missing == 0 ? i : missing;
      } else if (arena.load(internal) < choice.load(internal)) {
        choice = arena;
      }
    }
    return choice.load(internal) == 0 || missing == 0 ? choice : create(missing);
  }

  /** A thread opens. */
  synchronized void enter(MallocThread thread) {
    threads.add(thread);
  }

  /** An open thread is gone, and from its arena if it was {@code bound} to one. */
  synchronized void leave(MallocThread thread, boolean bound) {
    threads.remove(thread);
    if (bound) {
      thread.arena.internalThreads.decrementAndGet();
      thread.arena.threads.decrementAndGet();
    }
  }

  /** Decay after the exit of a thread of {@code arena}. */
  void pollAfterExit(Arena arena) {
    firstArena().pages.purger.poll();
    if (arena.threads.get() == 0) {
      arena.pages.purger.purgeAll();
    } else {
      arena.pages.purger.poll();
    }
  }

  /** Arena 0 keeps the stacks of all caches; 0 when memory is short. */
  long newStack(Ticker ticker) {
    long size = SizeClasses.alignedSize(cacheShape.stackBytes(), PAGE_BYTES);
    Arena first = firstArena();
    long address = first.newInternal(SizeClasses.indexOf(size));
    if (address != 0) {
      ticker.tick(first, 1);
      environment.memory().touch(address, Long.BYTES); // the ends; the rest as blocks come in
      environment.memory().touch(address + cacheShape.stackBytes() - Long.BYTES, Long.BYTES);
    }
    return address;
  }

  /** Purges every arena, as the control {@code arena.4096.purge} does. */
  void purgeAll() {
    controls.open();
    for (Arena arena : arenas) {
      if (arena != null) {
        arena.pages.purger.purgeAll();
      }
    }
  }

  @Override
  public synchronized ThreadAllocator attach() {
    int number = attached++;
    return number == 0 ? main : new MallocThread(this, environment.seeds().ofThread(number));
  }

  @Override
  public Memory memory() {
    return environment.memory();
  }

  @Override
  public SequencedMap<String, Long> counters() {
    if (start(main)) {
      controls.open();
      controls.refresh(arenas);
    }
    return Counters.of(this);
  }

  @Override
  public long metadataBytes() {
    long bytes = 0;
    for (Arena arena : arenas) {
      if (arena != null) {
        bytes += arena.base.allocatedBytes() + arena.internalBytes.get();
      }
    }
    return bytes;
  }

  /** Bytes of all blocks in caches; exact while no thread allocates. */
  synchronized long cachedBytes() {
    return threads.stream().mapToLong(Tcache::cachedBytes).sum();
  }

  @Override
  public Region regionOf(long address) {
    return Region.of(space, address);
  }

  @Override
  public void audit() {
    new HeapAudit(this).run();
  }
}
