package heapstakes.model.mimalloc;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A mapping that starts with its own header: a normal one of 512 slices, or a huge one, which has
 * one page of one block. The header's pages are touched where the library writes to them (§20).
 */
final class Segment {
  static final int SLICE_SHIFT = 16;
  static final long SLICE_BYTES = 1L << SLICE_SHIFT;

  /** Slices of a normal segment. */
  static final int SLICES = 512;

  /** Bytes of a normal segment; all segments start at a multiple of it. */
  static final long BYTES = SLICES * SLICE_BYTES;

  /** Slices of the header. */
  static final int HEADER_SLICES = 1;

  // Layout of the header (§20), bytes.
  private static final long FIELDS_BYTES = 264;
  private static final long ZEROED_FROM = 184;
  private static final long RECORD_BYTES = 80;

  /** Inner records of a page that are written, beside the last (MI_MAX_SLICE_OFFSET). */
  private static final int BACK_RECORDS = 255;

  /** Of what is no segment. */
  static final MimallocPage[] NO_PAGES = new MimallocPage[SLICES + 1];

  static {
    Arrays.fill(NO_PAGES, MimallocPage.NONE);
  }

  final long address;
  final boolean huge;
  final int slices;

  /** Bytes of the mapping in front of it, from an alignment greater than a segment's. */
  final long lead;

  final int entries; // slices that have records

  /** The page at each slice, and where the segment ends; of a huge segment everywhere the same. */
  final MimallocPage[] pages = NO_PAGES.clone();

  private final @Nullable FreeSpan[] spans = new @Nullable FreeSpan[SLICES];

  final SliceSet committed = new SliceSet();
  final SliceSet pending = new SliceSet(); // to be decommitted; within committed
  boolean allowDecommit;
  long expire; // ms; 0: nothing is due
  int used; // pages
  boolean lost; // mapped, but the library forgot it when the kernel refused its memory
  int abandoned; // pages
  int visits;
  volatile @Nullable DelayedFrees owner; // null while abandoned or cached
  @Nullable Segment nextAbandoned;
  int number; // in the order in which segments first gave a block; 0: none yet
  private final Memory memory;

  Segment(Memory memory, long address, int slices, boolean huge, long lead) {
    this.memory = memory;
    this.address = address;
    this.slices = slices;
    this.huge = huge;
    this.lead = lead;
    this.entries = Math.min(slices, SLICES);
  }

  /** As a forked child has it, in no list yet. */
  Segment(Segment parent, Memory memory, ForkCopies copies) {
    this(memory, parent.address, parent.slices, parent.huge, parent.lead);
    Arrays.setAll(pages, slice -> copies.in(this, parent.pages[slice]));
    Arrays.setAll(spans, slice -> copies.in(this, parent.spans[slice]));
    committed.copyFrom(parent.committed);
    pending.copyFrom(parent.pending);
    allowDecommit = parent.allowDecommit;
    expire = parent.expire;
    used = parent.used;
    lost = parent.lost;
    abandoned = parent.abandoned;
    visits = parent.visits;
    owner = copies.of(parent.owner);
    number = parent.number;
  }

  long addressOf(int slice) {
    return address + ((long) slice << SLICE_SHIFT);
  }

  long bytes() {
    return (long) slices << SLICE_SHIFT;
  }

  /** What counts as committed of it, in bytes. */
  long committedBytes() {
    return committed.count() * (bytes() / SLICES);
  }

  /** Begins a life: as mapped, or as taken from the cache. */
  void begin(boolean fresh, boolean mayDecommit) {
    memory.touch(address, FIELDS_BYTES);
    if (!fresh) {
      memory.touch(address + ZEROED_FROM, FIELDS_BYTES + RECORD_BYTES * (slices + 1) - ZEROED_FROM);
    }
    allowDecommit = mayDecommit;
    if (!mayDecommit) {
      pending.clear();
    }
    expire = 0;
    used = 0;
    abandoned = 0;
    visits = 0;
    Arrays.fill(pages, MimallocPage.NONE);
    Arrays.fill(spans, null);
  }

  /** The page that starts at {@code slice}, which must be one. */
  MimallocPage pageFrom(int slice) {
    MimallocPage page = pages[slice];
    if (page == MimallocPage.NONE) {
      throw new HeapCorruptedException(
          String.format(Locale.ROOT, "segment 0x%x: slice %d belongs to nothing", address, slice));
    }
    return page;
  }

  /** Writes the record of the header, a page without blocks. */
  void enterHeader() {
    touchRecord(0, 0, 32);
  }

  /** The span whose first or last slice is {@code slice}; null where there is none. */
  @Nullable FreeSpan spanAt(int slice) {
    return slice < entries ? spans[slice] : null;
  }

  /** Enters a free span. */
  void enter(FreeSpan span) {
    spans[span.slice] = span;
    spans[span.end() - 1] = span;
    touchRecord(span.slice, 0, huge || owner == null ? 32 : 72);
    if (span.slices > 1) {
      touchRecord(span.end() - 1, 0, 32);
    }
  }

  /** Removes a free span. */
  void leave(FreeSpan span) {
    spans[span.slice] = null;
    spans[span.end() - 1] = null;
  }

  /** Writes the records of a page. */
  void enter(MimallocPage page) {
    int last = Math.min(page.slice + page.slices, entries) - 1;
    if (huge) {
      Arrays.fill(pages, page);
    } else {
      Arrays.fill(pages, page.slice, page.slice + page.slices, page);
    }
    memory.touch(address, FIELDS_BYTES);
    touchRecord(page.slice, 0, 32);
    for (int slice = page.slice + 1; slice <= Math.min(page.slice + BACK_RECORDS, last); slice++) {
      touchRecord(slice, 0, 32);
    }
    touchRecord(last, 0, 32);
  }

  /** The page's blocks are to be used. */
  void noteStarted(MimallocPage page) {
    touchRecord(page.slice, 10, 72);
  }

  /** The page is gone; its slices belong to nobody until they are a span. */
  void leave(MimallocPage page) {
    if (huge) {
      Arrays.fill(pages, MimallocPage.NONE);
    } else {
      Arrays.fill(pages, page.slice, page.slice + page.slices, MimallocPage.NONE);
    }
    memory.touch(address, FIELDS_BYTES);
    touchRecord(page.slice, 8, RECORD_BYTES);
  }

  /** Writes the lists in the record of the page at {@code slice}. */
  void writeLists(int slice) {
    touchRecord(slice, 16, 48);
  }

  /** Writes the links in the record of the page or span at {@code slice}. */
  void writeLinks(int slice) {
    touchRecord(slice, 56, 72);
  }

  private void touchRecord(int slice, long from, long to) {
    memory.touch(address + FIELDS_BYTES + RECORD_BYTES * slice + from, to - from);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "segment 0x%x (%d slices, %d pages)", address, slices, used);
  }
}
