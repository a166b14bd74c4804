package heapstakes.driver;

import heapstakes.os.ReturnedBy;
import heapstakes.os.Syscall;
import heapstakes.results.Counts;
import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import java.util.LinkedHashMap;
import java.util.Map;
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
 * @param hugeBytes resident bytes in huge pages; empty where the process can have none
 * @param kernel what the kernel did so far; page faults since the first event
 * @param breakOffset bytes from the initial program break to the break
 */
public record Sample(
    long operation,
    long nanos,
    int phase,
    MemoryUse use,
    OptionalLong lazyFreeBytes,
    OptionalLong hugeBytes,
    Footprint.Kernel kernel,
    long breakOffset) {

  /** No look was taken. */
  static final Sample NOT_MEASURED =
      new Sample(
          0,
          0,
          -1,
          MemoryUse.NOT_MEASURED,
          OptionalLong.empty(),
          OptionalLong.empty(),
          Footprint.Kernel.NOT_MEASURED,
          0);

  static Sample read(Words words) {
    return new Sample(
        words.next(),
        words.next(),
        (int) words.next(),
        new MemoryUse(words.optional(), words.optional(), words.optional(), words.optional()),
        words.optional(),
        words.optional(),
        readKernel(words),
        words.next());
  }

  private static Footprint.Kernel readKernel(Words words) {
    Map<String, OptionalLong> returned = new LinkedHashMap<>();
    for (ReturnedBy way : ReturnedBy.values()) {
      returned.put(way.word(), words.optional());
    }
    Map<String, OptionalLong> calls = new LinkedHashMap<>();
    for (Syscall kind : MemoryCall.KINDS) {
      calls.put(kind.word(), words.optional());
    }
    return new Footprint.Kernel(
        Counts.of(calls), Counts.of(returned), words.optional(), words.optional());
  }

  /** As a point of a timeline; the name of its phase is {@code phaseName}. */
  TimelinePoint point(String phaseName) {
    return new TimelinePoint(operation, nanos, phaseName, use, lazyFreeBytes, returnedBytes());
  }

  private OptionalLong returnedBytes() {
    Counts returned = kernel.returned();
    return returned.equals(Counts.NOT_MEASURED)
        ? OptionalLong.empty()
        : OptionalLong.of(
            Stream.of(ReturnedBy.values())
                .filter(way -> !way.isPromise())
                .mapToLong(way -> returned.of(way.word()).orElseThrow())
                .sum());
  }
}
