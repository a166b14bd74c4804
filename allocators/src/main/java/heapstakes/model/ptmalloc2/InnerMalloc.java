package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.MIN_LARGE_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;
import heapstakes.model.ptmalloc2.TcacheRules.Call;

/**
 * Takes a chunk from an arena whose lock is held: glibc's {@code _int_malloc}. Steps are numbered
 * as in the package description.
 */
final class InnerMalloc {
  /** MAX_ITERS: chunks sorted in one pass. */
  private static final int MAX_SORTED_A_PASS = 10_000;

  private InnerMalloc() {}

  /**
   * A block of {@code bytes}, which is not negative.
   *
   * @return its user address, or 0
   */
  static long malloc(MallocState av, TcachePerThread tcache, long bytes) {
    Sorting sorting = tcache.sorting;
    sorting.reset();
    long nb = Chunk.request2size(bytes);
    long p = take(av, tcache, Chunk.toLookFor(nb));
    if (p == 0) {
      p = av.system.sysmalloc(av, tcache, nb); // step 10
    }
    if (p == 0) {
      return 0;
    }
    long mem = Chunk.chunk2mem(p);
    if (av.perturb != 0 && !sorting.servedExactFit()) {
      av.memory.fill(mem, bytes, (byte) (av.perturb ^ 0xFF));
    }
    return mem;
  }

  private static long take(MallocState av, TcachePerThread tcache, long nb) {
    long p = 0;
    if (nb <= av.maxFastBytes) {
      p = fromFastbin(av, tcache, nb); // step 1
    }
    if (p == 0 && nb < MIN_LARGE_BYTES) {
      p = fromSmallBin(av, tcache, nb); // step 2
    } else if (p == 0 && av.fastbins.mayHoldChunks()) {
      InnerFree.consolidate(av); // step 3
    }
    return p != 0 ? p : takeSorting(av, tcache, nb);
  }

  private static long fromFastbin(MallocState av, TcachePerThread tcache, long nb) {
    int index = Fastbins.indexOf(nb);
    long p = av.fastbins.pop(index, "malloc(): unaligned fastbin chunk detected 2");
    if (p == 0) {
      return 0;
    }
    if (Fastbins.indexOf(Chunk.size(av.memory, p)) != index) {
      throw new HeapCorruptedException("malloc(): memory corruption (fast)");
    }
    int bin = TcachePerThread.indexOf(nb);
    while (tcache.hasRoom(bin) && av.fastbins.head(index) != 0) {
      tcache.push(
          bin,
          Chunk.chunk2mem(av.fastbins.pop(index, "malloc(): unaligned fastbin chunk detected 3")));
    }
    return p;
  }

  private static long fromSmallBin(MallocState av, TcachePerThread tcache, long nb) {
    int small = Bins.indexOf(nb);
    Bins bins = av.bins;
    if (bins.isEmpty(small)) {
      return 0;
    }
    long p = bins.last(small);
    if (bins.fd(bins.bk(p)) != p) {
      throw new HeapCorruptedException("malloc(): smallbin double linked list corrupted");
    }
    takeLast(av, small, p, nb);
    startTcache(av, tcache, Call.SMALL_BIN, nb);
    int bin = TcachePerThread.indexOf(nb);
    while (tcache.hasRoom(bin) && !bins.isEmpty(small)) {
      long other = bins.last(small);
      takeLast(av, small, other, nb);
      tcache.push(bin, Chunk.chunk2mem(other));
    }
    return p;
  }

  /** Makes the thread's tcache where the version does so this late. */
  private static void startTcache(MallocState av, TcachePerThread tcache, Call call, long nb) {
    if (tcache.isDueAt(call, nb)) {
      startTcache(av, tcache);
    }
  }

  private static void startTcache(MallocState av, TcachePerThread tcache) {
    long sorted = tcache.sorting.sorted();
    tcache.prepare();
    tcache.open(malloc(av, tcache, tcache.rules.birth().requestWithin()));
    tcache.sorting.resume(sorted);
  }

  private static void takeLast(MallocState av, int bin, long p, long size) {
    Chunk.setInUse(av.memory, p, size, av.flag);
    av.bins.removeLast(bin, p);
  }

  private static long takeSorting(MallocState av, TcachePerThread tcache, long nb) {
    while (true) {
      long p = sortUnsorted(av, tcache, nb); // steps 4 and 5
      if (p == 0 && nb >= MIN_LARGE_BYTES) {
        p = fromOwnBin(av, nb); // step 6
      }
      if (p == 0) {
        p = fromLargerBins(av, nb); // step 7
      }
      if (p == 0) {
        p = fromTop(av, nb); // step 8
      }
      if (p != 0) {
        return p;
      }
      if (!av.fastbins.mayHoldChunks()) {
        return 0;
      }
      InnerFree.consolidate(av); // step 9
    }
  }

  private static long sortUnsorted(MallocState av, TcachePerThread tcache, long nb) {
    Bins bins = av.bins;
    Sorting sorting = tcache.sorting;
    int bin =
        tcache.rules.takesExactFits() ? TcachePerThread.indexOf(nb) : TcachePerThread.SMALL_BINS;
    for (int sorted = 0; sorted < MAX_SORTED_A_PASS && !bins.isEmpty(Bins.UNSORTED); ) {
      long p = bins.last(Bins.UNSORTED);
      long size = checkedSize(av, p);
      if (isLastRemainderFor(av, p, size, nb)) {
        return splitLastRemainder(av, p, size, nb);
      }
      bins.removeLast(Bins.UNSORTED, p);
      if (size == nb) {
        Chunk.setInUse(av.memory, p, size, av.flag);
        startTcache(av, tcache, Call.EXACT_FIT, nb);
        if (!tcache.hasRoom(bin)) {
          return p;
        }
        tcache.push(bin, Chunk.chunk2mem(p));
        sorting.meetExactFit();
        continue;
      }
      bins.sort(p, size);
      sorted++;
      if (sorting.hasSortedEnough()) {
        return takeExactFit(tcache, bin);
      }
    }
    return takeExactFit(tcache, bin);
  }

  /** The exact fit last put into the tcache; 0 when there was none. */
  private static long takeExactFit(TcachePerThread tcache, int bin) {
    if (!tcache.sorting.hasExactFit()) {
      return 0;
    }
    tcache.sorting.serveExactFit();
    return Chunk.mem2chunk(tcache.pop(bin));
  }

  private static boolean isLastRemainderFor(MallocState av, long p, long size, long nb) {
    return nb < MIN_LARGE_BYTES
        && p == av.lastRemainder
        && p == av.bins.first(Bins.UNSORTED)
        && size > nb + MIN_BYTES;
  }

  private static long splitLastRemainder(MallocState av, long p, long size, long nb) {
    av.bins.removeLast(Bins.UNSORTED, p);
    av.lastRemainder = p + nb;
    return split(av, p, size, nb, "malloc(): corrupted unsorted chunks");
  }

  private static long checkedSize(MallocState av, long p) {
    Memory memory = av.memory;
    long size = Chunk.size(memory, p);
    require(size > 16 && size <= av.systemBytes, "malloc(): invalid size (unsorted)");
    long next = p + size;
    long nextHead = Chunk.head(memory, next);
    require(nextHead >= 16 && nextHead <= av.systemBytes, "malloc(): invalid next size (unsorted)");
    require(
        Chunk.prevSize(memory, next) == size, "malloc(): mismatching next->prev_size (unsorted)");
    require(
        av.bins.fd(Chunk.bk(memory, p)) == p && Chunk.fd(memory, p) == Bins.UNSORTED_SENTINEL,
        "malloc(): unsorted double linked list corrupted");
    require((nextHead & P) == 0, "malloc(): invalid next->prev_inuse (unsorted)");
    return size;
  }

  private static void require(boolean sound, String message) {
    if (!sound) {
      throw new HeapCorruptedException(message);
    }
  }

  private static long fromOwnBin(MallocState av, long nb) {
    Memory memory = av.memory;
    int bin = Bins.indexOf(nb);
    long p = av.bins.first(bin);
    if (av.bins.isEmpty(bin) || Chunk.size(memory, p) < nb) {
      return 0;
    }
    long size;
    do {
      p = Chunk.bkNextsize(memory, p);
      size = Chunk.size(memory, p);
    } while (size < nb);
    if (p != av.bins.last(bin) && Chunk.size(memory, Chunk.fd(memory, p)) == size) {
      p = Chunk.fd(memory, p); // leaves the representative of this size in the ring
    }
    av.bins.unlink(p);
    return split(av, p, size, nb, "malloc(): corrupted unsorted chunks");
  }

  private static long fromLargerBins(MallocState av, long nb) {
    int bin = av.bins.nextNonEmpty(Bins.indexOf(nb) + 1);
    if (bin == Bins.END) {
      return 0;
    }
    long p = av.bins.last(bin);
    long size = Chunk.size(av.memory, p);
    av.bins.unlink(p);
    if (nb < MIN_LARGE_BYTES && size - nb >= MIN_BYTES) {
      av.lastRemainder = p + nb;
    }
    return split(av, p, size, nb, "malloc(): corrupted unsorted chunks 2");
  }

  /** Hands out {@code nb} bytes of {@code p}; a rest that can be a chunk goes to unsorted. */
  private static long split(MallocState av, long p, long size, long nb, String whenCorrupted) {
    Memory memory = av.memory;
    long rest = size - nb;
    if (rest < MIN_BYTES) {
      Chunk.setInUse(memory, p, size, av.flag);
      return p;
    }
    long remainder = p + nb;
    av.bins.insertUnsorted(remainder, rest, whenCorrupted);
    Chunk.setHead(memory, p, nb | P | av.flag);
    Chunk.setHead(memory, remainder, rest | P);
    Chunk.setFoot(memory, remainder, rest);
    return p;
  }

  private static long fromTop(MallocState av, long nb) {
    long size = av.topSize();
    require(Long.compareUnsigned(size, av.systemBytes) <= 0, "malloc(): corrupted top size");
    return size >= nb + MIN_BYTES ? av.cutTop(nb, size) : 0;
  }
}
