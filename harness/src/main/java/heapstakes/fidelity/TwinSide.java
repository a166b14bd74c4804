package heapstakes.fidelity;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Region;
import heapstakes.cell.OpenCell;
import heapstakes.driver.Location;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Replays on the twin, and makes stretches of what it does for another thread to take. */
final class TwinSide implements FootprintObserver, ObservedMemory.Watcher {
  /** Where the canonical program's break starts, linux-vm.md section 1.1. */
  private static final long CANONICAL_BREAK = 0x5555_5555_a000L;

  private static final long MAX_GAP = 1L << 40; // what randomisation may add
  private static final int STRETCHES_AHEAD = 8;

  private final BlockingQueue<Stretch> finished = new ArrayBlockingQueue<>(STRETCHES_AHEAD);
  private final long countersEvery;
  private final List<CounterReading> readings = new ArrayList<>();
  private List<String> counterNames = List.of();
  private Stretch stretch = new Stretch(0);
  private @Nullable AddressSpace space; // of the process that has the turn
  private long initialBreak;
  private boolean taken;

  /** Nobody wants to know any longer. */
  private static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param countersEvery operations between readings of the counters
   */
  TwinSide(long countersEvery) {
    this.countersEvery = countersEvery;
  }

  /**
   * Replays the whole trace; ends early when the thread is interrupted. However it ends, the last
   * stretch is there to take: nobody is left waiting.
   *
   * @param start what the library began with: the twin begins with the same
   */
  Footprint replay(OpenCell cell, LibraryStart start) throws InterruptedException {
    try {
      OpenCell alike =
          new OpenCell(
              Counterpart.withChanceOf(start, cell.contestant()),
              cell.machine().with("break_gap", Long.toString(gap(start.programBreak()))),
              cell.trace(),
              cell.options(),
              cell.sampleEvery());
      Footprint footprint = alike.meter(this).footprint();
      if (footprint.outcome().status() == Status.OK) {
        add(cell.trace().info().operations(), footprint.counters());
      }
      return footprint;
    } finally {
      end();
    }
  }

  private static long gap(long libraryBreak) {
    long gap = libraryBreak - CANONICAL_BREAK;
    return gap > 0 && gap <= MAX_GAP ? gap : 0;
  }

  private void end() {
    stretch.last = true;
    try {
      finished.put(stretch);
    } catch (InterruptedException e) {
      finished.clear();
      finished.add(stretch);
    }
  }

  /** The next stretch; after the last one, empty ones. */
  Stretch take() throws InterruptedException {
    if (taken) {
      return new Stretch(0);
    }
    Stretch next = finished.take();
    taken = next.last;
    return next;
  }

  /** Takes what is left, so that the replay can come to its end. */
  void skipRest() throws InterruptedException {
    while (!taken) {
      take();
    }
  }

  @Override
  public Machine memory(Machine machine) {
    return new Machine(new ObservedMemory(machine.provider(), this), machine.settings());
  }

  @Override
  public boolean wantsBlocks() {
    return true;
  }

  @Override
  public void block(long operation, long address, @Nullable Region region) {
    stretch.addresses[stretch.count] = address;
    stretch.locations[stretch.count] = Location.of(region);
  }

  @Override
  public void ended(long operation) {
    AddressSpace opened = space;
    stretch.breaks[stretch.count] = opened == null ? 0 : opened.programBreak() - initialBreak;
    stretch.count++;
    if (stretch.isFull()) {
      Stretch full = stretch;
      stretch = full.next();
      try {
        finished.put(full);
      } catch (InterruptedException e) {
        throw new Abandoned();
      }
    }
  }

  @Override
  public long looksEvery() {
    return countersEvery;
  }

  @Override
  public void look(long operations, Allocator allocator) {
    add(operations, allocator.counters());
  }

  private void add(long operations, SequencedMap<String, Long> counters) {
    if (counterNames.isEmpty()) {
      counterNames = List.copyOf(counters.keySet());
    }
    long[] values = counters.values().stream().mapToLong(Long::longValue).toArray();
    readings.add(new CounterReading(operations, values));
  }

  @Override
  public void opened(AddressSpace opened) {
    space = opened;
    initialBreak = opened.initialBreak();
  }

  @Override
  public void turns(AddressSpace current) {
    space = current;
  }

  @Override
  public void call(Syscall kind, long address, long bytes, long detail) {
    stretch.calls.add(
        new KernelCall(stretch.first + stretch.count, kind, where(kind, address), bytes, detail));
  }

  private long where(Syscall kind, long address) {
    AddressSpace opened = space;
    boolean inside =
        kind == Syscall.SBRK
            || opened != null && address >= initialBreak && address <= opened.programBreak();
    return inside ? address - initialBreak : KernelCall.ELSEWHERE;
  }

  /** Operations that ended; for when the replay is over. */
  long operations() {
    return stretch.first + stretch.count;
  }

  /** Names of the counters; for when the replay is over. */
  List<String> counterNames() {
    return counterNames;
  }

  /** Every reading, in order; for when the replay is over. */
  List<CounterReading> readings() {
    return readings;
  }
}
