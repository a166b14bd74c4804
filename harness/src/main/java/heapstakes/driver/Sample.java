package heapstakes.driver;

import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A look at the library's memory between two operations.
 *
 * @param operation operations carried out
 * @param nanos virtual time
 * @param phase index of the phase mark here; -1 between marks
 * @param use memory
 * @param lazyFreeBytes resident bytes that are MADV_FREE'd and not written since
 * @param returned resident bytes given back so far
 * @param calls system calls so far
 * @param minorFaults page faults since the first event
 * @param majorFaults page faults that read a disk, since the first event
 * @param breakOffset bytes from the initial program break to the break
 */
public record Sample(
    long operation,
    long nanos,
    int phase,
    MemoryUse use,
    OptionalLong lazyFreeBytes,
    Footprint.Returned returned,
    Footprint.Calls calls,
    long minorFaults,
    long majorFaults,
    long breakOffset) {

  /** No look was taken. */
  static final Sample NOT_MEASURED =
      new Sample(
          0,
          0,
          -1,
          MemoryUse.NOT_MEASURED,
          OptionalLong.empty(),
          Footprint.Returned.NOT_MEASURED,
          Footprint.Calls.NOT_MEASURED,
          0,
          0,
          0);

  static Sample read(Words words) {
    return new Sample(
        words.next(),
        words.next(),
        (int) words.next(),
        new MemoryUse(words.optional(), words.optional(), words.optional(), words.optional()),
        words.optional(),
        new Footprint.Returned(
            words.optional(), words.optional(), words.optional(), words.optional()),
        new Footprint.Calls(
            words.optional(),
            words.optional(),
            words.optional(),
            words.optional(),
            words.optional(),
            words.optional()),
        words.next(),
        words.next(),
        words.next());
  }

  /** As a point of a timeline; the name of its phase is {@code phaseName}. */
  TimelinePoint point(String phaseName) {
    return new TimelinePoint(operation, nanos, phaseName, use, lazyFreeBytes, returnedBytes());
  }

  private OptionalLong returnedBytes() {
    if (returned.brkBytes().isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        Stream.of(returned.brkBytes(), returned.munmapBytes(), returned.dontneedBytes())
            .mapToLong(OptionalLong::getAsLong)
            .sum());
  }
}
