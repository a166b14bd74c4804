package heapstakes.memory;

import java.util.Locale;

/** An access to an address that is not mapped, or not in this way: SIGSEGV. */
public final class SegmentationFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long address;

  /**
   * @param address the address accessed
   * @param write whether it was a store
   * @param reason what is wrong there, e.g. {@code "no mapping"}
   */
  public SegmentationFault(long address, boolean write, String reason) {
    super(
        String.format(
            Locale.ROOT, "SIGSEGV: %s at 0x%x: %s", write ? "store" : "load", address, reason));
    this.address = address;
  }

  /** The address accessed. */
  public long address() {
    return address;
  }
}
