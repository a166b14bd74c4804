package heapstakes.model.ptmalloc2;

import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * An independent heap with its lock (glibc's {@code struct malloc_state}): the main arena on the
 * program break, or one of a thread in mappings of its own.
 *
 * <p>What glibc keeps in the arena's structure is in fields here. For a thread's arena that
 * structure lies in the first page of its first heap, which {@link Heaps} touches in its place.
 */
final class MallocState {
  /** Place in the order of creation; 0 is the main arena. */
  final int ordinal;

  /** {@link Chunk#A} for a thread's arena, 0 for the main arena. */
  final long flag;

  final Memory memory;
  final Parameters parameters;
  final SystemMemory system;
  final Bins bins;
  final Fastbins fastbins;
  final boolean sortsFreed;
  final boolean madviseOnFree;

  /** The chunk at the end of the arena's memory, which never is in a bin; 0: none yet. */
  long top;

  /** What was left of the chunk most recently split for a small request. */
  long lastRemainder;

  long systemBytes;
  boolean contiguous;
  long maxFastBytes; // global_max_fast
  int perturb;

  /** Threads that allocate here; guarded by the lock of {@link Arenas}. */
  int attachedThreads;

  MallocState next;
  @Nullable MallocState nextFree;

  private final LowLevelLock mutex = new LowLevelLock();

  MallocState(int ordinal, SystemMemory system) {
    this.ordinal = ordinal;
    this.flag = ordinal == 0 ? 0 : Chunk.A;
    this.system = system;
    this.memory = system.memory();
    this.parameters = system.parameters();
    this.bins = new Bins(memory);
    this.fastbins = new Fastbins(memory, parameters);
    Ptmalloc2Settings settings = parameters.settings();
    this.sortsFreed = settings.version().arenas().sortsFreed();
    this.madviseOnFree = settings.madviseOnFree();
    set(settings);
    this.contiguous = isMain();
    this.attachedThreads = 1;
    this.next = this;
  }

  /** The same arena in a forked child. */
  MallocState(MallocState parent, SystemMemory child) {
    this.ordinal = parent.ordinal;
    this.flag = parent.flag;
    this.system = child;
    this.memory = child.memory();
    this.parameters = child.parameters();
    this.bins = new Bins(parent.bins, memory);
    this.fastbins = new Fastbins(parent.fastbins, memory, parameters);
    this.maxFastBytes = parent.maxFastBytes;
    this.perturb = parent.perturb;
    this.sortsFreed = parent.sortsFreed;
    this.madviseOnFree = parent.madviseOnFree;
    this.top = parent.top;
    this.lastRemainder = parent.lastRemainder;
    this.systemBytes = parent.systemBytes;
    this.contiguous = parent.contiguous;
    this.next = this;
  }

  /** Takes over what mallopt may have changed. */
  final void set(Ptmalloc2Settings settings) {
    maxFastBytes = settings.maxFastBytes();
    perturb = settings.perturb();
  }

  boolean isMain() {
    return flag == 0;
  }

  /** Size of top in bytes; 0 before there is one. */
  long topSize() {
    return top == 0 ? 0 : Chunk.size(memory, top);
  }

  /** Makes {@code chunk} of {@code size} bytes the top. */
  void setTop(long chunk, long size) {
    top = chunk;
    Chunk.setHead(memory, chunk, size | Chunk.P);
  }

  /** Cuts {@code nb} bytes from the low end of a top of {@code size} bytes, which has them. */
  long cutTop(long nb, long size) {
    long p = top;
    setTop(p + nb, size - nb);
    Chunk.setHead(memory, p, nb | Chunk.P | flag);
    return p;
  }

  void lock() {
    if (parameters.shared) {
      mutex.lock();
    }
  }

  boolean tryLock() {
    return !parameters.shared || mutex.tryLock();
  }

  void unlock() {
    if (parameters.shared) {
      mutex.unlock();
    }
  }
}
