package heapstakes.meter;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.VmStatistics;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The oracle: every sum is made anew behind every operation, by walking all live blocks. */
final class NaiveBooks {
  record Block(long address, long size) {}

  private final Map<Integer, Block> live = new HashMap<>();
  private final Map<Integer, ThreadAllocator> handles = new HashMap<>();
  long operations;
  long peakRequested;
  long peakAllocated;
  long peakResident;
  long peakMapped;
  long requestedAtPeak;
  long allocatedAtPeak;
  long requested;
  long allocated;
  long mapped;
  long resident;
  long modelled;
  long costliest;
  BigDecimal byteNanos = BigDecimal.ZERO;

  NaiveBooks(Contestant contestant, Trace trace, long opNanos) {
    try (AddressSpace space = Machine.parse("simulated").open();
        TraceCursor cursor = trace.open()) {
      Allocator allocator = contestant.open(space);
      handles.put(0, allocator.attach());
      int thread = 0;
      EventBatch batch = new EventBatch();
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          byte op = batch.op[i];
          if (op == Op.THREAD) {
            thread = batch.slot[i];
            handles.computeIfAbsent(thread, t -> allocator.attach());
          } else if (Op.isOperation(op)) {
            ThreadAllocator handle = Objects.requireNonNull(handles.get(thread));
            operate(allocator, handle, op, batch.slot[i], batch.size[i], batch.extra[i]);
            sum(handle, space.statistics());
            space.clock().advance(opNanos);
            byteNanos =
                byteNanos.add(BigDecimal.valueOf(resident).multiply(BigDecimal.valueOf(opNanos)));
          }
        }
      }
    }
  }

  private void operate(
      Allocator allocator, ThreadAllocator handle, byte op, int slot, long size, long extra) {
    operations++;
    switch (op) {
      case Op.MALLOC -> put(allocator, slot, handle.malloc(size), size);
      case Op.CALLOC -> put(allocator, slot, handle.calloc(extra, size), extra * size);
      case Op.MEMALIGN -> put(allocator, slot, handle.memalign(extra, size), size);
      case Op.REALLOC -> put(allocator, slot, handle.realloc(address(slot), size), size);
      case Op.FREE -> {
        handle.free(address(slot));
        live.remove(slot);
      }
      case Op.STORE -> allocator.memory().touch(address(slot) + extra, size);
      case Op.LOAD -> allocator.memory().load(address(slot) + extra, size);
      default -> handle.trim(size);
    }
  }

  private long address(int slot) {
    Block block = live.get(slot);
    return block == null ? 0 : block.address();
  }

  private void put(Allocator allocator, int slot, long address, long size) {
    live.put(slot, new Block(address, size));
    allocator.memory().touch(address, size);
  }

  private void sum(ThreadAllocator handle, VmStatistics statistics) {
    requested = live.values().stream().mapToLong(Block::size).sum();
    allocated = live.values().stream().mapToLong(b -> handle.usableSize(b.address())).sum();
    mapped = statistics.mappedBytes();
    resident = statistics.residentBytes();
    peakRequested = Math.max(peakRequested, requested);
    peakAllocated = Math.max(peakAllocated, allocated);
    peakMapped = Math.max(peakMapped, mapped);
    if (resident > peakResident) {
      peakResident = resident;
      requestedAtPeak = requested;
      allocatedAtPeak = allocated;
    }
    costliest = Math.max(costliest, statistics.modelledNanos() - modelled);
    modelled = statistics.modelledNanos();
  }
}
