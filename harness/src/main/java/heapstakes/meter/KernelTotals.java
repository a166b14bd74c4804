package heapstakes.meter;

import heapstakes.os.ReturnedBy;
import heapstakes.os.Syscall;
import heapstakes.os.VmStatistics;
import heapstakes.results.Footprint;
import heapstakes.results.KernelWork;
import java.util.OptionalLong;

/** What the kernel counted, added up over processes; -1 where one of them did not measure. */
final class KernelTotals {
  private final long[] calls = new long[Syscall.values().length];
  private final long[] returned = new long[ReturnedBy.values().length];
  private long minorFaults;
  private long majorFaults;
  private long modelledNanos;

  KernelTotals copy() {
    KernelTotals copy = new KernelTotals();
    System.arraycopy(calls, 0, copy.calls, 0, calls.length);
    System.arraycopy(returned, 0, copy.returned, 0, returned.length);
    copy.minorFaults = minorFaults;
    copy.majorFaults = majorFaults;
    copy.modelledNanos = modelledNanos;
    return copy;
  }

  /** Adds what a process has come to. */
  void add(VmStatistics process) {
    for (Syscall kind : Syscall.values()) {
      calls[kind.ordinal()] = sum(calls[kind.ordinal()], process.calls(kind));
    }
    for (ReturnedBy way : ReturnedBy.values()) {
      returned[way.ordinal()] = sum(returned[way.ordinal()], process.returnedBytes(way));
    }
    minorFaults = sum(minorFaults, process.minorFaults());
    majorFaults = sum(majorFaults, process.majorFaults());
    modelledNanos = sum(modelledNanos, process.modelledNanos());
  }

  static long sum(long a, long b) {
    return a < 0 || b < 0 ? -1 : a + b;
  }

  static OptionalLong measured(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  OptionalLong minorFaults() {
    return measured(minorFaults);
  }

  OptionalLong majorFaults() {
    return measured(majorFaults);
  }

  long modelledNanos() {
    return modelledNanos;
  }

  /** Given up so far by brk, munmap and MADV_DONTNEED. */
  OptionalLong returnedBytes() {
    return measured(
        sum(
            returned[ReturnedBy.BRK.ordinal()],
            sum(returned[ReturnedBy.MUNMAP.ordinal()], returned[ReturnedBy.DONTNEED.ordinal()])));
  }

  /** As a point of a timeline takes it. */
  KernelWork work() {
    long all = 0;
    for (long count : calls) {
      all = sum(all, count);
    }
    return new KernelWork(measured(all), majorFaults(), measured(modelledNanos));
  }

  Footprint.Returned returned() {
    return new Footprint.Returned(
        measured(returned[ReturnedBy.BRK.ordinal()]),
        measured(returned[ReturnedBy.MUNMAP.ordinal()]),
        measured(returned[ReturnedBy.DONTNEED.ordinal()]),
        measured(returned[ReturnedBy.FREE.ordinal()]));
  }

  Footprint.Calls calls() {
    return new Footprint.Calls(
        measured(calls[Syscall.SBRK.ordinal()]),
        measured(calls[Syscall.MMAP.ordinal()]),
        measured(calls[Syscall.MUNMAP.ordinal()]),
        measured(calls[Syscall.MADVISE.ordinal()]),
        measured(calls[Syscall.MPROTECT.ordinal()]),
        measured(calls[Syscall.MREMAP.ordinal()]));
  }
}
