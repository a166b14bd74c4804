package heapstakes.fidelity;

import heapstakes.driver.DriverListener;
import heapstakes.driver.MemoryCall;
import heapstakes.os.Syscall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Makes stretches of what the driver reports. */
final class LibrarySide implements DriverListener {
  private final Consumer<Stretch> target;
  private final CompletableFuture<LibraryStart> start;
  private final List<MemoryCall> callsBeforeStart = new ArrayList<>();
  private final List<CounterReading> readings = new ArrayList<>();
  private List<String> counterNames = List.of();
  private Stretch stretch = new Stretch(0);
  private long initialBreak;
  private long programBreak;

  /**
   * @param start is told what the library began with, as soon as that is known
   * @param target takes each full stretch
   */
  LibrarySide(CompletableFuture<LibraryStart> start, Consumer<Stretch> target) {
    this.start = start;
    this.target = target;
  }

  @Override
  public void onStart(long breakAtStart, long threadCounters, long nextThreadCounters) {
    initialBreak = breakAtStart;
    programBreak = breakAtStart;
    callsBeforeStart.forEach(this::add);
    callsBeforeStart.clear();
    start.complete(new LibraryStart(breakAtStart, threadCounters, nextThreadCounters));
  }

  @Override
  public void onResult(long operation, long address, long location, long breakOffset) {
    int at = stretch.count++;
    stretch.addresses[at] = address;
    stretch.locations[at] = location;
    stretch.breaks[at] = breakOffset;
    if (stretch.isFull()) {
      Stretch full = stretch;
      stretch = full.next();
      target.accept(full);
    }
  }

  @Override
  public void onCounters(long operation, List<String> names, long[] values) {
    counterNames = names;
    readings.add(new CounterReading(operation, values));
  }

  @Override
  public void onCall(MemoryCall call) {
    if (hasStarted()) {
      add(call);
    } else {
      callsBeforeStart.add(call);
    }
  }

  private void add(MemoryCall call) {
    List<Long> a = call.arguments();
    long where = where(a.get(0));
    stretch.calls.add(
        switch (call.kind()) {
          case SBRK -> KernelCall.brk(call.operation(), a.get(0) - initialBreak);
          case MMAP, MADVISE, MPROTECT -> make(call, where, a.get(1), a.get(2));
          case MREMAP -> make(call, where, a.get(2), a.get(1));
          case MUNMAP, FORK -> make(call, where, a.get(1), 0);
        });
    if (call.kind() == Syscall.SBRK) {
      programBreak = call.result();
    }
  }

  private long where(long address) {
    return address >= initialBreak && address <= programBreak
        ? address - initialBreak
        : KernelCall.ELSEWHERE;
  }

  private static KernelCall make(MemoryCall call, long where, long bytes, long detail) {
    return new KernelCall(call.operation(), call.kind(), where, bytes, detail);
  }

  /** The last stretch; call it when the driver is done. */
  Stretch rest() {
    stretch.last = true;
    return stretch;
  }

  /** Whether the library came as far as the first event. */
  boolean hasStarted() {
    return initialBreak != 0;
  }

  /** Operations that were reported. */
  long operations() {
    return stretch.first + stretch.count;
  }

  /** Names of the counters. */
  List<String> counterNames() {
    return counterNames;
  }

  /** Every reading, in order. */
  List<CounterReading> readings() {
    return readings;
  }
}
