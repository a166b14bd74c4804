package heapstakes.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * What a replay cost in memory and in kernel work. Empty: not measured. After {@link
 * Status#OOM_KILLED} and a {@link Status#isFailure failure} the end values are empty: there was no
 * end.
 *
 * @param outcome how it went
 * @param space memory it took
 * @param kernel what the kernel did
 * @param modelled deterministic cost
 * @param timeline points in order
 * @param counters the allocator's own counters at the end under the library's own names
 * @param forecast of the library that this is the twin of
 * @param traffic what became of blocks between malloc and free
 * @param arenas what the allocator divides its memory into
 * @param hugePages what of the memory was in huge pages
 * @param locality of what was touched, where it was counted
 */
public record Footprint(
    Outcome outcome,
    Space space,
    Kernel kernel,
    Optional<Modelled> modelled,
    List<TimelinePoint> timeline,
    SequencedMap<String, Long> counters,
    Optional<Forecast> forecast,
    Traffic traffic,
    Arenas arenas,
    HugePages hugePages,
    Optional<Locality> locality) {

  public Footprint {
    timeline = List.copyOf(timeline);
    counters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(counters));
  }

  /** Without a forecast, and without what is known of blocks and arenas. */
  public Footprint(
      Outcome outcome,
      Space space,
      Kernel kernel,
      Optional<Modelled> modelled,
      List<TimelinePoint> timeline,
      SequencedMap<String, Long> counters) {
    this(
        outcome,
        space,
        kernel,
        modelled,
        timeline,
        counters,
        Optional.empty(),
        Traffic.NOT_MEASURED,
        Arenas.NOT_MEASURED,
        HugePages.NOT_MEASURED,
        Optional.empty());
  }

  /** The same with a forecast. */
  public Footprint with(Optional<Forecast> foretold) {
    return with(foretold, traffic, arenas, hugePages, locality);
  }

  /** The same with what is known of blocks and arenas. */
  public Footprint with(Traffic blocks, Arenas parts) {
    return with(forecast, blocks, parts, hugePages, locality);
  }

  /** The same with what is known of huge pages. */
  public Footprint with(HugePages huge) {
    return with(forecast, traffic, arenas, huge, locality);
  }

  /** The same with what was touched. */
  public Footprint touching(Optional<Locality> touched) {
    return with(forecast, traffic, arenas, hugePages, touched);
  }

  private Footprint with(
      Optional<Forecast> foretold,
      Traffic blocks,
      Arenas parts,
      HugePages huge,
      Optional<Locality> touched) {
    return new Footprint(
        outcome, space, kernel, modelled, timeline, counters, foretold, blocks, parts, huge,
        touched);
  }

  /** Highest {@link HugePages#peakBytes} / peak resident; empty where one is not known, or 0. */
  public OptionalDouble hugeCoverage() {
    OptionalLong resident = space.peak().residentBytes();
    return hugePages.peakBytes().isPresent() && resident.orElse(0) > 0
        ? OptionalDouble.of((double) hugePages.peakBytes().getAsLong() / resident.getAsLong())
        : OptionalDouble.empty();
  }

  /** Nothing is known but how it went, and the points on the way. */
  public static Footprint notMeasured(Outcome outcome, List<TimelinePoint> timeline) {
    return new Footprint(
        outcome,
        Space.NOT_MEASURED,
        Kernel.NOT_MEASURED,
        Optional.empty(),
        timeline,
        new LinkedHashMap<>());
  }

  /**
   * How a replay went.
   *
   * @param status how it ended
   * @param detail why it did not end well, complete text; empty if it did
   * @param operations operations carried out
   * @param refused requests that were answered with NULL
   */
  public record Outcome(Status status, String detail, long operations, long refused) {
    public Outcome {
      Checks.requireNotNegative("operations", operations);
      Checks.requireNotNegative("refused", refused);
      Checks.requireAscending("refused", refused, "operations", operations);
    }
  }

  /**
   * Memory that a replay took.
   *
   * @param peak highest values, each at its own moment
   * @param atPeakResident values at the operation after which resident was first at its peak
   * @param end values behind the last event
   * @param lazyFreeBytes the part of resident at the end that was MADV_FREE'd and not written since
   * @param timeToReturn how long free memory stayed; empty where nothing was ever freed
   * @param residentByteSeconds integral of resident over virtual time, in byte·s
   * @param metadataBytes memory that holds only bookkeeping, at the end
   */
  public record Space(
      MemoryUse peak,
      MemoryUse atPeakResident,
      MemoryUse end,
      OptionalLong lazyFreeBytes,
      Optional<TimeToReturn> timeToReturn,
      OptionalDouble residentByteSeconds,
      OptionalLong metadataBytes) {
    /** Nothing was measured. */
    public static final Space NOT_MEASURED = of(MemoryUse.NOT_MEASURED, MemoryUse.NOT_MEASURED);

    public Space {
      atPeakResident.requireAtMost(peak);
      end.requireAtMost(peak);
      Checks.requireNotNegative("lazy-free", lazyFreeBytes);
      Checks.requireAscending(
          "lazy-free", lazyFreeBytes, "resident at the end", end.residentBytes());
      Checks.requireNotNegative("metadata", metadataBytes);
    }

    /** The peak and the end are known, and nothing else. */
    public static Space of(MemoryUse peak, MemoryUse end) {
      return new Space(
          peak,
          MemoryUse.NOT_MEASURED,
          end,
          OptionalLong.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty());
    }

    /** Resident at the end that the kernel cannot take back: without what is lazily freed. */
    public OptionalLong heldBytes() {
      OptionalLong resident = end.residentBytes();
      return resident.isPresent() && lazyFreeBytes.isPresent()
          ? OptionalLong.of(resident.getAsLong() - lazyFreeBytes.getAsLong())
          : OptionalLong.empty();
    }

    /** 1 − requested/allocated at peak resident; 0 for an empty heap. */
    public OptionalDouble internalFragmentation() {
      return missingShare(atPeakResident.requestedBytes(), atPeakResident.allocatedBytes());
    }

    /** 1 − allocated/resident at peak resident; negative where blocks were not all touched. */
    public OptionalDouble externalFragmentation() {
      return missingShare(atPeakResident.allocatedBytes(), atPeakResident.residentBytes());
    }

    /** (peak resident − end resident) / peak resident; 0 for a program that had none. */
    public OptionalDouble returnedShare() {
      return missingShare(end.residentBytes(), peak.residentBytes());
    }

    private static OptionalDouble missingShare(OptionalLong part, OptionalLong whole) {
      if (part.isEmpty() || whole.isEmpty()) {
        return OptionalDouble.empty();
      }
      long bytes = whole.getAsLong();
      return OptionalDouble.of(bytes == 0 ? 0 : 1 - (double) part.getAsLong() / bytes);
    }
  }

  /**
   * What the kernel did for a replay.
   *
   * @param calls the allocator's system calls by kind, failed ones included
   * @param returned cumulative bytes of resident pages given up or promised, by way
   * @param minorFaults page faults served without input/output
   * @param majorFaults page faults that had to read swap
   * @param copiedOnWriteBytes pages that processes copied as they wrote to what a fork had shared;
   *     empty too where nothing forked
   */
  public record Kernel(
      Counts calls,
      Counts returned,
      OptionalLong minorFaults,
      OptionalLong majorFaults,
      OptionalLong copiedOnWriteBytes) {
    /** Nothing was counted. */
    public static final Kernel NOT_MEASURED =
        new Kernel(
            Counts.NOT_MEASURED, Counts.NOT_MEASURED, OptionalLong.empty(), OptionalLong.empty());

    /** Of one process. */
    public Kernel(
        Counts calls, Counts returned, OptionalLong minorFaults, OptionalLong majorFaults) {
      this(calls, returned, minorFaults, majorFaults, OptionalLong.empty());
    }

    /** These, and what was copied on write. */
    public Kernel withCopies(OptionalLong bytes) {
      return new Kernel(calls, returned, minorFaults, majorFaults, bytes);
    }

    public Kernel {
      Checks.requireNotNegative("minor faults", minorFaults);
      Checks.requireNotNegative("major faults", majorFaults);
      Checks.requireNotNegative("copied on write", copiedOnWriteBytes);
    }
  }

  /**
   * How long free memory stayed. A phase ends at a phase mark or at the end of the trace. What it
   * left is resident − requested behind its last free; that much of it is gone when resident has
   * fallen by so much. Where several phases freed, the one that left the most counts (the first of
   * equals).
   *
   * @param phase name of the mark that ended the phase; empty for the end of the trace
   * @param leftBytes what it left, never negative
   * @param halfNanos virtual time until half of it was gone, 0 if it left nothing; empty: never
   * @param ninetyPercentNanos virtual time until 90 % of it was gone; empty: never
   */
  public record TimeToReturn(
      String phase, long leftBytes, OptionalLong halfNanos, OptionalLong ninetyPercentNanos) {
    public TimeToReturn {
      Checks.requireNotNegative("left", leftBytes);
      Checks.requireNotNegative("time until half returned", halfNanos);
      Checks.requireAscending(
          "time until half returned", halfNanos, "until 90 % returned", ninetyPercentNanos);
      if (halfNanos.isEmpty() && ninetyPercentNanos.isPresent()) {
        throw new IllegalArgumentException("90 % are gone, but half is not");
      }
    }
  }

  /**
   * Deterministic cost, from counted work.
   *
   * @param totalNanos of all operations
   * @param nanosPerOperation mean
   * @param percentiles over operations
   */
  public record Modelled(long totalNanos, double nanosPerOperation, Percentiles percentiles) {
    public Modelled {
      Checks.requireNotNegative("modelled cost", totalNanos);
      Checks.requireAscending(
          "costliest operation", percentiles.max(), "modelled cost", totalNanos);
    }
  }

  /**
   * What became of blocks between malloc and free.
   *
   * @param reallocs of live blocks that were answered with a block
   * @param moved those of them that answered with another address
   * @param copiedBytes the smaller of both sizes, summed over moved blocks that were copied; what
   *     mremap moves with its pages is not
   * @param crossThreadFrees of blocks that another thread had allocated, whoever resized them; what
   *     a forked child inherits is its own
   * @param crossThreadFreedBytes that these were last asked for
   */
  public record Traffic(
      OptionalLong reallocs,
      OptionalLong moved,
      OptionalLong copiedBytes,
      OptionalLong crossThreadFrees,
      OptionalLong crossThreadFreedBytes) {
    /** Nothing was counted. */
    public static final Traffic NOT_MEASURED =
        new Traffic(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());

    public Traffic {
      Checks.requireNotNegative("reallocs", reallocs);
      Checks.requireNotNegative("moved reallocs", moved);
      Checks.requireAscending("moved reallocs", moved, "reallocs", reallocs);
      Checks.requireNotNegative("copied", copiedBytes);
      Checks.requireNotNegative("cross-thread frees", crossThreadFrees);
      Checks.requireNotNegative("bytes freed by another thread", crossThreadFreedBytes);
    }

    /** Moved reallocs / reallocs; empty where there was none. */
    public OptionalDouble relocationRatio() {
      return moved.isPresent() && reallocs.isPresent() && reallocs.getAsLong() > 0
          ? OptionalDouble.of((double) moved.getAsLong() / reallocs.getAsLong())
          : OptionalDouble.empty();
    }
  }

  /**
   * Arenas at the end, as the allocator tells: glibc's of malloc_info, jemalloc's that are
   * initialized, gperftools' page heap, mimalloc's heaps of threads.
   *
   * @param count how many there are
   * @param bytes address space that they have from the kernel, all together
   * @param largestBytes what the largest of them has
   */
  public record Arenas(OptionalLong count, OptionalLong bytes, OptionalLong largestBytes) {
    /** The allocator does not tell. */
    public static final Arenas NOT_MEASURED =
        new Arenas(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    public Arenas {
      Checks.requireNotNegative("arenas", count);
      Checks.requireNotNegative("bytes of arenas", bytes);
      Checks.requireAscending("the largest arena", largestBytes, "all of them", bytes);
    }
  }

  /**
   * Transparent huge pages, in bytes of resident memory; of several processes the highest peak of
   * one, and sums at the end. All empty where the kernel gave none to this kind of memory.
   *
   * @param peakBytes most in huge pages at a time (AnonHugePages); real libraries: at sample points
   * @param endBytes in huge pages at the end
   * @param peakBloatBytes most that was resident only as a huge page was mapped over it
   * @param endBloatBytes that at the end; empty on real memory, where nobody can tell
   * @param collapses ranges of 2 MiB that khugepaged made huge
   */
  public record HugePages(
      OptionalLong peakBytes,
      OptionalLong endBytes,
      OptionalLong peakBloatBytes,
      OptionalLong endBloatBytes,
      OptionalLong collapses) {
    /** Nothing was measured. */
    public static final HugePages NOT_MEASURED = of(OptionalLong.empty(), OptionalLong.empty());

    public HugePages {
      Checks.requireNotNegative("in huge pages", endBytes);
      Checks.requireAscending("in huge pages", endBytes, "their peak", peakBytes);
      Checks.requireNotNegative("bloat", endBloatBytes);
      Checks.requireAscending("bloat", endBloatBytes, "its peak", peakBloatBytes);
      Checks.requireNotNegative("collapses", collapses);
    }

    /** As real memory tells. */
    public static HugePages of(OptionalLong peak, OptionalLong end) {
      return new HugePages(
          peak, end, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
  }
}
