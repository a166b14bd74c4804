package heapstakes.meter;

import heapstakes.os.CallKind;
import heapstakes.os.ReturnKind;
import heapstakes.os.VmStatistics;
import heapstakes.os.simulated.SimulatedStatistics;
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
  private Map<? extends CallKind, Long> calls = Map.of();
  private Map<? extends ReturnKind, Long> returned = Map.of();
  private int processes;
  private long minorFaults;
  private long majorFaults;
  private long modelledNanos;
  private long copiedOnWrite;

  KernelTotals copy() {
    KernelTotals copy = new KernelTotals();
    copy.calls = calls;
    copy.returned = returned;
    copy.processes = processes;
    copy.minorFaults = minorFaults;
    copy.majorFaults = majorFaults;
    copy.modelledNanos = modelledNanos;
    copy.copiedOnWrite = copiedOnWrite;
    return copy;
  }

  /** Adds what a process has come to. */
  void add(VmStatistics process) {
    calls = processes == 0 ? process.calls() : sums(calls, process.calls());
    returned = processes == 0 ? process.returnedBytes() : sums(returned, process.returnedBytes());
    minorFaults = sum(minorFaults, process.minorFaults());
    majorFaults = sum(majorFaults, process.majorFaults());
    modelledNanos = sum(modelledNanos, process.modelledNanos());
    copiedOnWrite =
        sum(copiedOnWrite, process instanceof SimulatedStatistics s ? s.copiedOnWriteBytes() : -1);
    processes++;
  }

  private static <K> Map<K, Long> sums(Map<? extends K, Long> some, Map<? extends K, Long> more) {
    Map<K, Long> sums = new LinkedHashMap<>(some);
    sums.keySet().retainAll(more.keySet());
    sums.replaceAll((kind, sum) -> sum + more.getOrDefault(kind, 0L));
    return sums;
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
    if (returned.isEmpty()) {
      return OptionalLong.empty();
    }
    long gone = 0;
    for (Map.Entry<? extends ReturnKind, Long> way : returned.entrySet()) {
      gone += way.getKey().isPromise() ? 0 : way.getValue();
    }
    return OptionalLong.of(gone);
  }

  /** As a point of a timeline takes it. */
  KernelWork work() {
    long all = 0;
    for (long count : calls.values()) {
      all += count;
    }
    return new KernelWork(
        calls.isEmpty() ? OptionalLong.empty() : OptionalLong.of(all),
        measured(majorFaults),
        measured(modelledNanos));
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
        measured(majorFaults),
        processes > 1 ? measured(copiedOnWrite) : OptionalLong.empty());
  }
}
