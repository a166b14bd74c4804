package heapstakes.model.tcmalloc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From a page to its span and its size class, in two levels: a root entry covers 2 GiB. The
 * library's leaf is one array, cleared in full, and that is what the modelled process pays; here
 * its parts come into being when they are written, so that a sparse heap costs the simulator
 * little. Written under the heap lock, read without: whoever frees a block got its address from the
 * thread that allocated it.
 *
 * <p>Every page of a span of objects has an entry, of other spans the first and the last; other
 * entries may be stale, which does no harm as only ends of spans are looked up.
 */
final class PageMap {
  private static final int LEAF_SHIFT = 18; // as PageMap2, pagemap.h: 2 GiB of address space
  private static final int LEAF_PAGES = 1 << LEAF_SHIFT;
  private static final int ROOT_LENGTH =
      1 << (47 - PageSize.SHIFT - LEAF_SHIFT); // 47 bits of address
  private static final long LEAF_BYTES =
      2L << 20; // as PageMap2's: a pointer for every page; specification §4.2
  private static final int PART_SHIFT = 9;
  private static final int PART_PAGES = 1 << PART_SHIFT;
  private static final byte[] NO_CLASSES = new byte[LEAF_PAGES];

  private final MetadataAllocator metadata;
  private final byte[][] classes = new byte[ROOT_LENGTH + 1][]; // the last: beyond the user's half
  private final @Nullable Span[][][] spans = new Span[ROOT_LENGTH + 1][][];
  private int lowestRoot = ROOT_LENGTH; // with a leaf, as the next
  private int highestRoot;

  PageMap(MetadataAllocator metadata) {
    this.metadata = metadata;
    Arrays.fill(classes, NO_CLASSES);
  }

  PageMap(MetadataAllocator metadata, PageMap parent, SpanCopies copies) {
    this(metadata);
    lowestRoot = parent.lowestRoot;
    highestRoot = parent.highestRoot;
    for (int root = 0; root < ROOT_LENGTH; root++) {
      @Nullable Span[][] leaf = parent.spans[root];
      if (leaf != null) {
        spans[root] =
            Arrays.stream(leaf).map(p -> p == null ? null : copies.leaf(p)).toArray(Span[][]::new);
        classes[root] =
            parent.classes[root] == NO_CLASSES ? NO_CLASSES : parent.classes[root].clone();
      }
    }
  }

  /** Size class of the objects in the page of {@code address}; 0: a large block, or not ours. */
  int sizeClassAt(long address) {
    byte[] leaf = classes[(int) Math.min(address >>> (PageSize.SHIFT + LEAF_SHIFT), ROOT_LENGTH)];
    return leaf[(int) (address >>> PageSize.SHIFT) & (LEAF_PAGES - 1)];
  }

  /** What is noted for {@code page}. */
  @Nullable Span spanAt(long page) {
    @Nullable Span[][] leaf = spans[(int) Math.min(page >>> LEAF_SHIFT, ROOT_LENGTH)];
    @Nullable Span[] part = leaf == null ? null : leaf[partOf(page)];
    return part == null ? null : part[(int) page & (PART_PAGES - 1)];
  }

  /**
   * Makes room for entries of {@code [start, start + count)}.
   *
   * @return false when there is no memory for them, or no such addresses
   */
  boolean ensure(long start, long count) {
    long last = (start + count - 1) >>> LEAF_SHIFT;
    for (long root = start >>> LEAF_SHIFT; root <= last; root++) {
      if (root >= ROOT_LENGTH || (spans[(int) root] == null && !addLeaf((int) root))) {
        return false;
      }
    }
    return true;
  }

  private boolean addLeaf(int root) {
    long address = metadata.allocate(LEAF_BYTES);
    if (address == 0) {
      return false;
    }
    metadata.touch(address, LEAF_BYTES); // the library clears it
    spans[root] = new Span[LEAF_PAGES >> PART_SHIFT][];
    lowestRoot = Math.min(lowestRoot, root);
    highestRoot = Math.max(highestRoot, root);
    return true;
  }

  /** Notes {@code span} for its first and last page. */
  void record(Span span) {
    set(span.start, span);
    set(span.end() - 1, span);
  }

  /** Notes {@code span} and its class for all its pages. */
  void recordObjects(Span span, int sizeClass) {
    int run;
    for (long page = span.start; page < span.end(); page += run) {
      int from = (int) page & (PART_PAGES - 1);
      run = (int) Math.min(span.end() - page, PART_PAGES - from);
      Arrays.fill(partFor(page), from, from + run, span);
    }
    setClass(span, sizeClass);
  }

  /** The pages of {@code span} hold no objects any more. */
  void forgetClass(Span span) {
    setClass(span, 0);
  }

  private void setClass(Span span, int sizeClass) {
    int run;
    for (long page = span.start; page < span.end(); page += run) {
      int from = (int) page & (LEAF_PAGES - 1);
      run = (int) Math.min(span.end() - page, LEAF_PAGES - from);
      int root = (int) (page >>> LEAF_SHIFT);
      if (classes[root] == NO_CLASSES) {
        if (sizeClass == 0) {
          continue;
        }
        classes[root] = new byte[LEAF_PAGES];
      }
      Arrays.fill(classes[root], from, from + run, (byte) sizeClass);
    }
  }

  private void set(long page, Span span) {
    partFor(page)[(int) page & (PART_PAGES - 1)] = span;
  }

  private static int partOf(long page) {
    return (int) (page & (LEAF_PAGES - 1)) >> PART_SHIFT;
  }

  /** The part of a leaf that notes {@code page}, whose leaf {@link #ensure} has made. */
  private @Nullable Span[] partFor(long page) {
    @Nullable Span[][] leaf = spans[(int) (page >>> LEAF_SHIFT)];
    int index = partOf(page);
    if (leaf[index] == null) {
      leaf[index] = new Span[PART_PAGES];
    }
    return leaf[index];
  }

  /** First page at or after {@code page} that has an entry, or -1. */
  long nextRecorded(long page) {
    long candidate = Math.max(page, (long) lowestRoot << LEAF_SHIFT);
    while (candidate >>> LEAF_SHIFT <= highestRoot) {
      @Nullable Span[][] leaf = spans[(int) (candidate >>> LEAF_SHIFT)];
      if (leaf == null) {
        candidate = (candidate | LEAF_PAGES - 1) + 1;
      } else if (leaf[partOf(candidate)] == null) {
        candidate = (candidate | PART_PAGES - 1) + 1;
      } else if (spanAt(candidate) == null) {
        candidate++;
      } else {
        return candidate;
      }
    }
    return -1;
  }
}
