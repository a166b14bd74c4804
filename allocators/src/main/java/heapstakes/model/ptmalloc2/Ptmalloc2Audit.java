package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.MIN_LARGE_BYTES;

import heapstakes.allocator.HeapAudit;
import heapstakes.memory.AddressTable;
import heapstakes.memory.Memory;
import java.util.List;

/**
 * Walks every list and every chunk and checks what must hold between operations: lists are linked
 * both ways and sorted, chunks tile their memory, what is free agrees with flags and feet, no two
 * free neighbours stay unmerged, and sizes add up.
 */
final class Ptmalloc2Audit extends HeapAudit {
  private final Arenas arenas;
  private final SystemMemory system;
  private final Memory memory;
  private final AddressTable binned = new AddressTable(); // chunk → arena's ordinal
  private final AddressTable cached = new AddressTable(); // in fastbins and tcaches → size
  private final AddressTable ring = new AddressTable(); // first of their sizes in large bins

  Ptmalloc2Audit(Arenas arenas, SystemMemory system) {
    super("ptmalloc2");
    this.arenas = arenas;
    this.system = system;
    this.memory = system.memory();
  }

  /** Checks everything; {@code tcaches} are those of the threads there are. */
  void run(List<TcachePerThread> tcaches) {
    tcaches.forEach(this::auditTcache);
    for (MallocState av : arenas.inListOrder()) {
      for (int bin = Bins.UNSORTED; bin < Bins.END; bin++) {
        auditBin(av, bin);
      }
      for (int index = 0; index < Fastbins.COUNT; index++) {
        auditFastbin(av, index);
      }
    }
    for (MallocState av : arenas.inListOrder()) {
      if (av.isMain()) {
        walkMain(av);
      } else {
        walkHeaps(av);
      }
    }
    if (!binned.isEmpty()) {
      throw corrupted("a chunk in a bin lies in no arena: %s", binned);
    }
    if (!cached.isEmpty()) {
      throw corrupted("a cached chunk lies in no arena: %s", cached);
    }
  }

  private void auditTcache(TcachePerThread tcache) {
    for (int bin = 0; tcache.address() != 0 && bin < tcache.rules.bins(); bin++) {
      int count = tcache.count(bin);
      long at = tcache.head(bin);
      for (int i = 0; i < count; i++, at = tcache.next(at)) {
        require(at != 0, "tcache bin %d ends before its count of %d", bin, count);
        require(tcache.key(at) == TcachePerThread.KEY, "no key in cached block 0x%x", at);
        auditCached(at, bin);
      }
      require(at == 0, "tcache bin %d goes on after its count: 0x%x", bin, at);
    }
  }

  private void auditCached(long mem, int bin) {
    long p = Chunk.mem2chunk(mem);
    long head = Chunk.head(memory, p);
    require(
        TcachePerThread.anyIndexOf(Chunk.sizeOf(head)) == bin,
        "cached 0x%x is not for bin %d",
        mem,
        bin);
    if ((head & Chunk.M) == 0) {
      cache(p, Chunk.sizeOf(head));
    }
  }

  private void auditFastbin(MallocState av, int index) {
    long at = av.fastbins.head(index);
    require(at == 0 || av.fastbins.mayHoldChunks(), "fastbin %d holds chunks unannounced", index);
    for (; at != 0; at = Chunk.fd(memory, at)) {
      cache(at, MIN_BYTES + 16L * index);
    }
  }

  private void cache(long p, long size) {
    require(Chunk.size(memory, p) == size, "cached chunk 0x%x is not of size 0x%x", p, size);
    require(cached.put(p, size) == AddressTable.NONE, "chunk 0x%x is cached twice", p);
    require(!binned.contains(p), "chunk 0x%x is both cached and binned", p);
  }

  private void auditBin(MallocState av, int bin) {
    long before = Bins.sentinel(bin);
    long at = av.bins.first(bin);
    if (at == before && av.bins.last(bin) == at && av.bins.isEmpty(bin)) {
      return; // as most are
    }
    long lastSize = Long.MAX_VALUE;
    for (; !Bins.isSentinel(at); before = at, at = Chunk.fd(memory, at)) {
      long size = Chunk.size(memory, at);
      require(av.bins.bk(at) == before, "bk of 0x%x in bin %d is wrong", at, bin);
      require(binned.put(at, av.ordinal) == AddressTable.NONE, "chunk 0x%x is in two bins", at);
      if (bin != Bins.UNSORTED) {
        require(Bins.indexOf(size) == bin, "size 0x%x does not belong in bin %d", size, bin);
        require(size <= lastSize, "bin %d ascends at 0x%x", bin, at);
        if (size >= MIN_LARGE_BYTES) {
          auditRing(av, bin, at, size != lastSize);
        }
      } else if (size >= MIN_LARGE_BYTES) {
        require(Chunk.fdNextsize(memory, at) == 0, "unsorted 0x%x is in a ring", at);
      }
      lastSize = size;
    }
    require(at == Bins.sentinel(bin), "bin %d ends at the sentinel 0x%x", bin, at);
    require(av.bins.last(bin) == before, "bin %d has the wrong last chunk", bin);
    require(av.bins.isEmpty(bin) == (before == at), "bin %d is half empty", bin);
  }

  private void auditRing(MallocState av, int bin, long p, boolean first) {
    long smaller = Chunk.fdNextsize(memory, p);
    require((smaller != 0) == first, "representative flag of 0x%x in bin %d", p, bin);
    if (first) {
      require(ring.add(p), "chunk 0x%x is twice in its ring", p);
      require(Chunk.bkNextsize(memory, smaller) == p, "ring broken after 0x%x", p);
      require(
          smaller == av.bins.first(bin) || Chunk.size(memory, smaller) < Chunk.size(memory, p),
          "ring ascends at 0x%x",
          p);
    }
  }

  private void walkMain(MallocState av) {
    List<Long> stretches = system.stretches();
    long total = 0;
    for (int i = 0; i + 1 < stretches.size(); i += 2) {
      walk(av, stretches.get(i), stretches.get(i + 1));
      long fence = stretches.get(i + 1);
      require(Chunk.size(memory, fence) == 16, "no fencepost at 0x%x", fence);
      total += fence + MIN_BYTES - stretches.get(i);
    }
    if (av.top != 0) {
      walk(av, stretches.getLast(), av.top);
      total += av.top + av.topSize() - stretches.getLast();
    }
    require(total <= av.systemBytes, "main arena has %d bytes, but %d", av.systemBytes, total);
    require(
        stretches.size() > 1 || av.systemBytes - total < 16 + total % 4096 + 4096,
        "main arena counts %d bytes, but has %d",
        av.systemBytes,
        total);
  }

  private void walkHeaps(MallocState av) {
    Heaps heaps = system.heaps();
    long total = 0;
    long end = av.top;
    for (long heap = Heaps.heapOf(av.top); heap != 0; heap = heaps.prev(heap)) {
      boolean first = heaps.prev(heap) == 0;
      require(heaps.arenaOrdinal(heap) == av.ordinal, "heap 0x%x is of another arena", heap);
      require(heaps.size(heap) <= heaps.mprotectSize(heap), "heap 0x%x is not accessible", heap);
      if (end == 0) {
        end = heaps.fencepost(heap);
        require(Chunk.head(memory, end) == Chunk.P, "no fencepost at 0x%x", end);
        end -= Chunk.prevSize(memory, end);
      } else {
        require(end + av.topSize() == heap + heaps.size(heap), "top does not end heap 0x%x", heap);
      }
      walk(av, heap + (first ? heaps.firstChunk : heaps.infoBytes), end);
      total += heaps.size(heap);
      end = 0;
    }
    require(total == av.systemBytes, "arena counts %d bytes, but has %d", av.systemBytes, total);
  }

  /** Chunks from {@code start} tile the memory up to {@code end}, a top or a fencepost. */
  private void walk(MallocState av, long start, long end) {
    boolean free = false;
    long p = start;
    while (p < end) {
      long head = Chunk.head(memory, p);
      long size = Chunk.sizeOf(head);
      require(size >= MIN_BYTES && (size & 15) == 0, "chunk 0x%x has size 0x%x", p, size);
      require((head & Chunk.M) == 0, "chunk 0x%x in the heap counts as mapped", p);
      require(((head & Chunk.P) == 0) == free, "P of chunk 0x%x is wrong", p);
      long owner = binned.remove(p);
      if (owner != AddressTable.NONE) {
        require(!free, "free chunk 0x%x was not merged with the one before", p);
        require(owner == av.ordinal, "chunk 0x%x is in a bin of another arena", p);
        require((head & Chunk.A) == 0, "binned chunk 0x%x has A", p);
        require(Chunk.prevSize(memory, p + size) == size, "wrong foot of 0x%x", p);
      } else {
        require((head & Chunk.A) == av.flag, "A of chunk 0x%x is wrong", p);
        cached.remove(p);
      }
      free = owner != AddressTable.NONE;
      p += size;
    }
    require(p == end, "chunks end at 0x%x instead of 0x%x", p, end);
    require(((Chunk.head(memory, end) & Chunk.P) == 0) == free, "P of the end 0x%x is wrong", end);
    require(!free || end != av.top, "the chunk before top 0x%x was not merged", end);
  }
}
