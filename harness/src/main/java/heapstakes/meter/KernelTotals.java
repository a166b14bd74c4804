package heapstakes.meter;

import heapstakes.os.CallKind;
import heapstakes.os.ReturnKind;
import heapstakes.os.VmStatistics;
import heapstakes.results.Counts;
import heapstakes.results.Footprint;
import heapstakes.results.KernelWork;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * What the kernel counted, added up over processes. What one of them did not measure is -1, a kind
 * that one of them did not count is absent.
 */
final class KernelTotals {
  private final Map<CallKind, Long> calls = new LinkedHashMap<>();
  private final Map<ReturnKind, Long> returned = new LinkedHashMap<>();
  private int processes;
  private long minorFaults;
  private long majorFaults;
  private long modelledNanos;

  KernelTotals copy() {
    KernelTotals copy = new KernelTotals();
    copy.calls.putAll(calls);
    copy.returned.putAll(returned);
    copy.processes = processes;
    copy.minorFaults = minorFaults;
    copy.majorFaults = majorFaults;
    copy.modelledNanos = modelledNanos;
    return copy;
  }

  /** Adds what a process has come to. */
  void add(VmStatistics process) {
    addAll(calls, process.calls());
    addAll(returned, process.returnedBytes());
    minorFaults = sum(minorFaults, process.minorFaults());
    majorFaults = sum(majorFaults, process.majorFaults());
    modelledNanos = sum(modelledNanos, process.modelledNanos());
    processes++;
  }

  private <K> void addAll(Map<K, Long> sums, Map<? extends K, Long> more) {
    if (processes == 0) {
      sums.putAll(more);
    } else {
      sums.keySet().retainAll(more.keySet());
      sums.replaceAll((kind, sum) -> sum + more.getOrDefault(kind, 0L));
    }
  }

  static long sum(long a, long b) {
    return a < 0 || b < 0 ? -1 : a + b;
  }

  static OptionalLong measured(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  long modelledNanos() {
    return modelledNanos;
  }

  /** Given up so far, without what is only promised. */
  OptionalLong returnedBytes() {
    return returned.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            returned.entrySet().stream()
                .filter(way -> !way.getKey().isPromise())
                .mapToLong(Map.Entry::getValue)
                .sum());
  }

  /** As a point of a timeline takes it. */
  KernelWork work() {
    long all = calls.values().stream().mapToLong(Long::longValue).sum();
    return new KernelWork(OptionalLong.of(all), measured(majorFaults), measured(modelledNanos));
  }

  /** As a footprint takes it. */
  Footprint.Kernel kernel() {
    SequencedMap<String, Long> callsByName = new LinkedHashMap<>();
    calls.forEach((kind, count) -> {
      if (kind.isAllocators()) {
        callsByName.put(kind.word(), count);
      }
    });
    SequencedMap<String, Long> returnedByName = new LinkedHashMap<>();
    returned.forEach((way, bytes) -> returnedByName.put(way.word(), bytes));
    return new Footprint.Kernel(
        new Counts(callsByName),
        new Counts(returnedByName),
        measured(minorFaults),
        measured(majorFaults));
  }
}
