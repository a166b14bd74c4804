package heapstakes.results;

import java.util.OptionalLong;

/**
 * Memory at one moment, or the highest values of a run, in bytes. Empty: not measured.
 *
 * @param requestedBytes sum of the sizes asked for by live blocks
 * @param allocatedBytes what the allocator handed out for them
 * @param mappedBytes address space obtained from the kernel and still mapped
 * @param residentBytes mapped pages that hold a frame × 4096
 */
public record MemoryUse(
    OptionalLong requestedBytes,
    OptionalLong allocatedBytes,
    OptionalLong mappedBytes,
    OptionalLong residentBytes) {
  /** Nothing was measured. */
  public static final MemoryUse NOT_MEASURED =
      new MemoryUse(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  public MemoryUse {
    Checks.requireNotNegative("requested", requestedBytes);
    Checks.requireNotNegative("allocated", allocatedBytes);
    Checks.requireNotNegative("mapped", mappedBytes);
    Checks.requireNotNegative("resident", residentBytes);
    Checks.requireAscending("requested", requestedBytes, "allocated", allocatedBytes);
    Checks.requireAscending("allocated", allocatedBytes, "mapped", mappedBytes);
    Checks.requireAscending("resident", residentBytes, "mapped", mappedBytes);
  }

  /** All four were measured. */
  public static MemoryUse of(
      long requestedBytes, long allocatedBytes, long mappedBytes, long residentBytes) {
    return new MemoryUse(
        OptionalLong.of(requestedBytes),
        OptionalLong.of(allocatedBytes),
        OptionalLong.of(mappedBytes),
        OptionalLong.of(residentBytes));
  }

  /** Resident − requested: memory held for nobody; negative where blocks were not all touched. */
  public OptionalLong retainedBytes() {
    return residentBytes.isPresent() && requestedBytes.isPresent()
        ? OptionalLong.of(residentBytes.getAsLong() - requestedBytes.getAsLong())
        : OptionalLong.empty();
  }

  void requireAtMost(MemoryUse peak) {
    Checks.requireAscending("requested", requestedBytes, "its peak", peak.requestedBytes);
    Checks.requireAscending("allocated", allocatedBytes, "its peak", peak.allocatedBytes);
    Checks.requireAscending("mapped", mappedBytes, "its peak", peak.mappedBytes);
    Checks.requireAscending("resident", residentBytes, "its peak", peak.residentBytes);
  }
}
