package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.WORD_BYTES;

import heapstakes.allocator.Holding;
import heapstakes.allocator.Holding.Kind;
import heapstakes.memory.Memory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells the chunks of all arenas, and what is in use but waits in a cache. Each is told from its
 * size word on and up to that of the next: the word before belongs to the block below while that is
 * in use.
 */
final class Ptmalloc2Walk {
  private final Arenas arenas;
  private final SystemMemory system;
  private final Memory memory;
  private final Consumer<? super Holding> visitor;
  private final Map<Long, String> cached = new HashMap<>(); // chunk → where it waits
  private final Map<Long, String> records = new HashMap<>(); // chunk → what it holds

  Ptmalloc2Walk(Arenas arenas, SystemMemory system, Consumer<? super Holding> visitor) {
    this.arenas = arenas;
    this.system = system;
    this.memory = system.memory();
    this.visitor = visitor;
  }

  /** Tells everything; {@code tcaches} are those of the threads there are. */
  void run(List<TcachePerThread> tcaches) {
    tcaches.forEach(this::noteTcache);
    for (MallocState av : arenas.inListOrder()) {
      for (int index = 0; index < Fastbins.COUNT; index++) {
        for (long p = av.fastbins.head(index); p != 0; p = Chunk.fd(memory, p)) {
          cached.put(p, "fastbin chunk");
        }
      }
    }
    for (MallocState av : arenas.inListOrder()) {
      if (av.isMain()) {
        walkMain(av);
      } else {
        walkHeaps(av);
      }
    }
  }

  private void noteTcache(TcachePerThread tcache) {
    if (tcache.address() == 0) {
      return;
    }
    records.put(Chunk.mem2chunk(tcache.address()), "tcache");
    for (int bin = 0; bin < tcache.rules.bins(); bin++) {
      long mem = tcache.head(bin);
      for (int left = tcache.count(bin); left > 0; left--, mem = tcache.next(mem)) {
        cached.put(Chunk.mem2chunk(mem), "tcache chunk");
      }
    }
  }

  private void walkMain(MallocState av) {
    List<Long> stretches = system.stretches();
    for (int i = 0; i + 1 < stretches.size(); i += 2) {
      walk(stretches.get(i), stretches.get(i + 1));
    }
    if (av.top != 0) {
      walk(stretches.getLast(), av.top);
      tellTop(av);
    }
  }

  private void walkHeaps(MallocState av) {
    Heaps heaps = system.heaps();
    long end = av.top;
    for (long heap = Heaps.heapOf(av.top); heap != 0; heap = heaps.prev(heap)) {
      long start = heap + (heaps.prev(heap) == 0 ? heaps.firstChunk : heaps.infoBytes);
      if (end == 0) {
        end = heaps.fencepost(heap);
        end -= Chunk.prevSize(memory, end);
      }
      visitor.accept(new Holding(Kind.RECORDS, "heap header", heap, start + WORD_BYTES - heap));
      walk(start, end);
      end = 0;
    }
    tellTop(av);
  }

  private void tellTop(MallocState av) {
    tell(Kind.TOP, "top chunk", av.top, av.topSize() - WORD_BYTES);
  }

  /** Tells the chunks from {@code start} up to {@code end}, a top or a fencepost. */
  private void walk(long start, long end) {
    for (long p = start; p < end; ) {
      long size = Chunk.size(memory, p);
      tell(p, size);
      p += size;
    }
  }

  private void tell(long p, long size) {
    String cache = cached.get(p);
    String record = records.get(p);
    if (!Chunk.prevInUse(memory, p + size)) {
      tell(Kind.FREE, "free chunk", p, size);
    } else if (cache != null) {
      tell(Kind.CACHED, cache, p, size);
    } else if (record != null) {
      tell(Kind.RECORDS, record, p, size);
    } else {
      tell(Kind.BLOCK, "chunk", p, size);
    }
  }

  private void tell(Kind kind, String name, long p, long bytes) {
    visitor.accept(new Holding(kind, name, p + WORD_BYTES, bytes));
  }
}
