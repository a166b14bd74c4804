package heapstakes.meter;

import static heapstakes.meter.KernelTotals.measured;
import static heapstakes.meter.KernelTotals.sum;

import heapstakes.allocator.ArenaUse;
import heapstakes.os.VmStatistics;
import heapstakes.os.simulated.SimulatedStatistics;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayProcess;
import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import heapstakes.results.Status;
import heapstakes.results.TimelinePoint;
import heapstakes.trace.Op;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;

/**
 * The books of a metered replay, over all its processes. Requested and allocated are sums kept at
 * each operation; what the kernel knows is read once an operation. Where processes share frames
 * after a fork, resident is the distinct frames of the machine, so that a shared one counts once
 * and is gone when its last owner is.
 *
 * <p>Real memory is too slow to be asked that often: there the peaks come from the address space
 * itself, and what needs resident at each operation is not measured.
 */
final class FootprintBooks {
  private static final int POINTS = 1000;
  private static final int POINTS_OF_REAL_MEMORY = 100; // each takes milliseconds

  private final ReplayHeap heap;
  private final boolean isExact; // resident is known at each operation
  private final boolean hasResident;
  private final Optional<SimulatedStatistics> machine; // where processes share frames
  private final long machineBytesBefore;
  private final SequencedMap<ReplayProcess, ProcessMeter> alive = new LinkedHashMap<>();
  private final KernelTotals gone = new KernelTotals(); // of processes that exited
  private final ResidentCurve curve;
  private final HugePageTotals hugePages = new HugePageTotals();
  private final ModelledCosts costs = new ModelledCosts();
  private final Timeline timeline;
  private ProcessMeter process;

  private long requested;
  private long allocated;
  private long peakRequested;
  private long peakAllocated;
  private long peakMapped;
  private long peakResident;
  private long atPeakResident; // behind an operation, hence at most peakResident
  private long atPeakRequested; // as numbers: in a heap that grows each operation is a peak
  private long atPeakAllocated;
  private long atPeakMapped;

  private long requestedSeen; // up to here it is in some process's account
  private long allocatedSeen;
  private long mappedElsewhere;
  private long cost; // modelled, of the current process so far

  private SequencedMap<String, Long> countersAtExit = new LinkedHashMap<>();
  private Optional<ArenaUse> arenasAtExit = Optional.empty();

  FootprintBooks(ReplayHeap heap, long opNanos) {
    this.heap = heap;
    process = new ProcessMeter(heap.initialProcess(), heap.info().threads() > 1);
    alive.put(process.process, process);
    isExact = process.statistics.isExact();
    hasResident = process.statistics.residentBytes() >= 0;
    machine = sharedMachine(process.statistics);
    machineBytesBefore = // what the library has made resident as it was loaded is its own
        machine.map(SimulatedStatistics::machineFrameBytes).orElse(0L)
            - (machine.isPresent() ? process.statistics.residentBytes() : 0);
    curve = new ResidentCurve(opNanos);
    timeline = new Timeline(heap.info().operations(), isExact ? POINTS : POINTS_OF_REAL_MEMORY);
    enter(process);
  }

  private Optional<SimulatedStatistics> sharedMachine(VmStatistics statistics) {
    return heap.info().features().forks() && statistics instanceof SimulatedStatistics simulated
        ? Optional.of(simulated)
        : Optional.empty();
  }

  /** The current thread's process. */
  ProcessMeter process() {
    return process;
  }

  /** A block was handed out. */
  void obtained(long size, long usable) {
    requested += size;
    allocated += usable;
    notePeaks();
  }

  private void notePeaks() {
    if (requested > peakRequested) {
      peakRequested = requested;
    }
    if (allocated > peakAllocated) {
      peakAllocated = allocated;
    }
  }

  /** A block is taken back. */
  void released(long size, long usable) {
    requested -= size;
    allocated -= usable;
  }

  /** An operation of the current process ends at the virtual time {@code nanos}. */
  void operation(VmStatistics statistics, long nanos) {
    if (!isExact) {
      return;
    }
    if (mappedElsewhere != 0) {
      peakMapped = Math.max(peakMapped, statistics.mappedBytes() + mappedElsewhere);
    }
    long resident = machine.isEmpty() ? statistics.residentBytes() : totalResident();
    curve.operation(resident, nanos);
    if (resident > atPeakResident) {
      newPeak(statistics, resident);
    }
    long now = statistics.modelledNanos();
    if (now >= 0) {
      costs.record(now - cost);
      cost = now;
    }
  }

  private void newPeak(VmStatistics statistics, long resident) {
    atPeakResident = resident;
    atPeakRequested = requested;
    atPeakAllocated = allocated;
    atPeakMapped = statistics.mappedBytes() + mappedElsewhere;
    peakMapped = Math.max(peakMapped, atPeakMapped);
  }

  private MemoryUse useAtPeak() {
    return MemoryUse.of(atPeakRequested, atPeakAllocated, atPeakMapped, atPeakResident);
  }

  /** The operation that ended at {@code nanos} freed a block. */
  void freed(long nanos) {
    curve.freed(nanos, requested);
  }

  /** Number of operations behind which a point of the timeline is due. */
  long nextPoint() {
    return timeline.next();
  }

  /** Adds a point to the timeline. */
  void point(long operations, String phase) {
    KernelTotals kernel = kernel();
    timeline.add(
        new TimelinePoint(
            operations,
            heap.clock().nanos(),
            phase,
            use(),
            totalLazyFree(),
            kernel.returnedBytes(),
            kernel.work()));
  }

  /** Carries out an event that is no operation. */
  void control(byte op, int number, long size, long extra, long operations) {
    switch (op) {
      case Op.CLOCK -> {
        idle(size, operations);
        return;
      }
      case Op.PHASE -> endPhase(heap.info().phases().get(number), operations);
      case Op.EXIT -> leaveForever();
      default -> {}
    }
    heap.control(op, number, size, extra);
    if (op == Op.FORK) {
      forked(number);
    }
    enter(meterOf(heap.process()));
  }

  /** Nobody works, but an allocator may wake from its sleep to give memory back. */
  private void idle(long nanos, long operations) {
    long left = nanos;
    while (left > 0) {
      long step = Math.min(left, heap.clock().untilAlarm());
      long before = curve.resident();
      curve.idle(step);
      heap.control(Op.CLOCK, 0, step, 0);
      left -= step;
      background();
      if (curve.resident() != before && timeline.hasRoomForMark()) {
        point(operations, "");
      }
    }
  }

  /** Work was done beside the program: it is in nobody's operation. */
  void background() {
    enter(process);
  }

  private void endPhase(String mark, long operations) {
    curve.endPhase(mark);
    if (timeline.hasRoomForMark()) {
      point(operations, mark);
    }
  }

  private void forked(int thread) {
    account();
    ProcessMeter child = process.fork(heap.processes().getLast(), thread);
    alive.put(child.process, child);
    child.mapped = child.statistics.mappedBytes();
    mappedElsewhere += child.mapped;
    requested += process.requested;
    allocated += process.allocated;
    notePeaks();
    peakMapped = Math.max(peakMapped, totalMapped());
    peakResident = Math.max(peakResident, totalResident());
    seeAll();
  }

  /** Books what the current process did since it became current. */
  private void account() {
    process.requested += requested - requestedSeen;
    process.allocated += allocated - allocatedSeen;
    seeAll();
  }

  private void seeAll() {
    requestedSeen = requested;
    allocatedSeen = allocated;
  }

  private void leaveForever() {
    account();
    gone.add(process.statistics);
    rememberPeaks(process.statistics);
    if (process.process == heap.initialProcess()) {
      // Last: to count, an allocator may walk its lists, which would be taken for the program's.
      countersAtExit = process.process.allocator().counters();
      arenasAtExit = process.process.allocator().arenaUse();
    }
    requested -= process.requested;
    allocated -= process.allocated;
    seeAll();
    alive.remove(process.process);
  }

  private void rememberPeaks(VmStatistics statistics) {
    peakMapped = Math.max(peakMapped, statistics.peakMappedBytes());
    peakResident = Math.max(peakResident, statistics.peakResidentBytes());
    hugePages.add(statistics);
  }

  private ProcessMeter meterOf(ReplayProcess current) {
    return current == process.process ? process : alive.getOrDefault(current, process);
  }

  private void enter(ProcessMeter next) {
    account();
    if (next != process) {
      // A process changes while it is current, and when its clock catches up as it becomes so.
      process.mapped = isAlive(process) ? process.statistics.mappedBytes() : 0;
      mappedElsewhere += process.mapped - next.mapped;
      process = next;
    }
    if (isExact) {
      curve.moved(totalResident(), heap.clock().nanos());
      cost = isAlive(next) ? next.statistics.modelledNanos() : 0;
    }
  }

  private boolean isAlive(ProcessMeter meter) {
    return alive.containsKey(meter.process);
  }

  private long totalMapped() {
    return sum(mappedElsewhere, isAlive(process) ? process.statistics.mappedBytes() : 0);
  }

  private long totalResident() {
    return machine.isEmpty()
        ? total(VmStatistics::residentBytes)
        : machine.get().machineFrameBytes() - machineBytesBefore;
  }

  private OptionalLong totalLazyFree() {
    long lazyFree = total(VmStatistics::lazyFreeBytes);
    return measured(machine.isEmpty() ? lazyFree : Math.min(lazyFree, totalResident()));
  }

  private long total(ToLongFunction<VmStatistics> figure) {
    long sum = 0;
    for (ProcessMeter meter : alive.values()) {
      sum = sum(sum, figure.applyAsLong(meter.statistics));
    }
    return sum;
  }

  private KernelTotals kernel() {
    KernelTotals totals = gone.copy();
    alive.values().forEach(meter -> totals.add(meter.statistics));
    return totals;
  }

  private MemoryUse use() {
    return new MemoryUse(
        OptionalLong.of(requested),
        OptionalLong.of(allocated),
        measured(totalMapped()),
        measured(totalResident()));
  }

  /**
   * What it all came to.
   *
   * @param blocks what became of them
   */
  Footprint close(
      Status status, String detail, long operations, long refused, Footprint.Traffic blocks) {
    boolean hasEnd = status == Status.OK;
    curve.endPhase("");
    if (hasEnd) {
      point(operations, "");
    }
    KernelTotals kernel = kernel();
    alive.values().forEach(meter -> rememberPeaks(meter.statistics));
    if (machine.isPresent()) { // to tell its counters a library may need memory
      peakResident = Math.max(peakResident, totalResident());
    }
    Footprint.HugePages huge = hugePages.result(figure -> hasEnd ? total(figure) : -1);
    Footprint footprint =
        new Footprint(
            new Footprint.Outcome(status, detail, operations, refused),
            space(hasEnd),
            kernel.kernel(),
            costs.result(kernel.modelledNanos()),
            timeline.points(),
            hasEnd ? counters() : new LinkedHashMap<>());
    return footprint.with(huge).with(blocks, hasEnd ? arenas() : Footprint.Arenas.NOT_MEASURED);
  }

  private Footprint.Space space(boolean hasEnd) {
    return new Footprint.Space(
        peak(),
        isExact ? useAtPeak() : MemoryUse.NOT_MEASURED,
        hasEnd ? use() : MemoryUse.NOT_MEASURED,
        hasEnd ? totalLazyFree() : OptionalLong.empty(),
        isExact ? curve.timeToReturn() : Optional.empty(),
        isExact ? OptionalDouble.of(curve.byteSeconds()) : OptionalDouble.empty(),
        hasEnd ? metadata() : OptionalLong.empty());
  }

  private MemoryUse peak() {
    long resident = Math.max(peakResident, atPeakResident);
    return new MemoryUse(
        OptionalLong.of(peakRequested),
        OptionalLong.of(peakAllocated),
        OptionalLong.of(peakMapped),
        hasResident ? OptionalLong.of(resident) : OptionalLong.empty());
  }

  private OptionalLong metadata() {
    long bytes = 0;
    for (ProcessMeter meter : alive.values()) {
      bytes = sum(bytes, meter.process.allocator().metadataBytes());
    }
    return alive.isEmpty() ? OptionalLong.empty() : measured(bytes);
  }

  private SequencedMap<String, Long> counters() {
    ReplayProcess initial = heap.initialProcess();
    return initial.isAlive() ? initial.allocator().counters() : countersAtExit;
  }

  private Footprint.Arenas arenas() {
    ReplayProcess initial = heap.initialProcess();
    Optional<ArenaUse> use = initial.isAlive() ? initial.allocator().arenaUse() : arenasAtExit;
    return use.map(arenas ->
            new Footprint.Arenas(
                OptionalLong.of(arenas.count()),
                OptionalLong.of(arenas.bytes()),
                OptionalLong.of(arenas.largestBytes())))
        .orElse(Footprint.Arenas.NOT_MEASURED);
  }
}
