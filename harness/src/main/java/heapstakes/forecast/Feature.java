package heapstakes.forecast;

import java.util.Locale;

/**
 * What is counted while a twin replays, each of which costs so and so many nanoseconds. The work of
 * an allocator's own instructions has a price for each library; what the hardware and the kernel do
 * has one for all.
 */
public enum Feature {
  /** Calls of malloc. */
  MALLOC(Part.PATH, true, 6),
  /** Calls of free. */
  FREE(Part.PATH, true, 6),
  /** Calls of calloc, realloc, memalign and malloc_trim. */
  OTHER_CALL(Part.PATH, true, 15),
  /** Loads and stores of the allocator: steps along lists, headers, links, counts. */
  STEP(Part.PATH, true, 0.8),
  /** Trips of a thread's cache to the part that threads share, where the library counts them. */
  CENTRAL_TRIP(Part.PATH, true, 50),
  /** Blocks that such trips carried. */
  CENTRAL_BLOCK(Part.PATH, true, 3),
  /** Stretches of pages that were taken or given back, where the library counts them. */
  EXTENT(Part.PATH, true, 400),
  /** Calls that took more steps than {@link WorkMeter#FAST_STEPS}. */
  SLOW_CALL(Part.PATH, true, 20),
  /** Calls in a process with other threads, which lock or count atomically. */
  THREADED_CALL(Part.PATH, true, 5),
  /** Calls that went another way than those before let expect: mispredicted branches. */
  SURPRISE(Part.PATH, false, 6),
  /** Bytes cleared and copied. */
  MOVED_BYTE(Part.PATH, false, 0.05),
  /** Loads that the first level of cache does not answer and the second does. */
  LOAD_FROM_L2(Part.CACHE, false, 4),
  /** Loads that the third level answers. */
  LOAD_FROM_L3(Part.CACHE, false, 14),
  /** Loads that no cache answers. */
  LOAD_FROM_MEMORY(Part.CACHE, false, 80),
  /** Stores to a line that the first level does not hold and the second or third does. */
  STORE_MISS(Part.CACHE, false, 2),
  /** Stores to a line that no cache holds. */
  STORE_TO_MEMORY(Part.CACHE, false, 6),
  /** Lines that follow those just used, which hardware fetches ahead. */
  STREAMED_LINE(Part.CACHE, false, 2),
  /** Addresses that the first level of the TLB does not translate and the second does. */
  TLB_MISS(Part.CACHE, false, 3),
  /** Addresses that no TLB translates. */
  PAGE_WALK(Part.CACHE, false, 12),
  /** Page faults. */
  FAULT(Part.FAULTS, false, 600),
  /** System calls. */
  SYSTEM_CALL(Part.SYSTEM_CALLS, false, 400),
  /** Modelled nanoseconds of system calls, their pages included. */
  SYSTEM_CALL_WORK(Part.SYSTEM_CALLS, false, 1);

  /** What a forecast is made of. */
  public enum Part {
    /** The allocator's own instructions. */
    PATH,
    /** Waiting for memory. */
    CACHE,
    /** The kernel's work for pages that are used for the first time. */
    FAULTS,
    /** The kernel's work that was asked for. */
    SYSTEM_CALLS
  }

  private final Part part;
  private final boolean ofLibrary;
  private final double usualNanos;

  Feature(Part part, boolean ofLibrary, double usualNanos) {
    this.part = part;
    this.ofLibrary = ofLibrary;
    this.usualNanos = usualNanos;
  }

  /** Which part of a forecast it belongs to. */
  public Part part() {
    return part;
  }

  /** Whether each library has its own price. */
  public boolean isOfLibrary() {
    return ofLibrary;
  }

  /**
   * About what one costs on a processor of these years, in ns: from manuals and experience, not
   * from a calibration. It decides where traces do not.
   */
  double usualNanos() {
    return usualNanos;
  }

  /** Its name in files. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
