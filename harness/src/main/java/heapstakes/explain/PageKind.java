package heapstakes.explain;

/** What a page is, to somebody who looks at a map of the heap. */
public enum PageKind {
  /** Resident, with live bytes. */
  LIVE("has live blocks: the darker, the more"),
  /** Resident, nothing in it is live. */
  UNUSED("dirty, nothing live"),
  /** Resident, of the allocator's own. */
  RECORDS("the allocator's records"),
  /** MADV_FREE'd and not written since. */
  LAZY("lazily freed"),
  /** In swap. */
  SWAPPED("in swap"),
  /** Mapped without a frame. */
  EMPTY("never touched, or given back"),
  /** Not mapped. */
  UNMAPPED("not mapped");

  private final String words;

  PageKind(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
