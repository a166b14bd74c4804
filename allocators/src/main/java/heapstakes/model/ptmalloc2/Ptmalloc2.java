package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ArenaUse;
import heapstakes.allocator.Holding;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.allocator.options.GlibcOptions;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.setting.SettingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The malloc of one process. */
final class Ptmalloc2 implements Allocator {
  private final AddressSpace space;
  private final Parameters parameters;
  private final SystemMemory system;
  private final Arenas arenas;
  private final List<Ptmalloc2Thread> threads = new CopyOnWriteArrayList<>();
  private final @Nullable Ptmalloc2Thread forked; // the only thread of a forked child
  private int attached;

  Ptmalloc2(AddressSpace space, Ptmalloc2Settings settings) {
    this.space = space;
    this.parameters = new Parameters(settings);
    this.system = new SystemMemory(space, parameters);
    this.arenas = new Arenas(system);
    this.forked = null;
  }

  private Ptmalloc2(Ptmalloc2 parent, AddressSpace child, Ptmalloc2Thread forking) {
    this.space = child;
    this.parameters = new Parameters(parent.parameters);
    this.system = new SystemMemory(parent.system, child, parameters);
    this.arenas = new Arenas(parent.arenas, system, forking.arena());
    this.forked = new Ptmalloc2Thread(this, forking);
  }

  /**
   * A thread starts. As pthread_create is called by a thread of the process and never within
   * malloc, the second call must not overlap with an operation of the first thread: that is when
   * locking begins.
   */
  @Override
  public synchronized ThreadAllocator attach() {
    Ptmalloc2Thread thread = newThread();
    threads.add(thread);
    return switch (parameters.settings().trim()) {
      case DEFAULT, NEVER -> thread;
      case MODERN_ON_FREE -> new TrimmingThread(thread, arenas, false);
      case LEGACY_ON_FREE -> new TrimmingThread(thread, arenas, true);
    };
  }

  private Ptmalloc2Thread newThread() {
    if (attached++ > 0) {
      parameters.shared = true;
      return new Ptmalloc2Thread(this, (MallocState) null);
    }
    return forked != null ? forked : new Ptmalloc2Thread(this, arenas.main());
  }

  void forget(Ptmalloc2Thread thread) {
    threads.remove(thread);
  }

  Parameters parameters() {
    return parameters;
  }

  SystemMemory system() {
    return system;
  }

  Arenas arenas() {
    return arenas;
  }

  @Override
  public Memory memory() {
    return space.memory();
  }

  /**
   * mallopt(3): sets an option for the process from here on.
   *
   * @param parameter its number in malloc.h; of one that the version ignores, nothing happens
   * @return false when the value is not allowed
   */
  boolean mallopt(int parameter, long value) {
    InnerFree.consolidate(arenas.main());
    LibraryOptions options = parameters.settings().version().options();
    try {
      GlibcOptions.MALLOPT.entrySet().stream()
          .filter(option -> option.getValue() == parameter)
          .map(Map.Entry::getKey)
          .filter(key -> options.find(key).isPresent())
          .forEach(key -> parameters.set(key, value));
    } catch (SettingException e) {
      return false;
    }
    for (MallocState av : arenas.inListOrder()) {
      av.set(parameters.settings());
    }
    return true;
  }

  /** The fields of mallinfo2(3). */
  @Override
  public SequencedMap<String, Long> counters() {
    return MallocInfo.of(arenas, parameters);
  }

  /** As malloc_info(3) has them, which leaves mapped blocks out. */
  @Override
  public Optional<ArenaUse> arenaUse() {
    return Optional.of(
        ArenaUse.of(
            Stream.of(arenas.inListOrder()).mapToLong(arena -> arena.systemBytes).toArray()));
  }

  /**
   * Tcaches, heaps' and arenas' structures and the headers of mapped blocks. The header word that
   * each block of the heap carries is not in it: it is the difference between a chunk and its
   * usable size.
   */
  @Override
  public long metadataBytes() {
    long tcaches = threads.stream().filter(t -> t.tcache().address() != 0).count();
    GlibcVersion version = parameters.settings().version();
    long threadArenas = arenas.inListOrder().length - 1L;
    return tcaches * (Chunk.HEADER_BYTES + version.tcache().bytes())
        + system.heaps().count() * version.arenas().heapInfoBytes()
        + threadArenas * version.arenas().stateBytes()
        + parameters.mappings.get() * Chunk.HEADER_BYTES;
  }

  @Override
  public Region regionOf(long address) {
    if (address >= space.initialBreak() && address < space.programBreak()) {
      return new Region("brk", address - space.initialBreak());
    }
    long heap = Heaps.heapOf(address);
    int ordinal = system.heaps().ordinalOf(heap);
    return ordinal == 0
        ? new Region("mmap", address & (PAGE_BYTES - 1))
        : new Region("heap" + ordinal, address - heap);
  }

  @Override
  public void audit() {
    new Ptmalloc2Audit(arenas, system).run(tcaches());
  }

  @Override
  public void walk(Consumer<? super Holding> visitor) {
    new Ptmalloc2Walk(arenas, system, visitor).run(tcaches());
  }

  private List<TcachePerThread> tcaches() {
    return threads.stream().map(Ptmalloc2Thread::tcache).toList();
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    Ptmalloc2Thread thread =
        forking instanceof TrimmingThread trimming ? trimming.inner() : (Ptmalloc2Thread) forking;
    Ptmalloc2 copy = new Ptmalloc2(this, child, thread);
    copy.system.heaps().unlockAfterFork();
    system.heaps().unlockAfterFork();
    return copy;
  }
}
