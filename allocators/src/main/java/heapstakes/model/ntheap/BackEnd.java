package heapstakes.model.ntheap;

import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.model.ntheap.Entry.BUSY;
import static heapstakes.model.ntheap.Entry.GRANULE;
import static heapstakes.model.ntheap.Entry.LAST;
import static heapstakes.model.ntheap.Entry.LEAST;

import heapstakes.memory.Addresses;
import heapstakes.memory.Memory;
import heapstakes.os.CommitCalls;
import heapstakes.os.Errno;
import java.util.ArrayList;
import java.util.List;

/** Blocks of any size in segments: best fit, joined at once, decommitted above two thresholds. */
final class BackEnd {
  private final Memory memory;
  private final CommitCalls calls;
  private final HeapParameters parameters;
  private final BlockLists free;
  private final ArrayList<HeapSegment> segments = new ArrayList<>();
  private long nextReserve;

  BackEnd(Memory memory, CommitCalls calls, HeapParameters parameters) {
    this.memory = memory;
    this.calls = calls;
    this.parameters = parameters;
    this.free = new BlockLists(memory);
    this.nextReserve = parameters.segmentReserve();
  }

  List<HeapSegment> segments() {
    return segments;
  }

  BlockLists free() {
    return free;
  }

  private long word(long entry) {
    return Entry.word(memory, entry);
  }

  private long bytes(long entry) {
    return Entry.bytes(word(entry));
  }

  /** Bytes of the entry for a block. */
  static long entryBytes(long size) {
    return Math.max(LEAST, Addresses.alignUp(size, GRANULE) + GRANULE);
  }

  /** A busy entry of at least so many bytes, or 0. */
  long allocate(long bytes) {
    long entry = free.find(bytes);
    if (entry != 0) {
      free.remove(entry, bytes(entry));
    } else {
      entry = allocateSlow(bytes);
      if (entry == 0) {
        return 0;
      }
    }
    split(entry, bytes);
    return entry;
  }

  /** Makes the low end of an entry that is in no list busy, the rest a free one. */
  private void split(long entry, long bytes) {
    long word = word(entry);
    long rest = Entry.bytes(word) - bytes;
    if (rest < LEAST) {
      Entry.setWord(memory, entry, word | BUSY);
      return;
    }
    HeapSegment segment = segments.get(Entry.segment(memory, entry));
    Entry.setWord(memory, entry, bytes | BUSY);
    Entry.setPrevious(memory, entry + bytes, segment.number, bytes);
    place(segment, entry + bytes, rest, word & LAST);
    free.insert(entry + bytes, rest);
  }

  /** Writes how long an entry is, and tells who follows it. */
  private void place(HeapSegment segment, long entry, long bytes, long flags) {
    Entry.setWord(memory, entry, bytes | flags);
    if ((flags & LAST) != 0) {
      segment.setLast(entry + bytes, entry);
    } else {
      Entry.setPrevious(memory, entry + bytes, segment.number, bytes);
    }
  }

  /** Commits more of a segment, or begins another: a free entry that is in no list, or 0. */
  private long allocateSlow(long bytes) {
    long length = pageAlignUp(bytes);
    for (HeapSegment segment : segments) {
      int range = segment.firstFit(length);
      if (range >= 0) {
        return commit(segment, range, length);
      }
    }
    long least = pageAlignUp(bytes + HeapSegment.HEADER_BYTES);
    long entry = addSegment(Math.max(nextReserve, least), least);
    return entry != 0 || nextReserve <= least ? entry : addSegment(least, least);
  }

  private long addSegment(long reserve, long least) {
    long start = calls.reserve(reserve);
    if (Errno.isError(start)) {
      return 0;
    }
    long commit = Math.min(reserve, Math.max(pageAlignUp(parameters.segmentCommit()), least));
    if (Errno.isError(calls.commit(start, commit))) {
      calls.release(start, reserve);
      return 0;
    }
    nextReserve *= 2;
    HeapSegment segment = new HeapSegment(segments.size(), start, start + reserve);
    segments.add(segment);
    if (commit < reserve) {
      segment.add(start + commit, start + reserve, 0);
    }
    memory.putLong(start, reserve);
    long entry = segment.firstEntry();
    Entry.setPrevious(memory, entry, segment.number, 0);
    place(segment, entry, commit - HeapSegment.HEADER_BYTES, LAST);
    return entry;
  }

  private long commit(HeapSegment segment, int range, long bytes) {
    long start = segment.startOf(range);
    long below = segment.lastBefore(range);
    if (Errno.isError(calls.commit(start, bytes))) {
      return 0;
    }
    segment.takeLow(range, bytes);
    Entry.setWord(memory, below, word(below) & ~LAST);
    Entry.setPrevious(memory, start, segment.number, start - below);
    place(segment, start, bytes, segment.isLast(start + bytes) ? LAST : 0);
    return join(segment, start);
  }

  /** Joins an entry that is in no list with the free ones on both sides. */
  private long join(HeapSegment segment, long entry) {
    long start = entry;
    long word = word(entry);
    long bytes = Entry.bytes(word);
    long last = word & LAST;
    long above = entry + bytes;
    if (last == 0 && (word(above) & BUSY) == 0) {
      long joined = bytes(above);
      last = word(above) & LAST;
      free.remove(above, joined);
      bytes += joined;
    }
    long previous = Entry.previous(memory, entry);
    if (previous != 0 && (word(entry - previous) & BUSY) == 0) {
      start -= previous;
      free.remove(start, previous);
      bytes += previous;
    }
    place(segment, start, bytes, last);
    return start;
  }

  /** Frees a busy entry. */
  void release(long entry) {
    HeapSegment segment = segments.get(Entry.segment(memory, entry));
    long start = join(segment, entry);
    long bytes = bytes(start);
    if (bytes < parameters.deCommitFreeBlock()
        || free.freeBytes() + bytes < parameters.deCommitTotalFree()
        || !decommit(segment, start, bytes)) {
      free.insert(start, bytes);
    }
  }

  /** Whether the whole pages of a free entry went back; an edge of one granule keeps its page. */
  private boolean decommit(HeapSegment segment, long start, long bytes) {
    long end = start + bytes;
    long from = pageAlignUp(start);
    from += from - start == GRANULE ? Addresses.PAGE_BYTES : 0;
    long to = pageAlignDown(end);
    to -= end - to == GRANULE ? Addresses.PAGE_BYTES : 0;
    long last = word(start) & LAST; // both may be on the first page that goes
    long previous = Entry.previous(memory, start);
    if (to <= from || Errno.isError(calls.decommit(from, to - from))) {
      return false;
    }
    segment.add(from, to, from > start ? start : start - previous);
    if (from > start) {
      place(segment, start, from - start, LAST);
      free.insert(start, from - start);
    } else if (previous != 0) {
      Entry.setWord(memory, start - previous, word(start - previous) | LAST);
    }
    if (end > to) {
      Entry.setPrevious(memory, to, segment.number, 0);
      place(segment, to, end - to, last);
      free.insert(to, end - to);
    } else if (last == 0) {
      Entry.setPrevious(memory, end, segment.number, 0);
    }
    return true;
  }

  /** Whether a busy entry now has at least so many bytes: by its end, or the free one behind. */
  boolean resize(long entry, long bytes) {
    long word = word(entry);
    long had = Entry.bytes(word);
    HeapSegment segment = segments.get(Entry.segment(memory, entry));
    if (bytes > had) {
      long above = entry + had;
      if ((word & LAST) != 0 || (word(above) & BUSY) != 0 || had + bytes(above) < bytes) {
        return false;
      }
      long joined = bytes(above);
      long last = word(above) & LAST;
      free.remove(above, joined);
      place(segment, entry, had + joined, BUSY | last);
    }
    cut(segment, entry, bytes);
    return true;
  }

  /** Frees what a busy entry has beyond {@code bytes}, if that is enough for an entry. */
  private void cut(HeapSegment segment, long entry, long bytes) {
    long word = word(entry);
    long rest = Entry.bytes(word) - bytes;
    if (rest >= LEAST) {
      Entry.setWord(memory, entry, bytes | BUSY);
      Entry.setPrevious(memory, entry + bytes, segment.number, bytes);
      place(segment, entry + bytes, rest, BUSY | word & LAST);
      release(entry + bytes);
    }
  }

  /** Frees what lies before {@code entry} in a busy one, of which it becomes the rest. */
  void cutFront(long whole, long entry) {
    long word = word(whole);
    HeapSegment segment = segments.get(Entry.segment(memory, whole));
    long front = entry - whole;
    Entry.setPrevious(memory, entry, segment.number, front);
    place(segment, entry, Entry.bytes(word) - front, BUSY | word & LAST);
    Entry.setWord(memory, whole, front | BUSY);
    release(whole);
  }
}
