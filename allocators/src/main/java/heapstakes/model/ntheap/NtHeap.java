package heapstakes.model.ntheap;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.model.ntheap.Entry.ALONE;
import static heapstakes.model.ntheap.Entry.BUSY;
import static heapstakes.model.ntheap.Entry.FRONT;
import static heapstakes.model.ntheap.Entry.GRANULE;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.SingleHeap;
import heapstakes.os.AddressSpace;
import heapstakes.os.CommitCalls;
import heapstakes.os.Errno;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Small blocks from the front end, others from the back end, large ones from the kernel. */
final class NtHeap extends SingleHeap {
  private static final long ALONE_HEADER = 48; // before the entry of a block that is alone

  private final CommitCalls calls;
  private final HeapParameters parameters;
  private final BackEnd back;
  private final @Nullable FrontEnd front;
  private long aloneBlocks;
  private long aloneBytes; // usable
  private long aloneCommitted;

  NtHeap(AddressSpace space, HeapParameters parameters) {
    super(space);
    this.calls = space.commitCalls();
    this.parameters = parameters;
    this.back = new BackEnd(memory, calls, parameters);
    this.front = parameters.lfh() ? new FrontEnd(memory, back, parameters.lfhActivation()) : null;
  }

  private long word(long entry) {
    return Entry.word(memory, entry);
  }

  @Override
  public long malloc(long size) {
    if (size < 0 || size > LARGEST_REQUEST) {
      return 0;
    }
    long entry;
    if (front != null && front.serves(size)) {
      entry = front.allocate(size);
    } else if (size > parameters.virtualMemoryThreshold()) {
      return mallocAlone(GRANULE, size);
    } else {
      entry = back.allocate(BackEnd.entryBytes(size));
    }
    return entry == 0 ? 0 : handOut(entry + GRANULE, Entry.bytes(word(entry)) - GRANULE);
  }

  /** Reserved and committed for this block alone. */
  private long mallocAlone(long alignment, long size) {
    long length = pageAlignUp(size + ALONE_HEADER + GRANULE + alignment - GRANULE);
    long start = calls.reserve(length);
    if (Errno.isError(start)) {
      return 0;
    }
    if (Errno.isError(calls.commit(start, length))) {
      calls.release(start, length);
      return 0;
    }
    long block = alignUp(start + ALONE_HEADER + GRANULE, alignment);
    long entry = block - GRANULE;
    Entry.setWord(memory, entry, length | BUSY | ALONE);
    memory.putLong(entry + 8, start);
    aloneBlocks++;
    aloneBytes += usableSize(block);
    aloneCommitted += length;
    return handOut(block, usableSize(block));
  }

  @Override
  public void free(long address) {
    if (address == 0) {
      return;
    }
    long entry = address - GRANULE;
    long word = word(entry);
    if ((word & BUSY) == 0) {
      throw notInUse(address);
    }
    takeBack(usableSize(address));
    if ((word & ALONE) != 0) {
      freeAlone(entry);
    } else if ((word & FRONT) != 0 && front != null) {
      front.release(entry);
    } else {
      back.release(entry);
    }
  }

  private static HeapCorruptedException notInUse(long address) {
    return new HeapCorruptedException(
        String.format(Locale.ROOT, "the heap block 0x%x is not in use", address));
  }

  private void freeAlone(long entry) {
    long length = Entry.bytes(word(entry));
    aloneBlocks--;
    aloneBytes -= usableSize(entry + GRANULE);
    aloneCommitted -= length;
    calls.release(memory.getLong(entry + 8), length);
  }

  @Override
  public long usableSize(long address) {
    long entry = address - GRANULE;
    long word = word(entry);
    return (word & ALONE) == 0
        ? Entry.bytes(word) - GRANULE
        : memory.getLong(entry + 8) + Entry.bytes(word) - address;
  }

  @Override
  protected boolean resizedInPlace(long address, long size) {
    if (size > LARGEST_REQUEST) {
      return false;
    }
    long entry = address - GRANULE;
    if ((word(entry) & (ALONE | FRONT)) != 0) {
      return super.resizedInPlace(address, size);
    }
    long had = usableSize(address);
    if (size > parameters.virtualMemoryThreshold()
        || !back.resize(entry, BackEnd.entryBytes(size))) {
      return false;
    }
    allocatedBytes += usableSize(address) - had;
    return true;
  }

  /** The library has none: what lies before the block is freed. */
  @Override
  public long memalign(long alignment, long size) {
    if (alignment <= ALIGNMENT || size < 0 || size > LARGEST_REQUEST) {
      return malloc(size);
    }
    if (alignment > LARGEST_REQUEST) {
      return 0;
    }
    long most = size + alignment + Entry.LEAST;
    if (most > parameters.virtualMemoryThreshold()) {
      return mallocAlone(alignment, size);
    }
    long entry = back.allocate(BackEnd.entryBytes(most));
    if (entry == 0) {
      return 0;
    }
    long block = alignUp(entry + GRANULE, alignment);
    if (block > entry + GRANULE) {
      block += block - GRANULE - entry < Entry.LEAST ? alignment : 0;
      back.cutFront(entry, block - GRANULE);
    }
    back.resize(block - GRANULE, BackEnd.entryBytes(size));
    return handOut(block, usableSize(block));
  }

  private long committedBytes() {
    return back.segments().stream().mapToLong(HeapSegment::committedBytes).sum() + aloneCommitted;
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = super.counters();
    counters.put("segments", (long) back.segments().size());
    counters.put("free", back.free().freeBytes());
    counters.put("committed", committedBytes());
    counters.put("subsegments", front == null ? 0 : front.subsegments());
    return counters;
  }

  @Override
  public void audit() {
    long blocks = aloneBlocks;
    long usable = aloneBytes;
    long freeEntries = 0;
    long freeBytes = 0;
    for (HeapSegment segment : back.segments()) {
      require(
          segment.isSound(), "ranges of segment %d at 0x%x are not", segment.number, segment.start);
      long below = 0;
      for (long entry = segment.firstEntry(); entry != segment.end; ) {
        long bytes = auditEntry(segment, entry, below);
        long word = word(entry);
        if ((word & BUSY) == 0) {
          freeEntries++;
          freeBytes += bytes;
        } else if ((word & FRONT) == 0 || front == null) {
          blocks++;
          usable += bytes - GRANULE;
        } else {
          long used = front.used(entry + GRANULE);
          require(used >= 0, "subsegment 0x%x has %d in use", entry, used);
          blocks += used;
          usable += used * front.usableSize(entry + GRANULE);
        }
        boolean last = segment.isLast(entry + bytes);
        below = last ? 0 : entry;
        entry = segment.committedFrom(entry + bytes);
      }
    }
    requireCounted(blocks, usable);
    long listed = back.free().count(freeEntries);
    require(listed == freeEntries, "%d free blocks listed, of %d", listed, freeEntries);
    long counted = back.free().freeBytes();
    require(counted == freeBytes, "%d bytes counted as free, found %d", counted, freeBytes);
  }

  /** Returns its bytes. */
  private long auditEntry(HeapSegment segment, long entry, long below) {
    long word = word(entry);
    long bytes = Entry.bytes(word);
    require(
        bytes >= Entry.LEAST && entry + bytes <= segment.end, "0x%x has %d bytes", entry, bytes);
    long previous = Entry.previous(memory, entry);
    require(
        previous == (below == 0 ? 0 : entry - below), "0x%x has %d bytes before", entry, previous);
    boolean apart = below == 0 || ((word | word(below)) & BUSY) != 0;
    require(apart, "0x%x and 0x%x are both free", below, entry);
    boolean last = segment.isLast(entry + bytes);
    require(last == ((word & Entry.LAST) != 0), "0x%x, of %d bytes, is last or not", entry, bytes);
    long known = segment.lastAt(entry + bytes);
    require(known == 0 || known == entry, "0x%x is known as last, not 0x%x", known, entry);
    int number = Entry.segment(memory, entry);
    require(number == segment.number, "0x%x says segment %d", entry, number);
    return bytes;
  }
}
