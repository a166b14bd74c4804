package heapstakes.driver;

import heapstakes.trace.TraceInfo.Touch;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the driver replays, and what it reports besides the figures of the end.
 *
 * @param given options that differ from their defaults
 * @param touch which pages of a new block are written; empty: as the trace says
 * @param silence after this long without a report, of which there is one each thousandth of the
 *     trace, the driver is ended: the library hangs
 * @param timeout after this long the driver is ended in any case
 */
public record DriverOptions(
    Map<Option, Long> given, Optional<Touch> touch, Duration silence, Duration timeout) {
  /** The footprint of a trace: 100 ns an operation, fixed addresses, an hour at most. */
  public static final DriverOptions FOOTPRINT =
      new DriverOptions(Map.of(), Optional.empty(), Duration.ofMinutes(1), Duration.ofHours(1));

  /** Everything that can be compared with a twin. */
  public static final DriverOptions OBSERVATION =
      FOOTPRINT.with(Option.RESULTS, true).with(Option.LOG_CALLS, true).with(Option.MAPS, true);

  /** What the driver takes as {@code key=value}; its table of them is in start.c. */
  public enum Option {
    /** Virtual time that an operation takes in a trace without a clock of its own, in ns. */
    OP_NANOS("op-nanos", 100),
    /**
     * Operations between sample points, which are also at phase marks and at the end; {@link
     * #AUTOMATIC}: so many that there are a thousand, as in a replay.
     */
    SAMPLE_EVERY("sample-every", Option.AUTOMATIC),
    /** Operations between readings of the library's counters; 0: at the end only. */
    COUNTERS_EVERY("counters-every", 0),
    /** Operations between reports of resident pages by range; 0: never. */
    PAGES_EVERY("pages-every", 0),
    /** Each of those with one bit a page. */
    PAGE_BITS("page-bits", 0),
    /** Report what each operation returned. */
    RESULTS("results", 0),
    /** Report each memory system call. */
    LOG_CALLS("log-calls", 0),
    /** Read lazily freed bytes at each sample point: costs about 14 ms a GiB. */
    LAZY_SAMPLES("lazy-samples", 0),
    /** Take the kernel's randomisation of addresses off. */
    NO_ASLR("no-aslr", 1),
    /** Report where everything lies before the first event. */
    MAPS("maps", 0),
    /**
     * Read the page table wherever resident is asked for, as on kernels whose count is not exact:
     * costs about 10 ms a GiB each time.
     */
    SCAN("scan", 0),
    /** Catch the library's memory system calls; without, much is not measured. */
    TRAP("trap", 1),
    /**
     * Which of the library's memory system calls, from 1, fails with ENOMEM, madvise not counted,
     * which cannot; 0: none.
     */
    REFUSE("refuse", 0),
    /**
     * Advise MADV_HUGEPAGE for all that the library maps: what mode always does, for this process.
     * The advice is in no count of calls.
     */
    THP("thp", 0),
    /** Look whether the library keeps what every malloc owes; no figures then. */
    CHECK("check", 0),
    /** Most writable memory for the driver; {@link #AUTOMATIC}: what the machine has available. */
    LIMIT("limit", Option.AUTOMATIC);

    /** Decided when the driver starts. */
    public static final long AUTOMATIC = -1;

    private final String key;
    private final long standard;

    Option(String key, long standard) {
      this.key = key;
      this.standard = standard;
    }

    /** As the driver calls it. */
    String key() {
      return key;
    }
  }

  /** Whether the library keeps what every malloc owes; no figures then. */
  public static final DriverOptions CHECK = FOOTPRINT.with(Option.CHECK, 1);

  public DriverOptions {
    given = Collections.unmodifiableMap(copy(given));
  }

  private static Map<Option, Long> copy(Map<Option, Long> options) {
    Map<Option, Long> copy = new EnumMap<>(Option.class);
    copy.putAll(options);
    return copy;
  }

  /** The value of an option; {@link Option#AUTOMATIC} where that is decided later. */
  public long get(Option option) {
    return given.getOrDefault(option, option.standard);
  }

  /**
   * These with another value.
   *
   * @param value at least 0
   */
  public DriverOptions with(Option option, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(option.key + " is " + value + ", which is negative");
    }
    Map<Option, Long> changed = copy(given);
    changed.put(option, value);
    return new DriverOptions(changed, touch, silence, timeout);
  }

  /** These with an option on or off. */
  public DriverOptions with(Option option, boolean on) {
    return with(option, on ? 1 : 0);
  }

  /** These with other pages of new blocks written. */
  public DriverOptions withTouch(Touch other) {
    return new DriverOptions(given, Optional.of(other), silence, timeout);
  }

  /** These with another silence that is borne. */
  public DriverOptions withSilence(Duration other) {
    return new DriverOptions(given, touch, other, timeout);
  }

  /** These with another end of patience. */
  public DriverOptions withTimeout(Duration other) {
    return new DriverOptions(given, touch, silence, other);
  }
}
