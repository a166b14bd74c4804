package heapstakes.explain;

import heapstakes.os.PageState;

/**
 * Neighbouring pages in one state.
 *
 * @param address of the first
 * @param bytes whole pages
 */
public record PageRun(long address, long bytes, PageState state) {
  /** Address behind the last. */
  public long end() {
    return address + bytes;
  }
}
