package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The arenas of a process by index, the huge one last, and which of them serves whom (§10). */
final class ArenaTable {
  /** §0.9: arena 0 is made before the option is read. */
  private static final long DEFAULT_OVERSIZE_BYTES = 8L << 20;

  private final SharedParts shared;
  private final JemallocSettings settings;
  private final @Nullable Arena[] byIndex;
  private int known;

  ArenaTable(SharedParts shared) {
    this.shared = shared;
    this.settings = shared.settings();
    byIndex = new Arena[settings.arenas() + (settings.hasHugeArena() ? 1 : 0)];
  }

  /**
   * As a forked child has them.
   *
   * @param base of arena 0, copied
   */
  ArenaTable(ArenaTable parent, SharedParts shared, Base base, ExtentCopies copies) {
    this(shared);
    known = parent.known;
    for (Arena arena : parent.all()) {
      Base own = arena.index == 0 ? base : new Base(shared.pages(), shared.memory(), arena.base);
      byIndex[arena.index] = new Arena(arena, own, shared, copies);
    }
  }

  /** In a forked child one thread is bound to {@code arena}, and no other to any. */
  static void bindOnly(Arena arena) {
    arena.threads.set(1);
    arena.internalThreads.set(1);
  }

  /** The options are read: there may be as many as they say. */
  void openOthers() {
    known = byIndex.length;
  }

  /** How many the library has room for by now. */
  int known() {
    return known;
  }

  /** How many there may be. */
  int most() {
    return byIndex.length;
  }

  /** Makes arena 0, which has the records of the process in its base. */
  void openFirst(Base base) {
    boolean early = !shared.version().follows(JemallocRule.ALWAYS_OVERSIZE);
    byIndex[0] = new Arena(0, base, early ? DEFAULT_OVERSIZE_BYTES : oversizeBytes(), shared);
    known = 1;
  }

  /** Arena 0, which is there from the start on. */
  Arena first() {
    return get(0);
  }

  /** The arena of an extent, which is there. */
  Arena get(int index) {
    return Objects.requireNonNull(byIndex[index]);
  }

  /** Whether there is an arena with this index yet. */
  boolean exists(int index) {
    return byIndex[index] != null;
  }

  /** Those there are, by index. */
  List<Arena> all() {
    return Arrays.stream(byIndex).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  /** Whether the huge arena has the large blocks of {@code bytes}, whichever serves the thread. */
  boolean isHuge(long bytes) {
    return settings.hasHugeArena() && bytes >= settings.oversizeThreshold();
  }

  /** The huge arena, made for its first block; null when memory is short. */
  synchronized @Nullable Arena huge() {
    int index = settings.arenas();
    Arena huge = byIndex[index];
    if (huge == null) {
      huge = create(index);
      if (huge != null && shared.purgesLargeAtOnce()) {
        huge.pages.purger.purgeAtOnce();
      }
    }
    return huge;
  }

  private @Nullable Arena create(int index) {
    Base own = new Base(shared.pages(), shared.memory(), shared.version(), index);
    if (!own.open(shared.version().records())) {
      return null;
    }
    Arena arena = new Arena(index, own, oversizeBytes(), shared);
    byIndex[index] = arena;
    return arena;
  }

  private long oversizeBytes() {
    return settings.hasHugeArena() ? settings.oversizeThreshold() : SizeClasses.MAX + PAGE_BYTES;
  }

  /**
   * A thread allocates: the arena of its processor serves it; where processors do not decide, the
   * least loaded one, a new one while there may be more.
   *
   * @param thread its number, from 0
   * @return null when there is no memory for the new one
   */
  synchronized @Nullable Arena bind(int thread) {
    int own = settings.processors().of(thread);
    Arena application = own < 0 ? choose(false) : ofProcessor(own);
    Arena internal = own < 0 && application != null ? choose(true) : application;
    if (application == null || internal == null) {
      return null;
    }
    application.threads.incrementAndGet();
    internal.internalThreads.incrementAndGet();
    return application;
  }

  /**
   * Whether processors decide; the library then takes for granted that there is memory for them.
   */
  boolean areOfProcessors() {
    return settings.processors().count() > 0;
  }

  private @Nullable Arena ofProcessor(int index) {
    Arena arena = byIndex[index];
    return arena == null ? createForThreads(index) : arena;
  }

  private @Nullable Arena choose(boolean internal) {
    Arena choice = first();
    int missing = 0;
    for (int i = 1; i < settings.arenas(); i++) {
      Arena arena = byIndex[i];
      if (arena == null) {
        missing = missing == 0 ? i : missing;
      } else if (arena.load(internal) < choice.load(internal)) {
        choice = arena;
      }
    }
    return choice.load(internal) == 0 || missing == 0 ? choice : createForThreads(missing);
  }

  private @Nullable Arena createForThreads(int index) {
    Arena arena = create(index);
    if (arena != null) {
      shared.background().want(index);
    }
    return arena;
  }

  /** A thread that was bound to {@code arena} is gone. */
  void unbind(Arena arena) {
    arena.internalThreads.decrementAndGet();
    arena.threads.decrementAndGet();
  }

  /** Decay after the exit of a thread of {@code arena}. */
  void pollAfterExit(Arena arena) {
    first().pages.purger.poll();
    if (arena.threads.get() == 0 && !shared.background().run()) {
      arena.pages.purger.purgeAll();
    } else {
      arena.pages.purger.poll();
    }
  }

  /** Behind a fork, parent and child write to every mutex. */
  void unlockAfterFork() {
    all().forEach(Arena::unlockAfterFork);
  }

  /** Purges every arena. */
  void purgeAll() {
    all().forEach(arena -> arena.pages.purger.purgeAll());
  }

  /** Bytes of the library's own records, thread caches' stacks among them. */
  long metadataBytes() {
    return all().stream().mapToLong(Arena::metadataBytes).sum();
  }
}
