package heapstakes.model.mimalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ArenaUse;
import heapstakes.allocator.Holding;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** One heap of a process, from the state in which the library finds itself loaded. */
final class Mimalloc implements Allocator {
  private final ProcessParts process;
  private final MimallocThread main;
  private final List<MimallocThread> threads = new ArrayList<>(); // with those that ended of late
  private final MimallocThread first; // the initial one; of a child, the one that forked
  private boolean firstAttached;

  Mimalloc(AddressSpace space, MimallocSettings settings) {
    process = new ProcessParts(space, settings);
    main = new MimallocThread(process, true);
    threads.add(main);
    first = main;
  }

  private Mimalloc(Mimalloc parent, AddressSpace child, MimallocThread forking) {
    ForkCopies copies = new ForkCopies(child.memory());
    process = new ProcessParts(parent.process, child, copies);
    Map<MimallocThread, MimallocThread> all = new IdentityHashMap<>();
    for (MimallocThread thread : parent.threads) {
      MimallocThread copy = new MimallocThread(process, thread, copies);
      all.put(thread, copy);
      threads.add(copy);
    }
    main = Objects.requireNonNull(all.get(parent.main));
    first = Objects.requireNonNull(all.get(forking));
  }

  @Override
  public synchronized ThreadAllocator attach() {
    if (!firstAttached) {
      firstAttached = true;
      return first;
    }
    threads.removeIf(MimallocThread::hasEnded);
    MimallocThread thread = new MimallocThread(process, false);
    threads.add(thread);
    return thread;
  }

  @Override
  public Memory memory() {
    return process.memory;
  }

  /** As the library has them: of the process, of threads that ended, and of the initial thread. */
  @Override
  public SequencedMap<String, Long> counters() {
    MimallocStatistics all = new MimallocStatistics();
    process.os.lock.lock();
    try {
      all.merge(process.os.statistics);
      all.merge(main.segments.statistics);
    } finally {
      process.os.lock.unlock();
    }
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    all.report(counters);
    return counters;
  }

  /** The heaps of threads that have one; segments that a thread left behind count in the sum. */
  @Override
  public synchronized Optional<ArenaUse> arenaUse() {
    Map<Object, Long> byOwner = new HashMap<>();
    process.map.forEach(segment ->
        byOwner.merge(segment.owner == null ? process : segment.owner, segment.bytes(), Long::sum));
    long all = byOwner.values().stream().mapToLong(Long::longValue).sum();
    byOwner.remove(process); // nobody's
    long largest = byOwner.values().stream().mapToLong(Long::longValue).max().orElse(0);
    int heaps = (int) threads.stream().filter(MimallocThread::hasHeap).count();
    return Optional.of(new ArenaUse(heaps, all, largest));
  }

  /** The segment, in the order in which segments were first asked for, and the offset in it. */
  @Override
  public Region regionOf(long address) {
    Segment segment = process.map.find(address);
    return segment == null
        ? Region.of(process.space, address)
        : new Region("seg" + (process.map.numberOf(segment) - 1), address - segment.address);
  }

  /** The library knows of no fork: heaps of other threads stay as they are, for ever. */
  @Override
  public synchronized Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new Mimalloc(this, child, (MimallocThread) forking);
  }

  @Override
  public synchronized void audit() {
    new MimallocAudit(process, threads).run();
  }

  @Override
  public synchronized void walk(Consumer<? super Holding> visitor) {
    new MimallocWalk(process, threads, visitor).run();
  }
}
