package heapstakes.model.tcmalloc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From a page to its span and its size class, in two levels: a root entry covers 2 GiB. Written
 * under the heap lock, read without: whoever frees a block got its address from the thread that
 * allocated it.
 *
 * <p>Every page of a span of objects has an entry, of other spans the first and the last; other
 * entries may be stale, which does no harm as only ends of spans are looked up.
 */
final class PageMap {
  private static final int LEAF_SHIFT = 18;
  private static final int LEAF_PAGES = 1 << LEAF_SHIFT;
  private static final int ROOT_LENGTH = 1 << (47 - Pages.SHIFT - LEAF_SHIFT);
  private static final long LEAF_BYTES = 2L << 20; // as the library's: a pointer for every page
  private static final byte[] NO_CLASSES = new byte[LEAF_PAGES];

  private final MetadataAllocator metadata;
  private final byte[][] classes = new byte[ROOT_LENGTH + 1][]; // the last: beyond the user's half
  private final @Nullable Span[][] spans = new Span[ROOT_LENGTH + 1][];

  PageMap(MetadataAllocator metadata) {
    this.metadata = metadata;
    Arrays.fill(classes, NO_CLASSES);
  }

  PageMap(MetadataAllocator metadata, PageMap parent, SpanCopies copies) {
    this(metadata);
    for (int root = 0; root < ROOT_LENGTH; root++) {
      @Nullable Span[] leaf = parent.spans[root];
      if (leaf != null) {
        spans[root] = copies.leaf(leaf);
        classes[root] = parent.classes[root].clone();
      }
    }
  }

  /** Size class of the objects in the page of {@code address}; 0: a large block, or not ours. */
  int sizeClassAt(long address) {
    byte[] leaf = classes[(int) Math.min(address >>> (Pages.SHIFT + LEAF_SHIFT), ROOT_LENGTH)];
    return leaf[(int) (address >>> Pages.SHIFT) & (LEAF_PAGES - 1)];
  }

  /** What is noted for {@code page}. */
  @Nullable Span spanAt(long page) {
    @Nullable Span[] leaf = spans[(int) Math.min(page >>> LEAF_SHIFT, ROOT_LENGTH)];
    return leaf == null ? null : leaf[(int) page & (LEAF_PAGES - 1)];
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
    spans[root] = new Span[LEAF_PAGES];
    classes[root] = new byte[LEAF_PAGES];
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
      run = runInLeaf(page, span.end());
      int from = (int) page & (LEAF_PAGES - 1);
      Arrays.fill(spans[(int) (page >>> LEAF_SHIFT)], from, from + run, span);
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
      run = runInLeaf(page, span.end());
      int from = (int) page & (LEAF_PAGES - 1);
      Arrays.fill(classes[(int) (page >>> LEAF_SHIFT)], from, from + run, (byte) sizeClass);
    }
  }

  /** How many of the pages from {@code page} to {@code end} are in the leaf of the first. */
  private static int runInLeaf(long page, long end) {
    return (int) Math.min(end - page, LEAF_PAGES - (page & (LEAF_PAGES - 1)));
  }

  private void set(long page, Span span) {
    spans[(int) (page >>> LEAF_SHIFT)][(int) page & (LEAF_PAGES - 1)] = span;
  }

  /** First page at or after {@code page} that has an entry, or -1. */
  long nextRecorded(long page) {
    for (long root = page >>> LEAF_SHIFT; root < ROOT_LENGTH; root++) {
      @Nullable Span[] leaf = spans[(int) root];
      int from = root == page >>> LEAF_SHIFT ? (int) page & (LEAF_PAGES - 1) : 0;
      for (int i = from; leaf != null && i < LEAF_PAGES; i++) {
        if (leaf[i] != null) {
          return (root << LEAF_SHIFT) + i;
        }
      }
    }
    return -1;
  }
}
