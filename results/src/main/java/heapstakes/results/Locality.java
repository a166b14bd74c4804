package heapstakes.results;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * How close together lies what a contestant, and the program that uses its blocks, read and write.
 * Counted, so the same on every machine.
 *
 * @param oneLife of a fresh process
 * @param steady of a heap that lives on
 */
public record Locality(Touched oneLife, Touched steady) {
  /** Operations after which lines and pages are counted anew. */
  public static final int WINDOW = 1000;

  /**
   * Per {@link #WINDOW} operations. The program is in it with what the trace says: it writes one
   * byte to each page of a new block, its first, and what {@code w} and {@code d} lines name.
   *
   * @param lines different cache lines of 64 bytes that were touched
   * @param pages different pages of 4 KiB
   * @param ownLines those of the lines that the allocator itself touched: headers, links, tables
   * @param ownPages those of the pages
   * @param l1Misses accesses to lines that the first level of cache did not hold
   * @param l2Misses nor the second
   * @param l3Misses nor the third
   * @param tlbMisses accesses to pages that the first level of the TLB did not hold
   * @param pageWalks nor the second
   */
  public record Touched(
      double lines,
      double pages,
      double ownLines,
      double ownPages,
      double l1Misses,
      double l2Misses,
      double l3Misses,
      double tlbMisses,
      double pageWalks) {}

  /** Every figure with its column. */
  public SequencedMap<Column, Double> byColumn() {
    SequencedMap<Column, Double> figures = new LinkedHashMap<>();
    put(figures, "one_life", oneLife);
    put(figures, "steady", steady);
    return figures;
  }

  private static void put(SequencedMap<Column, Double> figures, String time, Touched touched) {
    figures.put(column(time, "lines"), touched.lines());
    figures.put(column(time, "pages"), touched.pages());
    figures.put(column(time, "own_lines"), touched.ownLines());
    figures.put(column(time, "own_pages"), touched.ownPages());
    figures.put(column(time, "l1_misses"), touched.l1Misses());
    figures.put(column(time, "l2_misses"), touched.l2Misses());
    figures.put(column(time, "l3_misses"), touched.l3Misses());
    figures.put(column(time, "tlb_misses"), touched.tlbMisses());
    figures.put(column(time, "page_walks"), touched.pageWalks());
  }

  /**
   * The column of a figure.
   *
   * @param time one_life or steady
   * @param what lines, own_pages, l1_misses …
   */
  public static Column column(String time, String what) {
    return Column.named(
        String.format(Locale.ROOT, "locality_%s_%s_per_%d_ops", time, what, WINDOW));
  }
}
