package heapstakes.os;

/** What the kernel has behind a page that is mapped. */
public enum PageState {
  /** No frame: never touched, or given back. */
  EMPTY,
  /** The shared frame of zeros: read and never written. */
  ZERO,
  /** A frame with data. */
  DIRTY,
  /** A frame that was MADV_FREE'd and not written since. */
  LAZY,
  /** In swap. */
  SWAPPED;

  /** Whether it counts as resident. */
  public boolean isResident() {
    return this == DIRTY || this == LAZY;
  }
}
