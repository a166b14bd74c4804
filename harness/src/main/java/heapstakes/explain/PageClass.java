package heapstakes.explain;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import java.util.ArrayList;
import java.util.List;

/**
 * Resident pages of which about the same share is live.
 *
 * @param atLeast the lowest share that belongs here, of 1
 * @param below the first share that does not; above 1: full pages are here
 * @param pages how many
 * @param liveBytes asked for by live blocks in them
 * @param emptyBytes the rest of them
 */
public record PageClass(double atLeast, double below, long pages, long liveBytes, long emptyBytes) {
  private static final double NEXT_TO_NOTHING = 1.0 / PAGE_BYTES;
  private static final double FULL = 1.0;
  private static final double[] BOUNDS = {0, NEXT_TO_NOTHING, 0.25, 0.5, 0.75, FULL, 2};

  /** From pages without a live byte to full ones. */
  static List<PageClass> of(PageTally tally) {
    long[] pages = new long[BOUNDS.length - 1];
    long[] live = new long[pages.length];
    for (int page = 0; page < tally.pages(); page++) {
      int bytes = tally.bytes(Content.LIVE, page);
      int at = 0;
      while ((double) bytes / PAGE_BYTES >= BOUNDS[at + 1]) {
        at++;
      }
      pages[at]++;
      live[at] += bytes;
    }
    List<PageClass> classes = new ArrayList<>();
    for (int i = 0; i < pages.length; i++) {
      classes.add(
          new PageClass(
              BOUNDS[i], BOUNDS[i + 1], pages[i], live[i], pages[i] * PAGE_BYTES - live[i]));
    }
    return classes;
  }

  /** Whether no live byte is in these pages. */
  public boolean isUnused() {
    return atLeast == 0;
  }

  /** Whether nothing but live bytes is in these pages. */
  public boolean isFull() {
    return atLeast == FULL;
  }
}
