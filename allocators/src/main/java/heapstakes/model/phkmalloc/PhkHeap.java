package heapstakes.model.phkmalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import java.util.SequencedMap;

/** Chunks of powers of two, a size a page, above runs of pages. */
final class PhkHeap extends SingleHeap {
  private static final int MIN_SHIFT = 4; // 16 bytes
  private static final int MAX_SHIFT = PAGE_SHIFT - 1; // half a page

  // What is known of a page of chunks: next of its list, page, counts, a bit for each free chunk.
  private static final long NEXT = 0;
  private static final long PAGE = 8;
  private static final long COUNTS = 16; // shift, free << 16, total << 32
  private static final long BITS = 24;
  private static final long ONE_FREE = 1 << 16;
  private static final long COUNT = 0xffff;

  private final PageDirectory directory;
  private final PageRuns runs;
  private long warnings;

  PhkHeap(AddressSpace space, long cachePages, boolean hints) {
    super(space);
    this.directory = new PageDirectory(space);
    this.runs = new PageRuns(space, directory, this, cachePages << PAGE_SHIFT, hints);
  }

  private PhkHeap(PhkHeap parent, AddressSpace child) {
    super(parent, child);
    this.directory = new PageDirectory(parent.directory, child);
    this.runs = new PageRuns(parent.runs, child, directory, this);
    this.warnings = parent.warnings;
  }

  private static int shiftOf(long size) {
    return size <= 1 << MIN_SHIFT ? MIN_SHIFT : Long.SIZE - Long.numberOfLeadingZeros(size - 1);
  }

  @Override
  public long malloc(long size) {
    if (size < 0 || size > LARGEST_REQUEST) {
      return 0;
    }
    int shift = shiftOf(size);
    if (shift > MAX_SHIFT) {
      return mallocPages(size);
    }
    long chunk = allocateChunk(shift);
    return chunk == 0 ? 0 : handOut(chunk, 1L << shift);
  }

  private long mallocPages(long size) {
    long bytes = pageAlignUp(size);
    long run = runs.allocate(bytes);
    return run == 0 ? 0 : handOut(run, bytes);
  }

  /** The lowest free chunk of the first page in the list. */
  private long allocateChunk(int shift) {
    if (directory.head(shift) == 0 && !makeChunks(shift)) {
      return 0;
    }
    long info = directory.head(shift);
    long at = info + BITS;
    long bits = memory.getLong(at);
    while (bits == 0) {
      at += 8;
      bits = memory.getLong(at);
    }
    memory.putLong(at, bits & (bits - 1));
    long counts = memory.getLong(info + COUNTS) - ONE_FREE;
    memory.putLong(info + COUNTS, counts);
    if (freeOf(counts) == 0) {
      directory.setHead(shift, memory.getLong(info + NEXT));
      memory.putLong(info + NEXT, 0);
    }
    long number = 8 * (at - info - BITS) + Long.numberOfTrailingZeros(bits);
    return memory.getLong(info + PAGE) + (number << shift);
  }

  private static long freeOf(long counts) {
    return counts >>> 16 & COUNT;
  }

  private static long totalOf(long counts) {
    return counts >>> 32;
  }

  private static int shift(long counts) {
    return (int) (counts & COUNT);
  }

  /** Bytes of what is known of a page of such chunks. */
  private static long infoBytes(int shift) {
    return BITS + alignUp(PAGE_BYTES >>> shift, 64) / 8;
  }

  /** A new page; what is known of it is in there, unless chunks are much larger than that. */
  private boolean makeChunks(int shift) {
    long page = runs.allocate(PAGE_BYTES);
    if (page == 0) {
      return false;
    }
    boolean inside = 1L << shift <= 2 * infoBytes(shift);
    long info = inside ? page : allocateInternal(infoBytes(shift));
    if (info == 0) {
      runs.free(page, PAGE_BYTES);
      return false;
    }
    long chunks = PAGE_BYTES >>> shift;
    long taken = inside ? Math.ceilDiv(infoBytes(shift), 1L << shift) : 0;
    for (long i = 0; i < chunks; i += 64) {
      long bits = chunks - i >= 64 ? -1 : (1L << chunks - i) - 1;
      memory.putLong(info + BITS + i / 8, i == 0 ? bits & -(1L << taken) : bits);
    }
    memory.putLong(info + COUNTS, shift | (chunks - taken) << 16 | (chunks - taken) << 32);
    memory.putLong(info + PAGE, page);
    memory.putLong(info + NEXT, directory.head(shift));
    directory.setHead(shift, info);
    directory.set(page, info);
    return true;
  }

  /** A chunk for the allocator's own use; 0 without memory. */
  long allocateInternal(long size) {
    return allocateChunk(shiftOf(size));
  }

  void freeInternal(long chunk) {
    freeChunk(directory.get(chunk), chunk);
  }

  @Override
  public void free(long address) {
    if (address == 0) {
      return;
    }
    long word = directory.get(address);
    if (word > PageDirectory.FOLLOWING) {
      long usable = 1L << shift(memory.getLong(word + COUNTS));
      if (freeChunk(word, address)) {
        takeBack(usable);
      }
    } else {
      freePages(address, word);
    }
  }

  private void freePages(long address, long word) {
    if (word == PageDirectory.FIRST) {
      long bytes = runBytes(address);
      takeBack(bytes);
      runs.free(address, bytes);
    } else {
      warnings++; // "page is already free" or "junk pointer": it says so and goes on
    }
  }

  private long runBytes(long run) {
    long end = run + PAGE_BYTES;
    while (directory.get(end) == PageDirectory.FOLLOWING) {
      end += PAGE_BYTES;
    }
    return end - run;
  }

  private boolean freeChunk(long info, long chunk) {
    long counts = memory.getLong(info + COUNTS);
    long number = (chunk & (PAGE_BYTES - 1)) >>> shift(counts);
    long at = info + BITS + number / 64 * 8;
    long bits = memory.getLong(at);
    long bit = 1L << number;
    if ((bits & bit) != 0) {
      warnings++; // "chunk is already free": it says so and goes on
      return false;
    }
    memory.putLong(at, bits | bit);
    counts += ONE_FREE;
    memory.putLong(info + COUNTS, counts);
    if (freeOf(counts) == 1) {
      listByAddress(info, shift(counts));
    }
    if (freeOf(counts) == totalOf(counts)) {
      freeChunkPage(info, shift(counts));
    }
    return true;
  }

  private void listByAddress(long info, int shift) {
    long page = memory.getLong(info + PAGE);
    long before = 0;
    long after = directory.head(shift);
    while (after != 0 && memory.getLong(after + PAGE) < page) {
      before = after;
      after = memory.getLong(after + NEXT);
    }
    memory.putLong(info + NEXT, after);
    link(before, info, shift);
  }

  private void link(long before, long info, int shift) {
    if (before == 0) {
      directory.setHead(shift, info);
    } else {
      memory.putLong(before + NEXT, info);
    }
  }

  private void freeChunkPage(long info, int shift) {
    long before = 0;
    long at = directory.head(shift);
    while (at != info) {
      before = at;
      at = memory.getLong(at + NEXT);
    }
    link(before, memory.getLong(info + NEXT), shift);
    long page = memory.getLong(info + PAGE);
    directory.set(page, PageDirectory.FIRST);
    if (info != page) {
      freeInternal(info);
    }
    runs.free(page, PAGE_BYTES);
  }

  /** The library has none: chunks are aligned to their size, and runs are cut to measure. */
  @Override
  public long memalign(long alignment, long size) {
    if (alignment < PAGE_BYTES || size < 0 || size > LARGEST_REQUEST) {
      return malloc(size < 0 ? size : Math.max(size, alignment));
    }
    if (alignment > LARGEST_REQUEST) {
      return 0;
    }
    long bytes = pageAlignUp(Math.max(size, 1));
    long more = alignment - PAGE_BYTES;
    long run = runs.allocate(bytes + more);
    if (run == 0) {
      return 0;
    }
    long aligned = alignUp(run, alignment);
    long end = run + bytes + more;
    directory.set(aligned, PageDirectory.FIRST);
    if (end > aligned + bytes) {
      directory.set(aligned + bytes, PageDirectory.FIRST);
      runs.free(aligned + bytes, end - aligned - bytes);
    }
    if (aligned > run) {
      runs.free(run, aligned - run);
    }
    return handOut(aligned, bytes);
  }

  /** A run with the same number of pages, or a chunk that is not of the next smaller size. */
  @Override
  protected boolean resizedInPlace(long address, long size) {
    long usable = usableSize(address);
    return usable >= PAGE_BYTES
        ? pageAlignUp(size) == usable
        : size <= usable && (size > usable / 2 || usable == 1 << MIN_SHIFT);
  }

  @Override
  public long usableSize(long address) {
    long word = directory.get(address);
    return word > PageDirectory.FOLLOWING
        ? 1L << shift(memory.getLong(word + COUNTS))
        : runBytes(address);
  }

  @Override
  public long metadataBytes() {
    return directory.bytes();
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = super.counters();
    counters.put("warnings", warnings);
    counters.put("lost", runs.lostBytes());
    return counters;
  }

  @Override
  public void audit() {
    long blocks = runs.reserve() == 0 ? 0 : -1;
    long usable = 64 * blocks; // the chunk of a node
    long free = runs.lostBytes();
    long end = 0;
    for (long node = runs.first(); node != 0; node = runs.next(node)) {
      require(runs.start(node) > end, "run 0x%x begins before 0x%x ends", runs.start(node), end);
      end = runs.start(node) + runs.bytes(node);
      require(end <= runs.top(), "a run ends at 0x%x, above the break 0x%x", end, runs.top());
      free += runs.bytes(node);
      blocks--;
      usable -= 64;
    }
    long page = pageAlignUp(space.initialBreak());
    for (; page < runs.top(); page += PAGE_BYTES) {
      long word = directory.get(page);
      if (word == PageDirectory.FREE) {
        free -= PAGE_BYTES;
      } else if (word == PageDirectory.FIRST) {
        blocks++;
        usable += runBytes(page);
      } else if (word > PageDirectory.FOLLOWING) {
        long used = auditChunks(page, word);
        int shift = shift(memory.getLong(word + COUNTS));
        boolean inside = pageAlignDown(word) == page;
        blocks += used - (inside ? 0 : 1);
        usable += (used << shift) - (inside ? 0 : 1L << shiftOf(infoBytes(shift)));
      }
    }
    require(
        free == 0, "runs and directory differ by %d free bytes, %d lost", free, runs.lostBytes());
    requireCounted(blocks, usable);
  }

  /** Returns the chunks in use. */
  private long auditChunks(long page, long info) {
    long counts = memory.getLong(info + COUNTS);
    int shift = shift(counts);
    require(memory.getLong(info + PAGE) == page, "the chunks of 0x%x are at 0x%x", page, info);
    require(shift >= MIN_SHIFT && shift <= MAX_SHIFT, "chunks of 0x%x have shift %d", page, shift);
    long set = 0;
    for (long i = 0; i < PAGE_BYTES >>> shift; i += 64) {
      set += Long.bitCount(memory.getLong(info + BITS + i / 8));
    }
    require(set == freeOf(counts), "of the chunks at 0x%x %d are marked free", page, set);
    boolean listed = false;
    for (long at = directory.head(shift); at != 0 && !listed; at = memory.getLong(at + NEXT)) {
      listed = at == info;
    }
    require(listed == (set > 0), "the page 0x%x with %d free is wrongly listed or not", page, set);
    return totalOf(counts) - set;
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new PhkHeap(this, child);
  }
}
