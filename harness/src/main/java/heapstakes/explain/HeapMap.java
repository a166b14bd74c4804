package heapstakes.explain;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;

import heapstakes.os.PageState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pages of a process, one by one, in sections that leave out long stretches in which there is
 * nothing.
 */
public final class HeapMap {
  /** Pages that are mapped but empty, or not mapped, are shown if there are no more in a row. */
  static final long MOST_EMPTY = 256;

  private final List<Section> sections = new ArrayList<>();

  /**
   * Neighbouring pages.
   *
   * @param address of the first
   * @param kinds of each
   * @param shares of each that are live, of 1
   */
  public record Section(long address, PageKind[] kinds, float[] shares) {
    /** Address behind the last page. */
    public long end() {
      return address + kinds.length * PAGE_BYTES;
    }
  }

  /** Of what was found. */
  public static HeapMap of(Explanation explanation) {
    HeapMap map = new HeapMap();
    List<PageRun> group = new ArrayList<>();
    for (PageRun run : explanation.heap().pages()) {
      boolean isLong = run.state() == PageState.EMPTY && run.bytes() > MOST_EMPTY * PAGE_BYTES;
      boolean isFar =
          !group.isEmpty() && run.address() - group.getLast().end() > MOST_EMPTY * PAGE_BYTES;
      if (isLong || isFar) {
        map.add(group, explanation.tally());
        group.clear();
      }
      if (!isLong) {
        group.add(run);
      }
    }
    map.add(group, explanation.tally());
    return map;
  }

  private void add(List<PageRun> runs, PageTally tally) {
    if (runs.stream().noneMatch(run -> run.state() != PageState.EMPTY)) {
      return;
    }
    long start = runs.getFirst().address();
    int pages = Math.toIntExact((runs.getLast().end() - start) >>> PAGE_SHIFT);
    Section section = new Section(start, new PageKind[pages], new float[pages]);
    Arrays.fill(section.kinds, PageKind.UNMAPPED);
    for (PageRun run : runs) {
      int from = (int) ((run.address() - start) >>> PAGE_SHIFT);
      int to = (int) ((run.end() - start) >>> PAGE_SHIFT);
      Arrays.fill(section.kinds, from, to, plain(run.state()));
    }
    tally.forEachPage(
        start,
        section.end(),
        (page, bytes) -> {
          int at = (int) ((tally.address(page) - start) >>> PAGE_SHIFT);
          section.shares[at] = (float) tally.bytes(Content.LIVE, page) / PAGE_BYTES;
          section.kinds[at] = resident(tally, page, section.kinds[at]);
        });
    sections.add(section);
  }

  private static PageKind plain(PageState state) {
    return switch (state) {
      case EMPTY, ZERO -> PageKind.EMPTY;
      case DIRTY -> PageKind.UNUSED;
      case LAZY -> PageKind.LAZY;
      case SWAPPED -> PageKind.SWAPPED;
    };
  }

  private static PageKind resident(PageTally tally, int page, PageKind otherwise) {
    if (tally.bytes(Content.LIVE, page) > 0) {
      return PageKind.LIVE;
    }
    boolean isRecord = tally.bytes(Content.OTHER, page) == PAGE_BYTES;
    return isRecord && otherwise == PageKind.UNUSED ? PageKind.RECORDS : otherwise;
  }

  /** By address, upwards. */
  public List<Section> sections() {
    return sections;
  }

  /** Pages that are shown. */
  public long pages() {
    return sections.stream().mapToLong(section -> section.kinds.length).sum();
  }

  /** How many of the pages are of a kind. */
  public long count(PageKind kind) {
    return sections.stream()
        .mapToLong(section ->
            IntStream.range(0, section.kinds.length).filter(i -> section.kinds[i] == kind).count())
        .sum();
  }
}
