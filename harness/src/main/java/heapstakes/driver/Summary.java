package heapstakes.driver;

import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the driver knows at the end.
 *
 * @param end the last look
 * @param refused requests answered with NULL
 * @param ignored thread exits that were not carried out
 * @param exited the trace's process exited
 * @param peak highest values
 * @param atPeakResident values when resident was first at its peak
 * @param residentByteSeconds integral of resident over virtual time
 * @param timeToReturn how long free memory stayed
 * @param driftPages see {@link DriverReport#driftPages}
 * @param traffic what became of blocks
 * @param peakHugeBytes most in huge pages at a sample point
 * @param copiedOnWriteBytes pages that processes copied after forks; empty: there were none
 */
record Summary(
    Sample end,
    long refused,
    long ignored,
    boolean exited,
    MemoryUse peak,
    MemoryUse atPeakResident,
    double residentByteSeconds,
    Optional<Footprint.TimeToReturn> timeToReturn,
    long driftPages,
    Footprint.Traffic traffic,
    OptionalLong peakHugeBytes,
    OptionalLong copiedOnWriteBytes) {
  private static final double TWO_TO_64 = 0x1p64;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long NOTHING_FREED = -1;

  static Summary read(Words words, List<String> phases) {
    Sample end = Sample.read(words);
    words.next(); // events
    long refused = words.next();
    long ignored = words.next();
    boolean exited = words.next() != 0;
    MemoryUse peak = memoryUse(words);
    words.next(); // number of the operation at the peak
    MemoryUse atPeak = memoryUse(words);
    double byteSeconds = unsigned(words.next()) + TWO_TO_64 * unsigned(words.next());
    Optional<Footprint.TimeToReturn> time = readTimeToReturn(words, phases);
    long drift = words.next();
    words.next(); // whether statm is exact
    return new Summary(
        end,
        refused,
        ignored,
        exited,
        peak,
        atPeak,
        byteSeconds / NANOS_PER_SECOND,
        time,
        drift,
        new Footprint.Traffic(
            words.optional(),
            words.optional(),
            words.optional(),
            words.optional(),
            words.optional()),
        words.optional(),
        words.optional());
  }

  private static double unsigned(long word) {
    return (word >>> 1) * 2.0 + (word & 1);
  }

  private static MemoryUse memoryUse(Words words) {
    return new MemoryUse(words.optional(), words.optional(), words.optional(), words.optional());
  }

  private static Optional<Footprint.TimeToReturn> readTimeToReturn(
      Words words, List<String> phases) {
    long phase = words.next();
    long left = words.next();
    Footprint.TimeToReturn time =
        new Footprint.TimeToReturn(
            phase >= 0 ? phases.get((int) phase) : "", left, words.optional(), words.optional());
    return phase == NOTHING_FREED ? Optional.empty() : Optional.of(time);
  }
}
