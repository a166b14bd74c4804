package heapstakes.model.ptmalloc2;

import heapstakes.memory.SegmentationFault;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** All arenas and who allocates where: glibc's {@code arena.c}. */
final class Arenas {
  private static final int PER_PROCESSOR = 8; // NARENAS_FROM_NCORES on 64-bit machines, malloc.c

  private final SystemMemory system;
  private final Parameters parameters;
  private final ReentrantLock listLock = new ReentrantLock(); // list_lock and free_list_lock
  private final MallocState main;
  private volatile MallocState[] byOrdinal;
  private @Nullable MallocState freeList;
  private int count = 1;
  private int limit; // 0: not computed yet
  private MallocState nextToUse;

  Arenas(SystemMemory system) {
    this.system = system;
    this.parameters = system.parameters();
    this.main = new MallocState(0, system);
    this.byOrdinal = new MallocState[] {main};
    this.nextToUse = main;
  }

  /**
   * The arenas of a forked child, all free but the one of the thread that forked.
   *
   * @param kept that thread's arena
   */
  Arenas(Arenas parent, SystemMemory child, @Nullable MallocState kept) {
    this.system = child;
    this.parameters = child.parameters();
    MallocState[] old = parent.byOrdinal;
    this.byOrdinal =
        Arrays.stream(old).map(a -> new MallocState(a, child)).toArray(MallocState[]::new);
    this.main = byOrdinal[0];
    for (int i = 0; i < old.length; i++) {
      byOrdinal[i].next = byOrdinal[old[i].next.ordinal];
    }
    this.nextToUse = byOrdinal[parent.nextToUse.ordinal];
    this.count = parent.count;
    this.limit = parent.limit;
    MallocState at = main;
    do {
      if (kept != null && at.ordinal == kept.ordinal) {
        at.attachedThreads = 1;
      } else {
        at.attachedThreads = 0;
        at.nextFree = freeList;
        freeList = at;
      }
      at = at.next;
    } while (at != main);
  }

  MallocState main() {
    return main;
  }

  MallocState get(int ordinal) {
    return byOrdinal[ordinal];
  }

  /** Every arena, the main one first, then from the newest to the oldest. */
  MallocState[] inListOrder() {
    listLock.lock();
    try {
      MallocState[] all = new MallocState[byOrdinal.length];
      MallocState at = main;
      for (int i = 0; i < all.length; i++) {
        all[i] = at;
        at = at.next;
      }
      return all;
    } finally {
      listLock.unlock();
    }
  }

  /** The arena that owns chunk {@code p} with size word {@code head}. */
  MallocState ownerOf(long p, long head) {
    if ((head & Chunk.A) == 0) {
      return main;
    }
    MallocState[] all = byOrdinal;
    long heap = Heaps.heapOf(p);
    int ordinal = system.heaps().arenaOrdinal(heap);
    if (ordinal < 0 || ordinal >= all.length) {
      throw new SegmentationFault(heap, false, "no arena of this heap");
    }
    return all[ordinal];
  }

  /**
   * The thread's arena, locked: arena_get.
   *
   * @param hint bytes that a new one should have room for
   * @return null when the thread has none and none can be had
   */
  @Nullable MallocState acquire(ThreadArena thread, long hint) {
    MallocState own = thread.arena;
    if (own != null) {
      own.lock();
      return own;
    }
    return choose(thread, hint, null);
  }

  /** After {@code failed}, which is locked, had no memory: another one, locked: arena_get_retry. */
  @Nullable MallocState retry(ThreadArena thread, MallocState failed, long hint) {
    failed.unlock();
    if (!failed.isMain()) {
      main.lock();
      return main;
    }
    return choose(thread, hint, failed);
  }

  /** arena_get2. */
  private @Nullable MallocState choose(ThreadArena thread, long hint, @Nullable MallocState avoid) {
    MallocState chosen = takeFree(thread);
    if (chosen != null) {
      chosen.lock();
      return chosen;
    }
    int ordinal = reserveOrdinal();
    return ordinal == 0 ? reuse(thread, avoid) : create(thread, hint);
  }

  private @Nullable MallocState takeFree(ThreadArena thread) {
    listLock.lock();
    try {
      MallocState free = freeList;
      if (free != null) {
        freeList = free.nextFree;
        free.attachedThreads = 1;
        attach(thread, free);
      }
      return free;
    } finally {
      listLock.unlock();
    }
  }

  /** The thread leaves the arena it had for {@code arena}, where it has been counted. */
  private static void attach(ThreadArena thread, MallocState arena) {
    MallocState replaced = thread.arena;
    if (replaced != null) {
      replaced.attachedThreads--;
    }
    thread.arena = arena;
  }

  /** Counts one more arena if the limit allows; 0 when it does not. */
  private int reserveOrdinal() {
    listLock.lock();
    try {
      if (limit == 0) {
        Ptmalloc2Settings settings = parameters.settings();
        if (settings.arenaMax() != 0) {
          limit = settings.arenaMax();
        } else if (settings.version().arenas().isLimitedByTest()) {
          limit = settings.arenaTest();
        } else if (count > settings.arenaTest()) {
          limit = PER_PROCESSOR * settings.processors();
        }
      }
      return limit == 0 || count < limit ? count++ : 0;
    } finally {
      listLock.unlock();
    }
  }

  private @Nullable MallocState create(ThreadArena thread, long hint) {
    listLock.lock();
    try {
      int ordinal = byOrdinal.length;
      long heap = system.heaps().createFirst(ordinal, hint);
      if (heap == 0) {
        count--;
        return null;
      }
      MallocState fresh = new MallocState(ordinal, system);
      fresh.lock(); // before anybody can find it
      fresh.systemBytes = system.heaps().size(heap);
      fresh.setTop(heap + system.heaps().firstChunk, fresh.systemBytes - system.heaps().firstChunk);
      fresh.next = main.next;
      main.next = fresh;
      attach(thread, fresh);
      MallocState[] more = Arrays.copyOf(byOrdinal, ordinal + 1);
      more[ordinal] = fresh;
      byOrdinal = more;
      return fresh;
    } finally {
      listLock.unlock();
    }
  }

  /** reused_arena: the next one in turn that is not locked, else waits for one. */
  private MallocState reuse(ThreadArena thread, @Nullable MallocState avoid) {
    MallocState chosen = nextToUse;
    boolean locked = false;
    do {
      locked = chosen.tryLock();
      if (!locked) {
        chosen = chosen.next;
      }
    } while (!locked && chosen != nextToUse);
    if (!locked) {
      if (chosen == avoid) {
        chosen = chosen.next;
      }
      chosen.lock();
    }
    listLock.lock();
    try {
      removeFromFreeList(chosen);
      chosen.attachedThreads++;
      attach(thread, chosen);
      nextToUse = chosen.next;
    } finally {
      listLock.unlock();
    }
    return chosen;
  }

  private void removeFromFreeList(MallocState arena) {
    MallocState before = null;
    for (MallocState at = freeList; at != null; before = at, at = at.nextFree) {
      if (at == arena) {
        if (before == null) {
          freeList = at.nextFree;
        } else {
          before.nextFree = at.nextFree;
        }
        return;
      }
    }
  }

  /** The thread ends; an arena that nobody else uses becomes free. */
  void detach(ThreadArena thread) {
    listLock.lock();
    try {
      MallocState arena = thread.arena;
      thread.arena = null;
      if (arena != null && --arena.attachedThreads == 0) {
        arena.nextFree = freeList;
        freeList = arena;
      }
    } finally {
      listLock.unlock();
    }
  }
}
