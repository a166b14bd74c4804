package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

/** malloc_trim(3) of both ages. */
final class Trim {
  /** sizeof (struct malloc_chunk): what must stay of a free chunk. */
  private static final long LINKS_BYTES = 48;

  /** The first bin that holds chunks of a page. */
  private static final int FIRST_PAGE_BIN = Bins.indexOf(PAGE_BYTES);

  private Trim() {}

  /** Since glibc 2.8: whole free pages of every arena, and top of the main arena. */
  static boolean modern(Arenas arenas, long pad) {
    boolean released = false;
    for (MallocState av : arenas.inListOrder()) {
      av.lock();
      try {
        InnerFree.consolidate(av);
        released |= releasePages(av, Bins.UNSORTED);
        for (int bin = FIRST_PAGE_BIN; bin < Bins.END; bin++) {
          released |= releasePages(av, bin);
        }
        released |= av.isMain() && av.system.systrim(av, pad);
      } finally {
        av.unlock();
      }
    }
    return released;
  }

  private static boolean releasePages(MallocState av, int bin) {
    boolean released = false;
    for (long p = av.bins.last(bin); !Bins.isSentinel(p); p = Chunk.bk(av.memory, p)) {
      long size = Chunk.size(av.memory, p);
      if (size > PAGE_BYTES - 1 + LINKS_BYTES) {
        long from = pageAlignUp(p + LINKS_BYTES);
        long length = pageAlignDown(size - (from - p));
        if (length > 0) {
          av.system.giveBackPages(from, length);
          released = true;
        }
      }
    }
    return released;
  }

  /** Up to glibc 2.7: top of the main arena only. */
  static boolean legacy(Arenas arenas, long pad) {
    MallocState main = arenas.main();
    main.lock();
    try {
      InnerFree.consolidate(main);
      return main.system.systrim(main, pad);
    } finally {
      main.unlock();
    }
  }
}
