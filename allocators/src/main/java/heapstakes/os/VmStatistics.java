package heapstakes.os;

import java.util.Map;

/**
 * What the kernel knows of one process's anonymous memory, in bytes and counts, exact at every
 * call. Mapped and resident are the allocator's share: what the process had before its first system
 * call (program text, libraries, stack) is not in them. Terms: see the vocabulary of {@code
 * heapstakes.allocator}.
 */
public interface VmStatistics {
  /** {@code (break - initial break)} rounded up to pages, plus mapped regions. */
  long mappedBytes();

  /** Highest {@link #mappedBytes} so far. */
  long peakMappedBytes();

  /**
   * Mapped pages that hold a frame, × 4096; MADV_FREE'd ones until reclaimed; -1 where not
   * measured. Real memory counts a page that was only read.
   */
  long residentBytes();

  /**
   * Highest {@link #residentBytes} so far, at every page fault, not sampled; -1 where not measured.
   */
  long peakResidentBytes();

  /** The part of resident that was MADV_FREE'd and not written since; -1 where not measured. */
  long lazyFreeBytes();

  /** Pages in swap × 4096; -1 where not measured. */
  long swappedBytes();

  /**
   * Cumulative bytes of resident pages given up, by way, in the kernel's order; empty where not
   * measured. Real memory counts a page that is promised by MADV_FREE twice, twice.
   */
  Map<? extends ReturnKind, Long> returnedBytes();

  /**
   * The part of resident in huge mappings (AnonHugePages); -1 where not measured, or where the
   * kernel has no huge pages.
   */
  default long anonHugeBytes() {
    return -1;
  }

  /** Highest {@link #anonHugeBytes} so far; -1 as there. */
  default long peakAnonHugeBytes() {
    return -1;
  }

  /**
   * The part of resident that only a huge page brought in: pages that were empty, or read as zero,
   * when a huge page was mapped over them, and were not written since; -1 where not measured.
   */
  default long hugeBloatBytes() {
    return -1;
  }

  /** Highest {@link #hugeBloatBytes} so far; -1 as there. */
  default long peakHugeBloatBytes() {
    return -1;
  }

  /** Ranges of 2 MiB that khugepaged has collapsed; -1 where not measured. */
  default long collapses() {
    return -1;
  }

  /** Faults served without input/output; -1 where not measured. */
  long minorFaults();

  /** Faults that had to read swap; -1 where not measured. */
  long majorFaults();

  /** System calls by kind, failed ones included, in the kernel's order. */
  Map<? extends CallKind, Long> calls();

  /** System calls of one kind, failed ones included; 0 where the kernel has no such call. */
  default long calls(CallKind kind) {
    Long count = calls().get(kind);
    return count == null ? 0 : count;
  }

  /** Whether resident is exact at every call and asking costs nothing: memory is simulated. */
  default boolean isExact() {
    return modelledNanos() >= 0;
  }

  /** Modelled cost of all system calls and faults so far in ns; -1 where not modelled. */
  long modelledNanos();
}
